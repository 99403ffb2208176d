"""Pages of the demo as a person reads them: regions by their headings, tables by captions, rows by their first cell."""

import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from cases.models import Case
from clinic.models import StaffMember
from treatments.models import ScreeningQuestion

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
UNSEEN = {"script", "style", "template", "svg", "head"}
APART = {"p", "li", "tr", "td", "th", "dt", "dd", "div", "section", "h1", "h2", "h3", "summary", "caption", "br"}
APART_CLASSES = {"why", "row-main", "row-note", "row-meta"}


@dataclass
class Part:
    """An element with what is in it, in order."""

    tag: str
    attributes: dict[str, str]
    inside: list["Part | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What one reads, with single spaces; without the signs that stand beside words."""
        return " ".join(self.raw().split())

    def raw(self) -> str:
        if self.tag in UNSEEN or "hidden" in self.attributes or self.attributes.get("aria-hidden") == "true":
            return ""
        told = "".join(each if isinstance(each, str) else each.raw() for each in self.inside)
        return f" {told} " if self.tag in APART or self.classes & APART_CLASSES else told

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    def all(self, *tags: str) -> list["Part"]:
        """The elements of these tags within, in the order of the page."""
        found: list[Part] = []
        for each in self.inside:
            if isinstance(each, Part):
                found += ([each] if each.tag in tags else []) + each.all(*tags)
        return found

    def of_class(self, name: str) -> str:
        """The text of the first element of this class; "" where there is none."""
        return next((e.text for e in self.all("span", "p", "ul") if name in e.classes), "")

    def region(self, heading: str) -> "Part":
        """The section whose first heading starts so."""
        headed = ((s, s.all("h2", "h3")) for s in self.all("section"))
        return first((s for s, h in headed if h and h[0].text.startswith(heading)), heading)

    def table(self, caption: str) -> "Part":
        titled = ((t, t.all("caption")) for t in self.all("table"))
        return first((t for t, c in titled if c and c[0].text == caption), caption)

    def rows(self) -> list[list[str]]:
        return [[cell.text for cell in row.all("th", "td")] for row in self.all("tr") if row.all("td")]

    def row(self, name: str) -> list[str]:
        """The cells after the one that is called so, or starts with this word."""
        return first((c[1:] for c in self.rows() if c[0] == name or c[0].startswith(f"{name} ")), name)

    def facts(self) -> dict[str, str]:
        """The terms with what is said of each."""
        terms = self.all("dt", "dd")
        return {t.text: d.text for t, d in itertools.pairwise(terms) if (t.tag, d.tag) == ("dt", "dd")}

    def lines(self) -> list[str]:
        return [each.text for each in self.all("li")]


def first(found: Iterator[Any], name: str) -> Any:
    for each in found:
        return each
    raise AssertionError(f"The page shows no {name!r}")


class Builder(HTMLParser):
    """Builds the tree of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Part("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        last = self.open[-1].inside[-1]
        if tag not in VOID and isinstance(last, Part):
            self.open.append(last)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Part(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in {part.tag for part in self.open}:
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


class Story:
    """The pages of one patient of the demo, opened by the physiotherapist."""

    def __init__(self, client: Client, family_name: str) -> None:
        self.client = client
        self.case = Case.objects.get(patient__family_name=family_name)
        client.force_login(StaffMember.objects.get(email="physio@example.org"))

    def read(self, address: str) -> Part:
        answer = self.client.get(address)
        assert answer.status_code == 200, address
        builder = Builder()
        builder.feed(answer.content.decode())
        return builder.open[0]

    def page(self, name: str = "", query: str = "") -> Part:
        """A page of the case: itself, or its "plan", "progress", "screening"."""
        return self.read(f"/cases/{self.case.pk}/{f'{name}/' if name else ''}{query}")

    def patient(self) -> Part:
        return self.read(f"/patients/{self.case.patient_id}/")

    def sessions(self) -> list[Part]:
        """The pages of the signed notes that were not corrected, in the order of the days."""
        links = self.page().region("Sessions").all("a")
        opened = [a.attributes["href"] for a in links if a.text.startswith("Open the session")]
        return [self.read(address) for address in reversed(opened)]

    def reviews(self, block: int) -> list[Part]:
        """What is on the page of the reviews of a block: one section each."""
        found = self.case.plans.get().blocks.get(number=block)
        return [s for s in self.read(f"/blocks/{found.pk}/review/").all("section") if "Decided" in s.text]

    def file(self) -> list[dict[str, str]]:
        """The rows of the progress as they are taken away, by the names of their columns."""
        answer = self.client.get(f"/cases/{self.case.pk}/progress.csv")
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))

    def course(self, measure: str, moment: str = "before treatment") -> dict[int, str]:
        """The values of a measure in the file, by the day counted from the first."""
        rows = [r for r in self.file() if (r["part"], r["what"], r["moment"]) == ("measure", measure, moment)]
        return {(date.fromisoformat(r["date"]) - self.case.opened_on).days: r["value"] for r in rows}

    def levels(self) -> dict[str, tuple[str, str]]:
        """What follows from the screening for each treatment of the first problem: its level, and why."""
        found: dict[str, tuple[str, str]] = {}
        for group in self.page("screening").region("What follows today").all("details"):
            level = re.sub(r" \d+$", "", group.all("summary")[0].text)
            for row in group.all("li"):
                found.setdefault(row.of_class("row-main"), (level, row.of_class("row-note")))
        return found

    def answer_again(self, **yes: str) -> None:
        """Answers every question of the screening today: with no, but for what is given; the rest is told as typed."""
        codes = ScreeningQuestion.objects.filter(retired_on=None).values_list("code", flat=True)
        given = {f"{code}-answer": "no" for code in codes} | {n.replace("__", "-"): told for n, told in yes.items()}
        assert self.client.post(f"/cases/{self.case.pk}/screening/", given).status_code == 302
