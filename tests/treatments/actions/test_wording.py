from treatments.actions.wording import in_words


def test_limit_and_unit_are_told() -> None:
    assert in_words("above_hard_limit", {"limit": "6", "unit": "bar"}) == "At most 6 bar: more must be a typing error."


def test_a_missing_unit_leaves_no_gap() -> None:
    assert in_words("below_hard_limit", {"limit": "0", "unit": ""}) == "At least 0: less must be a typing error."
