"""The headings of a letter that are text."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Case, CaseStatus, Consent, PatientAlert, StepKind
from cases.rules.imprecise_dates import ImpreciseDate, Precision
from clinic import clock
from treatments.models import ScreeningAnswer, Session, SessionKind
from treatments.queries.doses import modalities_of
from treatments.queries.plans import plan_of
from treatments.queries.progress import Progress
from treatments.queries.screenings import answers_of
from treatments.rules.note_parts import sentence_of

NOT_VISITS = (SessionKind.CONTACT,)


def section(
    code: str, heading: str, text: str = "", columns: Iterable[str] = (), rows: Iterable[list[str]] = ()
) -> dict[str, Any]:
    """One heading: its text as it is filled in, and a table where it has one."""
    return {
        "code": code,
        "heading": heading,
        "text": text,
        "composed": text,
        "columns": list(columns),
        "rows": list(rows),
    }


def day(value: date) -> str:
    """3 November 2026."""
    return date_format(value, "j F Y")


def about(value: ImpreciseDate | None) -> str:
    """As much of a date as is known: 3 November 2026, November 2026, 2026."""
    if value is None:
        return ""
    return date_format(value.on, {Precision.DAY: "j F Y", Precision.MONTH: "F Y", Precision.YEAR: "Y"}[value.precision])


def first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def diagnosis(case: Case) -> dict[str, Any]:
    lines = []
    for injury in case.injuries.all():
        where = ", ".join(filter(None, (injury.where, injury.structure and injury.structure.label)))
        coded = f" (ICD-10 {injury.icd10})" if injury.icd10 else ""
        lines.append(f"{injury.name}, {where[:1].lower()}{where[1:]}{coded}")
    return section("diagnosis", _("Diagnosis"), "\n".join(lines))


def course(progress: Progress) -> dict[str, Any]:
    """First and last day, and how many visits."""
    visits = [s for s in progress.sessions if s.kind not in NOT_VISITS]
    if not visits:
        return section("course", _("Seen by us"), _("No visit is signed yet."))
    treated = sum(s.kind == SessionKind.TREATMENT for s in visits)
    told = _("First seen %(first)s, last seen %(last)s.") % {
        "first": day(visits[0].occurred_on),
        "last": day(visits[-1].occurred_on),
    }
    came = ngettext("%(count)s visit", "%(count)s visits", len(visits)) % {"count": len(visits)}
    got = ngettext("%(count)s treatment", "%(count)s treatments", treated) % {"count": treated}
    told += " " + _("%(visits)s, including %(treatments)s.") % {"visits": came, "treatments": got}
    return section("course", _("Seen by us"), told)


def state(case: Case) -> dict[str, Any]:
    """Why the case ended, or how far it is; with its goals."""
    ended = ending(case)
    goals = [
        _("Goal: %(goal)s – %(state)s")
        % {"goal": ", ".join(filter(None, (g.text, g.target))), "state": g.get_state_display()}
        for g in case.goals.all()
    ]
    return section("state", ended["heading"], "\n".join([ended["text"], *goals]))


def ending(case: Case) -> dict[str, Any]:
    """Why the case ended; or how far it is."""
    ended = case.steps.filter(kind=StepKind.DISCHARGED).last() if case.status == CaseStatus.DISCHARGED else None
    if ended is None:
        return section("ending", _("Where treatment stands"), standing(case))
    told = f"{first_upper(ended.get_outcome_display())}, {day(ended.on)}."
    return section("ending", _("Reason for discharge"), f"{told} {ended.reason}".strip())


def standing(case: Case) -> str:
    if case.status == CaseStatus.ON_HOLD:
        return _("Treatment is on hold.")
    plan = plan_of(case)
    if plan is None:
        return _("Treatment goes on.")
    if plan.review_due is not None:
        return _("Block %(number)s of the plan is complete; its review is due.") % {"number": plan.review_due.number}
    if plan.position is None:
        return _("All planned sessions are complete.")
    place = {"number": plan.position.number, "of": plan.position.of, "block": plan.position.block}
    return _("Treatment goes on: session %(number)s of %(of)s in block %(block)s is next.") % place


def history(case: Case) -> dict[str, Any]:
    """Onset, mechanism, and what was written at the start."""
    mechanisms = {i.mechanism.label: None for i in case.injuries.all() if i.mechanism}
    since = _("Since %(onset)s.") % {"onset": about(case.onset)} if case.onset else ""
    how = _("Mechanism: %(what)s.") % {"what": "; ".join(mechanisms)} if mechanisms else ""
    return section("history", _("History"), " ".join(filter(None, (since, how, case.history.strip()))))


def prior_treatment(case: Case) -> dict[str, Any]:
    lines = []
    for prior in case.prior_treatments.all():
        what = str(prior) if str(prior) == prior.kind.label else f"{prior.kind.label}: {prior}"
        count = ""
        if prior.sessions:
            count = ngettext("%(count)s session", "%(count)s sessions", prior.sessions) % {"count": prior.sessions}
        span = " – ".join(dict.fromkeys(filter(None, (about(prior.started), about(prior.ended)))))
        benefit = "; ".join([prior.get_benefit_display(), *(f"{domain}: {told}" for domain, told in prior.by_domain)])
        lines.append(f"{', '.join(filter(None, (what, count, prior.dose, span)))} – {benefit}")
    return section("prior_treatment", _("Treatment before us"), "\n".join(lines) or _("None recorded."))


def examination(progress: Progress) -> dict[str, Any]:
    """What was found at the first visit and at the last; the figures stand in the table of outcomes."""
    found = [s for s in progress.sessions if s.objective.strip()]
    ends = [found[0], found[-1]] if len(found) > 1 else found
    is_over = progress.case.status == CaseStatus.DISCHARGED
    names = (_("At the start"), _("At the end") if is_over else _("Most recently"))
    lines = [f"{name} ({day(s.occurred_on)}): {s.objective.strip()}" for name, s in zip(names, ends, strict=False)]
    return section("examination", _("Examination"), "\n".join(lines))


def adverse_events(case: Case) -> dict[str, Any]:
    lines = []
    for event in case.adverse_events.in_force().select_related("suspected"):
        after = _("suspected: %(what)s") % {"what": event.suspected.label.lower()} if event.suspected else ""
        over = _("over %(day)s") % {"day": day(event.resolved_on)} if event.resolved_on else _("not over")
        told = ", ".join(filter(None, (event.what, event.get_severity_display(), after, over)))
        lines.append(f"{day(event.onset_on)}: {told}")
    return section("adverse_events", _("Adverse events"), "\n".join(lines) or _("None recorded."))


def cautions(case: Case) -> dict[str, Any]:
    """Allergies, alerts in force, and the screening questions that were answered with yes."""
    patient = case.patient.survivor
    rows = PatientAlert.objects.filter(Q(patient=patient) | Q(patient__merged_into=patient))
    alerts = sorted(rows.in_force(clock.today(case.site.time_zone)), key=lambda alert: alert.rank)
    lines = [
        _("Allergies: %(what)s") % {"what": patient.allergies.strip() or _("none recorded")},
        *([_("Alerts: %(what)s") % {"what": "; ".join(a.text for a in alerts)}] if alerts else []),
        _("Contraindications: %(what)s") % {"what": screening(case)},
    ]
    return section("cautions", _("Allergies and contraindications"), "\n".join(lines))


def screening(case: Case) -> str:
    """What was answered last to each question, as far as it was a yes."""
    latest: dict[str, ScreeningAnswer] = {a.question_code: a for a in answers_of(case)}
    if not latest:
        return _("not asked")
    asked = max(a.screening.asked_on for a in latest.values())
    yes = [
        a.question.label.rstrip("?") + (f" ({a.detail.strip()})" if a.detail.strip() else "")
        for a in latest.values()
        if a.is_yes
    ]
    if yes:
        return _("“yes” to: %(what)s (last asked %(day)s)") % {"what": "; ".join(yes), "day": day(asked)}
    return _("none found when last asked, %(day)s") % {"day": day(asked)}


def medicines(case: Case) -> dict[str, Any]:
    told = case.patient.survivor.medicines.strip()
    text = _("As reported by the patient: %(what)s") % {"what": told} if told else _("None recorded.")
    return section("medicines", _("Medicines, as reported"), text)


def advice(case: Case, progress: Progress) -> dict[str, Any]:
    """What was explained, and the exercises that were given last."""
    rules = modalities_of(a.modality_id for s in progress.sessions for a in s.applications.all())
    given = [a for s in progress.sessions for a in s.applications.all() if a.was_given]
    topics = [str(a.parameters.get("topic", "")) for a in given if rules[a.modality_id].group == "EDUCATION"]
    lines = [_("Explained: %(what)s") % {"what": "; ".join(dict.fromkeys(filter(None, topics)))}] if any(topics) else []
    last = last_with_exercises(case)
    if last is not None:
        told = "; ".join(map(sentence_of, last.exercises.all()))
        lines.append(_("Exercises at home since %(day)s: %(what)s") % {"day": day(last.occurred_on), "what": told})
    return section("advice", _("Advice and self-management"), "\n".join(lines))


def last_with_exercises(case: Case) -> Session | None:
    """The last signed visit at which exercises for home were given."""
    rows = Session.objects.in_force().filter(case=case, exercises__isnull=False)
    return rows.order_by("-occurred_on", "-signed_at").first()


def our_actions(progress: Progress) -> dict[str, Any]:
    """The plan of the last note, said to be that."""
    last = progress.sessions[-1] if progress.sessions else None
    text = ""
    if last is not None and last.plan.strip():
        text = _("Plan in our note of %(day)s: %(what)s") % {"day": day(last.occurred_on), "what": last.plan.strip()}
    return section("actions_us", _("Actions for us"), text)


def consent(given: Consent | None) -> dict[str, Any]:
    if given is None:
        return section("consent", _("Consent to share"), _("No consent to share this information is recorded."))
    told = _("Given by %(who)s on %(day)s (%(how)s).") % {
        "who": given.get_given_by_display(),
        "day": day(given.given_on),
        "how": given.get_form_display(),
    }
    return section("consent", _("Consent to share"), told)
