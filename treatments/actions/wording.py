"""What a person reads for the codes with which the rules refuse a value."""

from collections.abc import Mapping

from django.utils.translation import gettext as _


def in_words(code: str, what: Mapping[str, str]) -> str:
    """The sentence for a code; says what to do where that is not plain."""
    sentences = {
        "missing": _("This is needed."),
        "unknown_member": _("There is no such entry here."),
        "unknown_modality": _("This treatment is not in the catalogue."),
        "unknown_measure": _("This measure is not in the catalogue."),
        "unknown_device": _("This device is not listed. An admin adds it under Staff and sites."),
        "other_device": _("%(device)s does not give %(modality)s on this day."),
        "not_of_this_case": _("This injury is not of this case."),
        "not_of_this_session": _("This was not signed in this session, or was corrected meanwhile. Look at it again."),
        "not_a_number": _("Write a number, for example 2.3."),
        "above_hard_limit": _("At most %(limit)s %(unit)s: more must be a typing error."),
        "below_hard_limit": _("At least %(limit)s %(unit)s: less must be a typing error."),
        "out_of_range": _("Between %(low)s and %(high)s."),
        "not_whole": _("Write a whole number."),
        "before_its_onset": _("This is before it began."),
        "between_steps": _("In steps of %(step)s %(unit)s."),
        "not_a_choice": _("Choose one of: %(choices)s."),
        "not_yes_or_no": _("Say yes or no."),
        "not_a_text": _("Write a text."),
        "too_long": _("At most %(length)s characters."),
        "not_a_date": _("Write the date as 2026-11-03."),
        "not_a_time": _("Write the time as 14:05."),
        "in_the_future": _("This day has not come yet."),
        "before_the_birth": _("This is before the date of birth."),
        "measured_twice": _("This was measured already in this visit."),
        "not_a_list": _("A list is needed here."),
        "not_an_object": _("An object is needed here."),
    }
    sentence = sentences.get(code, code)
    if what.get("unit", "").startswith("/"):  # "at most 10", not "at most 10 /10"
        what = {**what, "unit": ""}
    return " ".join((sentence % what if what else sentence).split()).replace(" :", ":").replace(" .", ".")
