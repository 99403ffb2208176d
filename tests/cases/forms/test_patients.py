from datetime import date
from typing import Any

import pytest

from cases.forms.patients import RegisterPatientForm
from tests.factories import records

pytestmark = pytest.mark.django_db


def form_for(**typed: Any) -> RegisterPatientForm:
    by = records.a_physio()
    told = {"given_names": "Ann", "family_name": "Example", "born_on": "12/05/1985", "sex": "FEMALE"}
    return RegisterPatientForm({**told, "site": str(by.site_ids[0]), **typed}, by=by)


@pytest.mark.parametrize(
    "written", ["12/05/1985", "1985-05-12", "12.05.1985", "12 May 1985", "12 may 1985", " 12/5/1985 "]
)
def test_a_date_of_birth_as_people_write_it(written: str) -> None:
    form = form_for(born_on=written)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["born_on"] == date(1985, 5, 12)


@pytest.mark.parametrize("written", ["05/13/1985", "12/05/85", "31/02/1985", "1985", "yesterday"])
def test_other_dates_are_refused_with_an_example(written: str) -> None:
    form = form_for(born_on=written)
    assert form.errors == {"born_on": ["Write the date as 12/05/1985."]}


@pytest.mark.parametrize("field", ["given_names", "family_name", "born_on", "sex", "site"])
@pytest.mark.parametrize("nothing", ["", "  "])
def test_what_is_needed(field: str, nothing: str) -> None:
    assert list(form_for(**{field: nothing}).errors) == [field]


@pytest.mark.parametrize("field", ["nhs_number", "phone", "email", "occupation", "sport"])
def test_all_else_can_follow(field: str) -> None:
    form = form_for(**{field: ""})
    assert form.is_valid()
    assert form.cleaned_data[field] == ""


@pytest.mark.parametrize(
    ("field", "most"),
    [
        ("given_names", 100),
        ("family_name", 100),
        ("nhs_number", 20),
        ("phone", 40),
        ("occupation", 200),
        ("sport", 200),
    ],
)
def test_lengths(field: str, most: int) -> None:
    assert form_for(**{field: "x" * most}).is_valid()
    assert list(form_for(**{field: "x" * (most + 1)}).errors) == [field]


@pytest.mark.parametrize(
    ("field", "written"),
    [("email", "ann@"), ("sex", "OTHER_THING"), ("given_names", "An\x00n"), ("site", "1"), ("site", "x' OR 1=1")],
)
def test_what_has_the_wrong_shape(field: str, written: str) -> None:
    assert list(form_for(**{field: written}).errors) == [field]


def test_only_ones_own_sites_are_offered() -> None:
    by, elsewhere = records.a_physio(), records.a_site()
    form = RegisterPatientForm({"site": str(elsewhere.pk)}, by=by)
    assert [site.pk for site in form.fields["site"].queryset] == by.site_ids
    assert "site" in form.errors
