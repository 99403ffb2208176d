from datetime import UTC, date, datetime

from clinic import clock


def test_today_is_that_of_the_place() -> None:
    with clock.set_to(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 7, 1)
        assert clock.today("Europe/London") == date(2026, 7, 1)
        assert clock.today("America/New_York") == date(2026, 6, 30)
    assert clock.now().year > 2000
    assert clock.now() != datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
