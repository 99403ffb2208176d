from typing import Any

import pytest
from django import forms

from cases.actions.cases import AskedMeasure, NewInjury
from cases.actions.prior_treatments import NewPriorTreatment
from cases.forms.cases import ImpreciseDateField, InjuryFormSet, PriorTreatmentFormSet
from cases.rules.imprecise_dates import parse
from tests.factories import records
from treatments.forms.cases import StartCaseForm, measure_choices

ANKLE = {"kind": "OTHER", "diagnosis": "Tendinopathy", "region": "REG_ANKLE", "side": "RIGHT"}
SHOCKWAVE = {"kind": "SHOCKWAVE_ELSEWHERE", "benefit": "NONE"}


def rows(prefix: str, *given: dict[str, str], total: int | None = None) -> dict[str, str]:
    """A formset as it is posted."""
    data = {f"{prefix}-TOTAL_FORMS": str(len(given) if total is None else total), f"{prefix}-INITIAL_FORMS": "0"}
    return data | {f"{prefix}-{i}-{name}": value for i, row in enumerate(given) for name, value in row.items()}


def injuries(*given: dict[str, str], **more: Any) -> Any:
    return InjuryFormSet(rows("injuries", *given, **more), prefix="injuries")


def prior(*given: dict[str, str], **more: Any) -> Any:
    return PriorTreatmentFormSet(rows("prior", *given, **more), prefix="prior")


def start_form(**typed: Any) -> StartCaseForm:
    by = records.a_physio()
    return StartCaseForm(
        {"title": "Right Achilles", "site": str(by.site_ids[0]), **typed}, by=by, patient=records.a_patient(by)
    )


@pytest.mark.parametrize("written", ["2022", "2022-03", "2022-03-14", " 2022 "])
def test_a_date_as_far_as_it_is_known(written: str) -> None:
    assert ImpreciseDateField().clean(written) == parse(written)


@pytest.mark.parametrize("written", ["22", "March 2022", "2022-13", "2022-02-30", "14/03/2022"])
def test_other_dates_are_refused_with_examples(written: str) -> None:
    with pytest.raises(forms.ValidationError, match="2022, 2022-03 or 2022-03-14") as no:
        ImpreciseDateField().clean(written)
    assert no.value.code == "not_a_date"


def test_a_date_may_be_unknown_where_it_is_not_needed() -> None:
    assert ImpreciseDateField(required=False).clean(" ") is None
    with pytest.raises(forms.ValidationError):
        ImpreciseDateField().clean("")


@pytest.mark.django_db
def test_a_title_and_a_site_are_enough() -> None:
    form = start_form()
    assert form.is_valid(), form.errors
    assert form.cleaned_data["onset"] is None
    assert form.asked() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("title", "x" * 201),
        ("onset", "long ago"),
        ("history", "x" * 20_001),
        ("key_measures", ["NPRS|LOAD"]),
        ("key_measures", ["IQ||"]),
        ("key_measures", ["NPRS|LOAD|LEFT"]),
        ("site", "1"),
    ],
)
def test_what_has_the_wrong_shape(field: str, written: Any) -> None:
    assert list(start_form(**{field: written}).errors) == [field]


@pytest.mark.django_db
def test_what_to_ask_at_each_visit() -> None:
    form = start_form(key_measures=["NPRS|LOAD|", "KTW_CM||RIGHT"])
    assert form.is_valid(), form.errors
    assert form.asked() == [AskedMeasure("NPRS", "LOAD", ""), AskedMeasure("KTW_CM", "", "RIGHT")]


@pytest.mark.django_db
def test_each_measure_is_offered_once_in_each_context_and_of_each_side_under_its_area() -> None:
    offered = dict(measure_choices())
    assert offered["Pain"][:2] == [("NPRS|LOAD|", "Pain, load"), ("NPRS|FIRST_STEPS|", "Pain, first steps")]
    assert ("KTW_CM||LEFT", "Knee to wall, left") in offered["Ankle and foot"]
    assert ("VISA_A||", "VISA-A") in offered["Ankle and foot"]
    assert ("LEFS||", "LEFS") in offered["Leg"]
    assert ("QUICKDASH||", "QuickDASH") in offered["Arm"]
    assert ("VISA_H||", "VISA-H") in offered["Thigh"]
    assert ("ROM_CS_FLEX|ACTIVE|", "Neck, flexion, active") in offered["Neck"]
    values = [value for choices in offered.values() for value, _ in choices]
    assert len(set(values)) == len(values)
    names = [label for choices in offered.values() for _, label in choices]
    assert len(set(names)) == len(names)


@pytest.mark.django_db
def test_only_ones_own_sites_are_offered() -> None:
    by, elsewhere = records.a_physio(), records.a_site()
    form = StartCaseForm({"title": "x", "site": str(elsewhere.pk)}, by=by, patient=records.a_patient(by))
    assert "site" in form.errors


@pytest.mark.django_db
def test_injuries_as_they_are_stored() -> None:
    found = injuries(ANKLE, {}, {**ANKLE, "side": "LEFT", "diagnosis": "", "pathology": "ADH_SCAR"})
    assert found.is_valid(), found.errors
    assert found.filled() == [
        NewInjury(kind="OTHER", region="REG_ANKLE", side="RIGHT", diagnosis="Tendinopathy"),
        NewInjury(kind="OTHER", region="REG_ANKLE", side="LEFT", pathology="ADH_SCAR"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("kind", ""),
        ("kind", "BROKEN"),
        ("region", ""),
        ("region", "REG_MOON"),
        ("side", ""),
        ("side", "UP"),
        ("pathology", "ADH_MOON"),
        ("diagnosis", "x" * 301),
    ],
)
def test_an_injury_of_the_wrong_shape(field: str, written: str) -> None:
    found = injuries({**ANKLE, field: written})
    assert not found.is_valid()
    assert [list(each) for each in found.errors] == [[field]]


@pytest.mark.django_db
@pytest.mark.parametrize(("how_many", "right"), [(9, True), (10, False)])
def test_at_most_nine_injuries(how_many: int, right: bool) -> None:
    assert injuries(*[ANKLE] * how_many).is_valid() is right


@pytest.mark.django_db
def test_prior_treatments_as_they_are_stored() -> None:
    told = {"sessions": "10", "dose": "3 bar", "started": "2021", "ended": "2021-06", "detail": "elsewhere"}
    found = prior({**SHOCKWAVE, **told}, {"kind": "", "benefit": "UNKNOWN"})
    assert found.is_valid(), found.errors
    assert found.filled() == [
        NewPriorTreatment(
            kind="SHOCKWAVE_ELSEWHERE",
            detail="elsewhere",
            sessions=10,
            dose="3 bar",
            started=parse("2021"),
            ended=parse("2021-06"),
            benefit="NONE",
        )
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("sessions", ["1", "500", ""])
def test_how_many_sessions_there_may_have_been(sessions: str) -> None:
    assert prior({**SHOCKWAVE, "sessions": sessions}).is_valid()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("kind", ""),
        ("kind", "PRAYER"),
        ("benefit", "MIRACLE"),
        ("sessions", "0"),
        ("sessions", "501"),
        ("sessions", "ten"),
        ("started", "2022-13"),
        ("ended", "x"),
        ("dose", "x" * 201),
    ],
)
def test_a_prior_treatment_of_the_wrong_shape(field: str, written: str) -> None:
    found = prior({**SHOCKWAVE, "detail": "x", field: written})
    assert not found.is_valid()
    assert [list(each) for each in found.errors] == [[field]]


@pytest.mark.django_db
@pytest.mark.parametrize("made", [injuries, prior])
def test_rows_that_were_left_empty_are_left_out(made: Any) -> None:
    found = made(total=3)
    assert found.is_valid(), found.errors
    assert found.filled() == []


@pytest.mark.django_db
@pytest.mark.parametrize("total", ["", "x"])
def test_a_form_without_its_count_is_refused(total: str) -> None:
    assert not InjuryFormSet({**rows("injuries", ANKLE), "injuries-TOTAL_FORMS": total}, prefix="injuries").is_valid()


@pytest.mark.django_db
def test_the_catalogues_are_read_once_for_all_rows(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(4):
        offered = InjuryFormSet(prefix="injuries")
        assert len(offered.forms) == 3
    for form in offered.forms:
        assert len(form.fields["region"].choices) == 22
        assert form.fields["pathology"].choices[0] == ("", "–")
