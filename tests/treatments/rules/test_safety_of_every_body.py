"""What holds of every body, treatment and answer, whatever the matrix says."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.factories.bodies import (
    ADULT,
    BOOK,
    COLUMN,
    LEFT_KNEE,
    LEFT_SHOULDER,
    LEFT_THIGH,
    QUESTIONS,
    RIGHT_ANKLE,
    TODAY,
    all_no,
    no,
    outcome,
    treat,
    yes,
)
from treatments.rules.answers import (
    Answer,
    Place,
)
from treatments.rules.safety import (
    Book,
    check,
)

# Windows, fields, expiry.


# Properties over the shipped matrix.

MODALITIES = st.sampled_from(sorted(COLUMN))
FIELDS = st.sampled_from(
    [RIGHT_ANKLE, LEFT_SHOULDER, LEFT_KNEE, LEFT_THIGH, Place("REG_LSPINE", "MIDLINE", "TRUNK"), Place()]
)
ANSWERS = st.builds(
    lambda question, is_yes, days, places: yes(question, days, places=places) if is_yes else no(question, days),
    st.sampled_from(QUESTIONS),
    st.booleans(),
    st.integers(0, 200),
    st.lists(FIELDS, max_size=2).map(tuple),
)


@given(MODALITIES, FIELDS, st.lists(ANSWERS, max_size=12), st.sampled_from(QUESTIONS), st.integers(0, 100))
def test_a_yes_never_makes_a_result_less_strict(
    modality: str, field: Place, answers: list[Answer], question: str, days: int
) -> None:
    """A "yes" about this field, or of which the place is not known; one about elsewhere says no for this field."""
    more = [*answers, yes(question, days, places=(field,))]
    assert outcome(modality, field, more) >= outcome(modality, field, answers)
    assert outcome(modality, field, [*answers, yes(question, days)]) >= outcome(modality, field, answers)


@given(MODALITIES, FIELDS, st.lists(ANSWERS, max_size=12), st.sampled_from(QUESTIONS), FIELDS)
def test_a_yes_about_elsewhere_takes_nothing_back_that_was_said(
    modality: str, field: Place, answers: list[Answer], question: str, elsewhere: Place
) -> None:
    said = [*all_no(), *answers]
    assert outcome(modality, field, [*said, yes(question, places=(elsewhere,))]) >= outcome(modality, field, said)


@given(MODALITIES, FIELDS, st.lists(ANSWERS, max_size=12))
def test_days_that_pass_never_clear_by_themselves(modality: str, field: Place, answers: list[Answer]) -> None:
    """Without dates of events there is no window to run out of: waiting only makes answers expire."""
    treatment = treat(modality, field)
    now = check(treatment, ADULT, answers, BOOK, today=TODAY).outcome
    later = check(treatment, ADULT, answers, BOOK, today=TODAY + timedelta(days=60)).outcome
    assert later >= now


@given(MODALITIES, FIELDS, st.lists(ANSWERS, max_size=12))
def test_an_approval_never_makes_a_result_less_strict(modality: str, field: Place, answers: list[Answer]) -> None:
    bare = Book(BOOK.conditions, BOOK.rules, {})
    treatment = treat(modality, field)
    with_them = check(treatment, ADULT, answers, BOOK, today=TODAY).outcome
    assert with_them >= check(treatment, ADULT, answers, bare, today=TODAY).outcome
