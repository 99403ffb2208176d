"""How the cases went, in words and as rows: with shares and their intervals, or with why there are none."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Site
from clinic.rules.csv_files import Cell
from treatments.queries.clinic import Clinic, Counted
from treatments.queries.responses import Measured, Span
from treatments.rules.intervals import Interval
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
    """A group with its shares, and the interval of the share improved, in percent."""

    name: str
    cases: int
    improved: Part
    unchanged: Part
    worse: Part
    low: int
    high: int
    not_known: int

    @property
    def width(self) -> int:
        return self.high - self.low

    @property
    def mark(self) -> int:
        """Where the share stands; the mark is two wide."""
        return min(max(self.improved.percent - 1, 0), 98)


@dataclass(frozen=True)
class Rows:
    """Groups of one kind: those with shares, and the names of the others by why they have none."""

    title: str
    shown: tuple[Row, ...]
    withheld: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """One measure by each kind of group."""

    name: str
    against_error: bool
    kinds: tuple[Rows, ...]


@dataclass(frozen=True)
class CountedRow:
    """A line of cases; the widths of its bar in percent of all cases."""

    label: str
    open: int
    closed: int
    total: int
    open_width: int
    width: int


def counted_rows(found: Sequence[Counted]) -> list[CountedRow]:
    """The longest bar fills its place."""
    most = max((c.total for c in found), default=0)
    return [
        CountedRow(c.label, c.open, c.closed, c.total, percent(c.open, most), percent(c.total, most)) for c in found
    ]


def percent(count: int, of: int) -> int:
    return rounded(count / of) if of else 0


def all_cases(clinic: Clinic) -> tuple[Rows]:
    """Each measure with all its cases, without a title."""
    return (rows_of("", [(measured.all, measured.name) for measured in clinic.measured]),)


def tables_of(clinic: Clinic) -> list[Table]:
    """The measures that have shares, by groups."""
    return [table_of(measured, clinic) for measured in clinic.measured if measured.all.withheld is None]


def table_of(measured: Measured, clinic: Clinic) -> Table:
    return Table(
        name=measured.name,
        against_error=measured.against_error,
        kinds=tuple(
            rows_of(words, [(tally, clinic.names.get(tally.group, tally.group.code)) for tally in found])
            for kind, words in KINDS.items()
            if kind is not Kind.ALL and (found := measured.of(kind))
        ),
    )


def rows_of(title: object, found: Sequence[tuple[Tally, str]]) -> Rows:
    without: dict[str, list[str]] = {}
    for tally, name in found:
        if tally.withheld:
            without.setdefault(why_not(tally), []).append(name)
    return Rows(
        title=str(title),
        shown=tuple(row_of(tally, tally.interval, name) for tally, name in found if tally.interval),
        withheld=tuple((why, "; ".join(names)) for why, names in without.items()),
    )


def row_of(tally: Tally, interval: Interval, name: str) -> Row:
    of = tally.judged
    return Row(
        name,
        cases=of,
        improved=Part(tally.improved, percent(tally.improved, of)),
        unchanged=Part(tally.unchanged, percent(tally.unchanged, of)),
        worse=Part(tally.worse, percent(tally.worse, of)),
        low=rounded(interval.low),
        high=rounded(interval.high),
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
