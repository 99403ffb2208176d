"""What was given, for a report: each visit with its doses, and what each modality amounts to."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from treatments.models import Application, Block, Session
from treatments.queries.doses import Lane, Sum, modalities_of
from treatments.queries.letter_parts import first_upper, section
from treatments.queries.letter_tables import NOTHING, brief, sessions_in
from treatments.queries.progress import Progress
from treatments.queries.surroundings import BlockSpan, Surroundings
from treatments.rules import dosage, numbers
from treatments.rules.dosage import ModalityRule
from treatments.rules.dose_ranges import ranges


def visits(progress: Progress, around: Surroundings | None) -> list[dict[str, Any]]:
    """Each signed visit in order: its day, its place in the plan, and the dose of each treatment."""
    blocks = {block.id: block for block in around.blocks} if around else {}
    rules = modalities_of(a.modality_id for s in progress.sessions for a in s.applications.all())
    return [
        {
            "day": brief(session.occurred_on),
            "place": place_of(session, blocks),
            "lines": [line(a, rules[a.modality_id]) for a in session.applications.all()],
        }
        for session in progress.sessions
    ]


def place_of(session: Session, blocks: dict[Any, BlockSpan]) -> str:
    """ "Block 1, 3 of 5"; of a visit that the plan does not count its kind."""
    block = blocks.get(session.block_id)
    if block is None:
        return first_upper(str(session.get_kind_display()))
    place = {"block": block.number, "number": session.number, "of": block.planned}
    return _("Block %(block)s, %(number)s of %(of)s") % place


def line(application: Application, rule: ModalityRule) -> list[str]:
    """A treatment and its dose in one line; or why it was not given."""
    if not application.was_given:
        return [rule.label, _("not given: %(why)s") % {"why": application.not_given_because}]
    return [rule.label, " · ".join(dosage.in_short(rule, application.parameters)) or NOTHING]


def sums(progress: Progress) -> dict[str, Any]:
    """Each modality: how often, its doses from least to most, and what they amount to."""
    given: dict[str, list[Application]] = defaultdict(list)
    rules = modalities_of(a.modality_id for s in progress.sessions for a in s.applications.all())
    for session in progress.sessions:
        for application in session.applications.all():
            if application.was_given:
                given[rules[application.modality_id].code].append(application)
    lanes = sorted(progress.lanes, key=lambda each: each.modality.group == "EDUCATION")
    rows = [row(lane, given[lane.modality.code]) for lane in lanes]
    columns = (_("Treatment"), _("Visits"), _("Dose, from least to most"), _("In all")) if rows else ()
    return section("sums", _("Treatment in all"), "" if rows else _("Nothing was given."), columns, rows)


def row(lane: Lane, given: list[Application]) -> list[str]:
    in_all = "; ".join(map(sum_in_words, lane.in_all)) or NOTHING
    said = ranges(lane.modality, [a.parameters for a in given]) if lane.modality.group != "EDUCATION" else ""
    return [lane.modality.label, str(len(sessions_in(given))), said or NOTHING, in_all]


def sum_in_words(total: Sum) -> str:
    said = f"{numbers.grouped(total.amount)} {total.unit}"
    return _("dose index %(sum)s") % {"sum": said} if total.is_index else said


def planned_lines(block: Block, rules: dict[str, ModalityRule]) -> list[str]:
    """What a block was to hold: each treatment with its dose, and in which of its sessions."""
    lines = []
    for dose in block.content:
        rule = rules.get(dose["modality"])
        if rule is not None:
            read = {c: dosage.read(p, v) for c, v in dose["parameters"].items() if (p := rule.parameter(c))}
            lines.append(f"{dosage.sentence(rule, read)} – {sessions_said(dose['numbers'], block.planned)}")
    return lines


def sessions_said(sessions: list[int], planned: int) -> str:
    """ "each session"; "session 3"; "sessions 1, 3 and 5"."""
    if len(sessions) == planned:
        return _("each session")
    *before, last = map(str, sessions)
    if not before:
        return _("session %(last)s") % {"last": last}
    return _("sessions %(before)s and %(last)s") % {"before": ", ".join(before), "last": last}
