from django.db.models import Choices
from django.utils.module_loading import import_string

from clinic.rules.description import CHOICES, DESCRIPTION


def test_each_name_leads_to_choices_of_its_own() -> None:
    found = [import_string(path) for path in CHOICES]
    assert all(issubclass(each, Choices) for each in found)
    assert len({tuple(each.values) for each in found}) == len(found) == len(DESCRIPTION["ENUM_NAME_OVERRIDES"])


def test_nothing_is_asked_of_another_host() -> None:
    assert (DESCRIPTION["SWAGGER_UI_DIST"], DESCRIPTION["SWAGGER_UI_SETTINGS"]["validatorUrl"]) == ("SIDECAR", None)
