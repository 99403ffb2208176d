from clinic.rules.access import ANYONE, P, Route, both, form, noun, reads, writes


def test_a_line_says_what_each_method_needs() -> None:
    assert reads(P.CASE_READ).methods == ["GET", "HEAD"]
    assert writes(P.CASE_START).methods == ["POST"]
    assert form(P.CASE_READ).methods == ["GET", "HEAD", "POST"]
    assert noun(P.CASE_READ, P.CASE_START).methods == ["GET", "HEAD", "PATCH"]
    line = both(ANYONE, P.CASE_START, P.CASE_READ)
    assert (line.needed("HEAD"), line.needed("POST"), line.needed("DELETE")) == (ANYONE, {P.CASE_START}, None)
    assert line.known_to == {P.CASE_READ}


def test_without_a_word_nothing_is_there() -> None:
    assert (Route().methods, Route().is_public) == ([], False)
