from clinic.rules.texts import with_lf, with_lf_within


def test_lines_end_with_lf_and_nothing_else_changes() -> None:
    assert with_lf(" a\r\nb\rc\n\n\t d \r\n") == " a\nb\nc\n\n\t d \n"


def test_within_lists_and_objects() -> None:
    sent = {"a\r": ["x\r\ny", 1, None, True, {"b": "\r"}]}
    assert with_lf_within(sent) == {"a\r": ["x\ny", 1, None, True, {"b": "\n"}]}
