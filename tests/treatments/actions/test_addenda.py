from datetime import timedelta
from decimal import Decimal

import pytest

from cases.models import Case
from clinic import clock
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent, Seal
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_note, a_patient, a_physio, a_signed_session, site_of, staff
from treatments.actions.addenda import add_addendum, copy_session, correct_session, mark_in_error
from treatments.actions.planning import PlannedBlock
from treatments.actions.plans import start_plan
from treatments.actions.sessions import discard_session, log_session, sign_session
from treatments.models import Addendum, Application, GivenAgainst, Measurement, Session
from treatments.queries import plan_of, progress_of, story_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def physio():
    return a_physio()


@pytest.fixture
def session(physio):
    return a_signed_session(a_case(physio), physio)


def ktw(session: Session) -> Measurement:
    return session.measurements.latest().get(measure_code="KTW_CM")


def rswt(session: Session) -> Application:
    return session.applications.latest().get(modality__code="RSWT")


def progress(case: Case):
    return progress_of(story_of(Case.objects.filter(pk=case.pk)).get())


def last_of(case: Case, code: str) -> Decimal:
    return next(s for s in progress(case).series if s.measure.code == code).last.value


def test_words_are_added_and_the_signed_note_stays(session, physio):
    addendum = add_addendum(session=session, text=" He called: no pain today. ", by=physio)
    assert (addendum.text, addendum.signed_name) == ("He called: no pain today.", physio.name)
    session.refresh_from_db()
    assert session.subjective == "Better on the stairs."
    event = AuditEvent.objects.get(row_id=addendum.pk)
    assert (event.action, event.details) == (
        "session.addendum_signed",
        {"session": str(session.pk), "seal": Seal.objects.get(row_id=addendum.pk).sha256},
    )


@pytest.mark.parametrize("text", ["", "  ", "a\x00b", "x" * 20_001])
def test_an_addendum_says_something_that_can_be_kept(session, physio, text):
    with pytest.raises(RuleBroken) as no:
        add_addendum(session=session, text=text, by=physio)
    assert no.value.field == "text"


def test_only_what_is_signed_has_addenda(physio):
    draft = log_session(case=a_case(physio), document=a_note(), by=physio)
    for act in (
        lambda: add_addendum(session=draft, text="x", by=physio),
        lambda: correct_session(session=draft, told={}, reason="x", by=physio),
        lambda: mark_in_error(session=draft, error="NOT_DONE", reason="x", by=physio),
    ):
        with pytest.raises(RuleBroken, match="not signed"):
            act()


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.AUDITOR, Role.CLINICAL_LEAD])
def test_who_may_not_sign_may_not_add(session, role):
    other = staff(role, site=site_of(session.author))
    with pytest.raises(NotAllowed):
        add_addendum(session=session, text="x", by=other)
    with pytest.raises(NotAllowed):
        correct_session(session=session, told={}, reason="x", by=other)
    with pytest.raises(NotAllowed):
        mark_in_error(session=session, error="NOT_DONE", reason="x", by=other)


def test_a_corrected_value_counts_and_the_signed_one_stays(session, physio):
    was = ktw(session)
    told = {"measurements": [{"id": str(was.pk), "value": "5,4"}]}
    addendum = correct_session(session=session, told=told, reason="Read from the wrong line.", by=physio)
    now = ktw(session)
    assert (now.value, now.corrects_id, now.addendum_id, now.signed_pk if hasattr(now, "signed_pk") else None) == (
        Decimal("5.4"),
        was.pk,
        addendum.pk,
        None,
    )
    assert Measurement.objects.get(pk=was.pk).value == Decimal("4.3")
    assert last_of(session.case, "KTW_CM") == Decimal("5.4")
    assert AuditEvent.objects.get(row_id=addendum.pk).action == "session.corrected"


def test_a_correction_is_corrected_again(session, physio):
    first = ktw(session)
    for value in ("5,4", "5,5"):
        told = {"measurements": [{"id": str(ktw(session).pk), "value": value}]}
        correct_session(session=session, told=told, reason="Typing.", by=physio)
    assert last_of(session.case, "KTW_CM") == Decimal("5.5")
    with pytest.raises(RuleBroken) as no:  # somebody else corrected it meanwhile
        correct_session(
            session=session, told={"measurements": [{"id": str(first.pk), "value": "6"}]}, reason="Typing.", by=physio
        )
    assert [(f.pointer, f.code) for f in no.value.faults] == [("/measurements/0/id", "not_of_this_session")]


def test_what_was_not_measured_is_taken_back(session, physio):
    told = {"measurements": [{"id": str(ktw(session).pk), "value": ""}]}
    correct_session(session=session, told=told, reason="Another patient's figure.", by=physio)
    assert not session.measurements.latest().filter(measure_code="KTW_CM").exists()
    assert "KTW_CM" not in {s.measure.code for s in progress(session.case).series}


def test_what_was_forgotten_is_entered(session, physio):
    told = {"measurements": [{"measure": "HEEL_RAISE_SL", "side": "RIGHT", "value": "12"}]}
    correct_session(session=session, told=told, reason="Stood on paper.", by=physio)
    assert last_of(session.case, "HEEL_RAISE_SL") == 12


def test_a_dose_is_corrected_in_sums_and_sentences(session, physio):
    was = rswt(session)
    told = {"applications": [{"id": str(was.pk), "parameters": was.parameters | {"pressure_bar": "2,6"}}]}
    correct_session(session=session, told=told, reason="The device showed 2.6.", by=physio)
    lane = next(x for x in progress(session.case).lanes if x.modality.code == "RSWT")
    assert [(d.amount, d.sentence) for d in lane.doses] == [
        (Decimal("2.6"), "Radial shockwave · 2.6 bar · 2000 impulses · 8 Hz")
    ]
    assert (lane.total, lane.sum_unit) == (Decimal(2000), "impulses")
    assert [a.position for a in session.applications.latest().order_by("position")] == [1, 2]


def test_a_treatment_that_was_not_given_after_all(session, physio):
    told = {"applications": [{"id": str(rswt(session).pk), "was_given": False, "not_given_because": "Device broken."}]}
    correct_session(session=session, told=told, reason="Ticked by habit.", by=physio)
    assert "RSWT" not in {lane.modality.code for lane in progress(session.case).lanes}


@pytest.mark.parametrize(
    ("told", "pointer", "code"),
    [
        ({"value": "99"}, "/measurements/0/value", "above_hard_limit"),
        ({"value": "many"}, "/measurements/0/value", "not_a_number"),
        ({"side": "UP"}, "/measurements/0/side", "not_a_choice"),
        ({"colour": "red"}, "/measurements/0/colour", "unknown_member"),
    ],
)
def test_a_correction_meets_the_same_limits(session, physio, told, pointer, code):
    with pytest.raises(RuleBroken) as no:
        correct_session(
            session=session,
            told={"measurements": [{"id": str(ktw(session).pk), **told}]},
            reason="Typing.",
            by=physio,
        )
    assert [(f.pointer, f.code) for f in no.value.faults] == [(pointer, code)]
    assert not Addendum.objects.exists()


@pytest.mark.parametrize("told", [{"applications": "all"}, {"measurements": [3]}, {"measurements": [{"id": "x"}]}])
def test_nonsense_is_told_and_not_an_error_of_ours(session, physio, told):
    with pytest.raises(RuleBroken):
        correct_session(session=session, told=told, reason="Typing.", by=physio)


def test_nothing_different_is_no_correction(session, physio):
    told = {"measurements": [{"id": str(ktw(session).pk), "value": "4.30"}]}
    with pytest.raises(RuleBroken) as no:
        correct_session(session=session, told=told, reason="Typing.", by=physio)
    assert no.value.code == "nothing_changed"


def test_a_correction_says_why(session, physio):
    told = {"measurements": [{"id": str(ktw(session).pk), "value": "5"}]}
    with pytest.raises(RuleBroken) as no:
        correct_session(session=session, told=told, reason=" ", by=physio)
    assert no.value.field == "text"


def test_what_was_said_of_a_treatment_against_the_screening_goes_with_its_correction(physio):
    case = a_case(physio)
    told = {"because": "Asked for it.", "told": "Lead.", "happened": "Nothing."}
    lifted = {"modality": "DRYNEEDLE", "parameters": {"technique": "DEEP"}, **told}
    session = a_signed_session(case, physio, applications=[lifted])
    against = GivenAgainst.objects.get()
    row = against.application
    change = {"applications": [{"id": str(row.pk), "note": "Left calf too."}]}
    correct_session(session=session, told=change, reason="Forgotten.", by=physio)
    kept = GivenAgainst.objects.in_force().get()
    assert kept.application.corrects_id == row.pk
    assert kept.because == "Asked for it."


def test_a_session_in_error_counts_nowhere_and_frees_its_place(physio):
    case = a_case(physio)
    start_plan(case=case, blocks=[PlannedBlock(2)], by=physio)
    today = clock.today()
    first = a_signed_session(case, physio, today - timedelta(days=2))
    second = a_signed_session(case, physio, today - timedelta(days=1))
    assert plan_of(case).review_due is not None
    addendum = mark_in_error(session=first, error="WRONG_PATIENT", reason="It was Mr B.", by=physio)
    assert AuditEvent.objects.get(row_id=addendum.pk).action == "session.entered_in_error"
    assert [s.pk for s in progress(case).sessions] == [second.pk]
    state = plan_of(case)
    assert state.review_due is None
    assert (state.position.number, state.held(state.current)) == (1, 1)
    third = a_signed_session(case, physio)
    assert (third.number, plan_of(case).review_due is not None) == (1, True)


def test_a_session_is_in_error_once_and_nothing_of_it_is_corrected(session, physio):
    mark_in_error(session=session, error="NOT_DONE", reason="He did not come.", by=physio)
    with pytest.raises(RuleBroken, match="already"):
        mark_in_error(session=session, error="NOT_DONE", reason="Again.", by=physio)
    with pytest.raises(RuleBroken, match="entered in error"):
        correct_session(session=session, told={}, reason="x", by=physio)
    add_addendum(session=session, text="His wife was told.", by=physio)


@pytest.mark.parametrize(
    ("error", "reason", "field"), [("", "x", "error"), ("BAD", "x", "error"), ("OTHER", " ", "text")]
)
def test_an_error_says_which_and_why(session, physio, error, reason, field):
    with pytest.raises(RuleBroken) as no:
        mark_in_error(session=session, error=error, reason=reason, by=physio)
    assert no.value.field == field


def test_it_is_entered_again_on_the_right_patient_as_a_late_entry(session, physio):
    mark_in_error(session=session, error="WRONG_PATIENT", reason="Namesake.", by=physio)
    right = a_case(physio, a_patient(physio))
    copy = copy_session(session=session, case=right, by=physio)
    assert (copy.case_id, copy.copied_from_id, copy.status, copy.author_id) == (
        right.pk,
        session.pk,
        "DRAFT",
        physio.pk,
    )
    assert copy.draft["occurred_on"] == session.occurred_on.isoformat()
    assert copy.draft["subjective"] == "Better on the stairs."
    signed = sign_session(session=copy, draft_version=copy.draft_version, accepts_untouched=True, by=physio)
    assert last_of(right, "KTW_CM") == Decimal("4.3")
    assert rswt(signed).parameters == rswt(session).parameters


def test_a_wrong_side_is_entered_again_with_sides_exchanged(session, physio):
    mark_in_error(session=session, error="WRONG_SIDE", reason="Left it was.", by=physio)
    copy = copy_session(session=session, case=session.case, by=physio)
    sides = {m["measure"]: m["side"] for m in copy.draft["measurements"]}
    assert sides == {"NPRS": "", "KTW_CM": "LEFT"}


def test_it_is_entered_again_once(session, physio):
    with pytest.raises(RuleBroken, match="Only a session"):
        copy_session(session=session, case=session.case, by=physio)
    mark_in_error(session=session, error="OTHER", reason="Wrong day.", by=physio)
    copy = copy_session(session=session, case=session.case, by=physio)
    with pytest.raises(RuleBroken, match="again already"):
        copy_session(session=session, case=session.case, by=physio)
    discard_session(session=copy, reason="Once more.", by=physio)
    copy_session(session=session, case=session.case, by=physio)
