"""How the cases went, in words and as rows: with shares and their intervals, or with why there are none."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Site
from clinic.rules.csv_files import Cell
from treatments.queries.clinic import Clinic, Counted
from treatments.queries.responses import Measured, Span
from treatments.rules.responses import FEWEST, Kind, Tally, Withheld

KINDS = {
    Kind.ALL: gettext_lazy("All cases"),
    Kind.PATHOLOGY: gettext_lazy("Diagnosis"),
    Kind.PROTOCOL: gettext_lazy("Template of the plan"),
    Kind.FAILED_BEFORE: gettext_lazy("An earlier treatment without benefit"),
    Kind.FAILED_KIND: gettext_lazy("Earlier treatment without benefit, by kind"),
}


@dataclass(frozen=True)
class Part:
    """A count and its share in percent."""

    count: int
    percent: int


@dataclass(frozen=True)
class Row:
    """A group with its shares; of a group that is withheld only why. Whiskers in percent."""

    name: str
    cases: int = 0
    improved: Part | None = None
    unchanged: Part | None = None
    worse: Part | None = None
    low: int = 0
    high: int = 0
    not_known: int = 0
    why_not: str = ""

    @property
    def width(self) -> int:
        return self.high - self.low


@dataclass(frozen=True)
class Table:
    """One measure: all its cases, then by each kind of group."""

    name: str
    against_error: bool
    all: Row
    kinds: tuple[tuple[str, tuple[Row, ...]], ...]


@dataclass(frozen=True)
class CountedRow:
    """A line of cases; the widths of its bar in percent of all cases."""

    label: str
    open: int
    closed: int
    total: int
    open_width: int
    width: int


def counted_rows(found: Iterable[Counted], of: int) -> list[CountedRow]:
    return [CountedRow(c.label, c.open, c.closed, c.total, percent(c.open, of), percent(c.total, of)) for c in found]


def percent(count: int, of: int) -> int:
    return int(Decimal(100 * count / of).quantize(Decimal(1), ROUND_HALF_UP)) if of else 0


def parts_of(clinic: Clinic) -> list[Table]:
    return [table_of(measured, clinic) for measured in clinic.measured]


def table_of(measured: Measured, clinic: Clinic) -> Table:
    return Table(
        name=measured.name,
        against_error=measured.against_error,
        all=row_of(measured.all, measured.name),
        kinds=tuple(
            (str(words), tuple(row_of(t, clinic.names.get(t.group, t.group.code)) for t in found))
            for kind, words in KINDS.items()
            if kind is not Kind.ALL and (found := measured.of(kind))
        ),
    )


def row_of(tally: Tally, name: str) -> Row:
    if tally.withheld or tally.interval is None:
        return Row(name, why_not=why_not(tally))
    of = tally.judged
    return Row(
        name,
        cases=of,
        improved=Part(tally.improved, percent(tally.improved, of)),
        unchanged=Part(tally.unchanged, percent(tally.unchanged, of)),
        worse=Part(tally.worse, percent(tally.worse, of)),
        low=rounded(tally.interval.low),
        high=rounded(tally.interval.high),
        not_known=tally.not_known,
    )


def rounded(share: float) -> int:
    return int(Decimal(share * 100).quantize(Decimal(1), ROUND_HALF_UP))


def why_not(tally: Tally) -> str:
    if tally.withheld is Withheld.FEW_WOULD_FOLLOW:
        return _("not shown: a group of fewer than %(fewest)s would follow from it") % {"fewest": FEWEST}
    return _("fewer than %(fewest)s cases") % {"fewest": FEWEST}


def caution() -> str:
    return _(
        "This shows what happened, not why. Who got which treatment was not left to chance: the groups differ in much"
        " else, and cases without a second value are not counted. Do not read it as proof."
    )


def file_rows(clinic: Clinic, span: Span, site: Site | None) -> list[list[Cell]]:
    """A line for each group of each measure; then what the figures do not say."""
    header = [
        *(_("measure"), _("grouped by"), _("group"), _("cases")),
        *(_("improved"), _("no reliable change"), _("worse")),
        *(_("improved, percent"), _("95 % interval from, percent"), _("95 % interval to, percent")),
        *(_("not known"), _("note"), _("from"), _("to"), _("site")),
    ]
    where: list[Cell] = [span.since, span.until, site.name if site else _("all my sites")]
    rows: list[list[Cell]] = [list(header)]
    for measured in clinic.measured:
        for tally in measured.tallies:
            name = clinic.names.get(tally.group, "")
            rows.append([measured.name, str(KINDS[tally.group.kind]), name, *figures(tally, measured), *where])
    for name, count in clinic.not_judged:
        rows.append([name, str(KINDS[Kind.ALL]), "", *[None] * 7, count, _("no agreed threshold"), *where])
    return [*rows, [caution()]]


def figures(tally: Tally, measured: Measured) -> list[Cell]:
    """From the number of cases to the note."""
    if tally.withheld or tally.interval is None:
        return [*[None] * 8, why_not(tally)]
    note = _("held against the error only") if measured.against_error else ""
    counts = (tally.judged, tally.improved, tally.unchanged, tally.worse)
    shares = (tally.improved / tally.judged, tally.interval.low, tally.interval.high)
    return [*counts, *(Decimal(share * 100).quantize(Decimal("0.1")) for share in shares), tally.not_known, note]
