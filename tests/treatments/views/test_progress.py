import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from clinic import clock
from clinic.models import AuditEvent, StaffMember
from clinic.rules.csv_files import BYTE_ORDER_MARK
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_physio, site_of, staff
from tests.factories.stories import Story, a_story
from treatments.actions.addenda import mark_in_error
from treatments.views.happenings import day_of_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio(name="Giulia Renna")
    client.force_login(person)
    return person


@pytest.fixture
def story(by: StaffMember) -> Story:
    return a_story(by)


def page(client: Client, story: Story, **asked: Any) -> str:
    answer = client.get(f"/cases/{story.case.pk}/progress/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def says(html: str) -> list[str]:
    """What the marks of the drawing say, in their order."""
    return re.findall(r"<title>([^<]*)</title><path", html.replace("&#x27;", "'"))


def rows_of(client: Client, story: Story, **asked: Any) -> list[dict[str, str]]:
    answer = client.get(f"/cases/{story.case.pk}/progress.csv", asked)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode().removeprefix(BYTE_ORDER_MARK), newline="")))


def day(ago: int) -> str:
    on = clock.today() - timedelta(days=ago)
    return f"{on:%a} {on.day} {on:%b %Y}"


def test_the_whole_story_is_drawn(client: Client, story: Story) -> None:
    html = page(client, story)
    said = says(html)
    first, last = story.visits[0], story.visits[-1]
    assert f"Pain, load: 7/10, {day(70)}, Giulia Renna" in said
    assert f"Pain, load: 3/10, {day(13)}, −4 since the start, Giulia Renna" in said
    assert f"Pain, load after treatment: 2/10, {day(13)}, Giulia Renna" in said
    assert f"Knee to wall, right: 4.2 cm, {day(70)}, Giulia Renna" in said, "the corrected value"
    assert f"Knee to wall, right: 8 cm, {day(13)}, +3.8 since the start, Giulia Renna" in said
    assert f"Assessment, {day(70)}, Giulia Renna" in said
    assert f"Note, not signed, {day(0)}, Giulia Renna" in said
    assert f'<a href="/sessions/{first.pk}/"><title>Pain, load: 7/10' in html
    assert f'<a href="/sessions/{last.pk}/"><title>flare, 6/10 the next morning' in html


def test_blocks_reviews_gaps_and_what_happened(client: Client, story: Story) -> None:
    html, said = page(client, story), says(page(client, story))
    assert f"Review of block 1, {day(56)}, continue, Giulia Renna" in said
    assert f'aria-label="block 1: 2 of 2 sessions, {day(63)} to {day(56)}"' in html
    assert f'aria-label="block 2: 2 of 3 sessions, since {day(20)}, open"' in html
    assert 'aria-label="no signed visit for 5 weeks"' in html
    assert "5 weeks apart" in html
    assert f"flare, 6/10 the next morning, {day(20)} – {day(13)}, Giulia Renna" in said
    assert f"=Blister (mild), {day(18)}, Giulia Renna" in said
    assert f"Steroid injection · short benefit, {day(11)}" in said


def test_pictures_with_area_and_change_or_why_not(client: Client, story: Story) -> None:
    said = says(page(client, story))
    assert f"Before us, 3: X-ray (digital), lateral, weight-bearing, {day(75)}, 218 mm²" in said
    assert f"X-ray (digital), lateral, weight-bearing, {day(12)}, 158 mm² −27.5 %, Giulia Renna" in said
    assert any(s.startswith("Ultrasound") and "150 mm² · not comparable: another kind of picture" in s for s in said)


def test_before_us_is_in_order_with_its_benefit(client: Client, story: Story) -> None:
    html = page(client, story)
    strip = re.findall(r'before-name">([^<]*)</span> <span class="before-said">([^<]*)<', html)
    assert strip == [("Tendon repair", "partial benefit"), ("10 × Shockwave elsewhere", "no benefit")]
    assert str(clock.today().year - 4) in html


def test_doses_in_their_own_unit_with_their_sums(client: Client, story: Story) -> None:
    html, said = page(client, story), says(page(client, story))
    assert "dose index 1200 mJ/mm²" in html
    assert "25 min" in html
    focused = [s for s in said if "Focused shockwave" in s]
    assert [re.findall(r"dose index (\d+), (\d+) mJ/mm² so far", s)[0] for s in focused] == [
        ("300", "300"),
        ("400", "700"),
        ("500", "1200"),
    ]


def test_the_other_side_is_faint_and_only_where_it_is_asked_for(client: Client, story: Story) -> None:
    assert "chart-line-other" not in page(client, story)
    assert not [s for s in says(page(client, story)) if "left" in s]
    both = page(client, story, side="both")
    assert both.count("chart-line-other") == 1
    assert len([s for s in says(both) if "Knee to wall, left" in s]) == 5


def test_measures_are_chosen(client: Client, story: Story) -> None:
    assert not [s for s in says(page(client, story)) if "Morning stiffness" in s]
    chosen = says(page(client, story, measure=["MORNING_STIFF_MIN|"]))
    assert len([s for s in chosen if "Morning stiffness" in s]) == 5
    assert not [s for s in chosen if s.startswith("Pain, load")]


def test_changes_are_counted_from_a_day_or_a_block(client: Client, story: Story) -> None:
    since = (clock.today() - timedelta(days=50)).isoformat()
    html = page(client, story, day=since)
    assert f"Pain, load: 3/10, {day(13)}, −2 since {day(56)}, Giulia Renna" in says(html)
    assert f"changes since {day(50)}" in html
    assert "no reliable change" in page(client, story, day=(clock.today() - timedelta(days=15)).isoformat())
    block = re.findall(r'value="(block-[^"]*)"[^>]*>block 2', html)[0]
    assert f"Pain, load: 3/10, {day(13)}, −1 since {day(20)}, Giulia Renna" in says(page(client, story, since=block))
    nothing = page(client, story, day=clock.today().isoformat())
    assert "not measured since" in nothing


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"day": "2999-01-01"}, "This day is still to come."),
        ({"day": "soon"}, "Enter a valid date."),
        ({"since": "block-1"}, "Select a valid choice"),
        ({"side": "top"}, "Select a valid choice"),
        ({"measure": "IQ|"}, "Select a valid choice"),
        ({"measure": "a\x00b"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_read_is_told_beside_its_field(
    client: Client, story: Story, asked: dict[str, str], told: str
) -> None:
    answer = client.get(f"/cases/{story.case.pk}/progress/", asked)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert f"Pain, load: 3/10, {day(13)}, −4 since the start" in answer.content.decode()
    assert client.get(f"/cases/{story.case.pk}/progress.csv", asked).status_code == 200


def test_the_table_and_the_file_say_what_the_drawing_says(client: Client, story: Story) -> None:
    html, rows = page(client, story), rows_of(client, story)
    pain = [r for r in rows if r["what"] == "Pain, load" and r["moment"] == "before treatment"]
    assert [(r["value"], r["change"], r["by"]) for r in pain] == [
        ("7", "", "Giulia Renna"),
        ("6", "-1", "Giulia Renna"),
        ("5", "-2", "Giulia Renna"),
        ("4", "-3", "Giulia Renna"),
        ("3", "-4", "Giulia Renna"),
    ]
    assert "5 weeks after the one before" in pain[3]["words"]
    assert "improved" in pain[4]["words"]
    focused = [r for r in rows if r["what"] == "Focused shockwave"]
    assert [(r["value"], r["sum"], r["sum unit"]) for r in focused] == [
        ("300", "300", "mJ/mm²"),
        ("400", "700", "mJ/mm²"),
        ("500", "1200", "mJ/mm²"),
    ]
    picture = next(r for r in rows if r["value"] == "158")
    assert (picture["change"], picture["change unit"], picture["unit"]) == ("-27.5", "%", "mm²")
    parts = {r["part"] for r in rows}
    assert parts == {"before us", "measure", "dose", "happened"}
    table, in_all = html[html.index('id="progress-table"') :].split("<caption>Doses in all</caption>")
    assert "1200" in in_all
    assert table.count("<tr>") == len(rows) + 4, "each row of the file is a row of the table"
    for text in ("−27.5", "not comparable (another kind of picture)", "1200", "Ran 5 km.", "Better."):
        assert text in table
    assert rows_of(client, story, side="both") != rows


def test_no_cell_of_the_file_is_a_formula(client: Client, story: Story) -> None:
    answer = client.get(f"/cases/{story.case.pk}/progress.csv")
    text = answer.content.decode()
    assert answer["Content-Disposition"] == f'attachment; filename="progress-{story.case.number}.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "'=Blister (mild)" in text
    cells = [cell for row in csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")) for cell in row]
    assert not [c for c in cells if c[:1] in "=+-@" and not re.fullmatch(r"-?[\d.]+|", c)]


def test_the_file_is_audited_as_an_export_and_the_page_as_seen(client: Client, story: Story) -> None:
    rows = rows_of(client, story)
    event = AuditEvent.objects.get(action="progress.exported")
    assert (event.row_id, event.patient_id, event.details) == (
        story.case.pk,
        story.case.patient_id,
        {"rows": len(rows) + 1},
    )
    page(client, story)
    assert AuditEvent.objects.filter(action="progress.seen", row_id=story.case.pk).count() == 1


def test_what_was_entered_in_error_is_in_neither(client: Client, by: StaffMember, story: Story) -> None:
    mark_in_error(session=story.visits[-1], error="NOT_DONE", reason="Another day.", by=by)
    assert not [s for s in says(page(client, story)) if day(13) in s and "X-ray" not in s]
    assert "Ran 5 km" not in page(client, story)
    assert not [r for r in rows_of(client, story) if r["date"] == str(clock.today() - timedelta(days=13))]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("2026-11-20", 20), ("soon", 22), ("2026-13-45", 22), ("", 22), (None, 22), (7, 22), ("2999-01-01", 24)],
)
def test_a_note_without_a_readable_day_stands_where_it_was_begun(typed: Any, shown: int) -> None:
    begun = datetime(2026, 11, 22, 12, tzinfo=UTC)
    draft: Any = SimpleNamespace(draft={"occurred_on": typed}, created_at=begun)
    assert day_of_draft(draft, date(2026, 11, 24)) == date(2026, 11, shown)


def test_a_case_without_a_signed_visit_says_what_belongs_here(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    answer = client.get(f"/cases/{case.pk}/progress/")
    assert answer.status_code == 200
    assert "begins with the first signed session" in answer.content.decode()
    assert client.get(f"/cases/{case.pk}/progress.csv").content.decode() == BYTE_ORDER_MARK


@pytest.mark.parametrize("path", ["progress/", "progress.csv"])
def test_who_does_not_see_it(client: Client, story: Story, by: StaffMember, path: str) -> None:
    address = f"/cases/{story.case.pk}/{path}"
    client.logout()
    assert client.get(address).status_code == 302
    client.force_login(a_physio())
    assert client.get(address).status_code == 404
    client.force_login(staff(Role.RECEPTIONIST, site=site_of(by)))
    assert client.get(address).status_code == 404


def test_the_case_page_draws_its_key_measures(client: Client, story: Story) -> None:
    html = client.get(f"/cases/{story.case.pk}/").content.decode()
    said = says(html)
    assert f"Knee to wall, right: 8 cm, {day(13)}, +3.8 since the start, Giulia Renna" in said
    assert not [s for s in said if "Morning stiffness" in s]
    assert f'href="/cases/{story.case.pk}/progress/"' in html
