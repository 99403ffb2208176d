import pytest

from tests.treatments.forms.test_sheets import posting
from treatments.forms.documents import document_from


def test_the_note_as_typed() -> None:
    document = document_from(
        posting(
            {
                "kind": "REVIEW",
                "occurred_on": "2026-11-24",
                "subjective": " Better.\r\n",
                "applications-3-use": "yes",
                "applications-3-modality": "RSWT",
                "applications-3-parameters-pressure_bar": "2,3",
                "applications-3-was_given": "yes",
                "applications-1-use": "yes",
                "applications-1-modality": "DIAFIB",
                "applications-1-parameters-hook_sizes[]": ["LARGE", "SMALL"],
                "applications-1-was_given": "no",
                "applications-1-not_given_because": "no time",
                "applications-2-modality": "EDU",
                "measurements-0-measure": "NPRS",
                "measurements-0-context": "LOAD",
                "measurements-0-value": "6",
                "measurements-1-measure": "KTW_CM",
                "measurements-1-value": "",
                "csrfmiddlewaretoken": "x",
                "do": "sign",
            }
        )
    )
    assert document == {
        "kind": "REVIEW",
        "occurred_on": "2026-11-24",
        "subjective": " Better.\r\n",
        "objective": "",
        "assessment": "",
        "plan": "",
        "applications": [
            {
                "modality": "DIAFIB",
                "parameters": {"hook_sizes": ["LARGE", "SMALL"]},
                "was_given": False,
                "not_given_because": "no time",
            },
            {"modality": "RSWT", "parameters": {"pressure_bar": "2,3"}, "was_given": True},
        ],
        "measurements": [{"measure": "NPRS", "context": "LOAD", "value": "6"}],
    }


def test_of_a_field_sent_twice_the_last_counts() -> None:
    document = document_from(
        posting({"plan": ["a", "b"], "measurements-0-value": ["1", "2"], "measurements-0-measure": "NPRS"})
    )
    assert document["plan"] == "b"
    assert document["measurements"] == [{"measure": "NPRS", "value": "2"}]


def test_zero_is_a_value() -> None:
    document = document_from(posting({"measurements-0-measure": "NPRS", "measurements-0-value": "0"}))
    assert document["measurements"] == [{"measure": "NPRS", "value": "0"}]


@pytest.mark.parametrize("place", ["200", "0", "007"])
def test_places_up_to_two_hundred_are_read(place: str) -> None:
    assert len(document_from(posting({f"applications-{place}-use": "yes"}))["applications"]) == 1


@pytest.mark.parametrize(
    "name",
    [
        "applications-201-use",
        "applications-9999999999-use",
        "applications--use",
        "applications--1-use",
        "applications-x-use",
        "applications-²-use",
        "applications-٣-use",
        "applications-1.0-use",
        "applications- 1-use",
        "applications",
        "applications-1",
        "Applications-1-use",
        "applications-1-__class__",
        "applications-1-USE",
        "sessions-1-use",
        "measurements-1-use-x",
        "measurements-201-value",
        "-",
        "--",
        "",
        "applications-" + "1" * 5000 + "-use",
        "kind-0-use",
        "draft_version",
    ],
)
def test_a_hostile_name_adds_no_row(name: str) -> None:
    document = document_from(posting({name: "yes"}))
    assert (document["applications"], document["measurements"]) == ([], [])
    assert set(document) == {
        "kind",
        "occurred_on",
        "subjective",
        "objective",
        "assessment",
        "plan",
        "applications",
        "measurements",
    }


def test_a_hostile_member_is_left_out_of_its_row() -> None:
    fields = {"applications-0-use": "yes", "applications-0-signed_by": "me", "applications-0-id": "1"}
    assert document_from(posting(fields))["applications"] == [{}]
