"""What happened in a case, drawn and in words: visits, blocks, reviews, pictures, flares, what came before."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cases.models import PriorTreatment
from cases.queries.wording import change_in_words, size_of
from cases.rules.imprecise_dates import ImpreciseDate
from clinic.templatetags.formatting import day
from treatments.models import Session, SessionKind
from treatments.queries import BlockSpan, Event, Happening, Picture, Reviewed, Surroundings
from treatments.rules.lanes import Happened, HappenedRow, Stretch
from treatments.rules.panels import GAP_DAYS

Link = Callable[[UUID], str]
FORMS = {"SURGERY": "square", "INJECTION": "down"}  # by family; what is neither is a disc
FILLS = {"NONE": "none", "SHORT": "some", "PARTIAL": "some", "LASTING": "much", "WORSE": "worse", "UNKNOWN": "unknown"}
NOT_TREATED = frozenset({SessionKind.ASSESSMENT, SessionKind.REVIEW, SessionKind.DISCHARGE, SessionKind.CONTACT})


@dataclass(frozen=True)
class Before:
    """One thing of the strip: a treatment elsewhere, or a picture that was there when we began."""

    number: int
    name: str
    when: str
    said: str
    fill: str
    form: str
    link: str
    picture: Picture | None


def visits_to_draw(sessions: Sequence[Session], drafts: Iterable[Session], link: Link, *, today: date) -> HappenedRow:
    """A stroke for each signed visit, a ring where nothing was treated, an open mark for a note that is not signed."""
    signed = [
        Happened(
            kind="visit-only" if s.kind in NOT_TREATED else "visit",
            form="circle" if s.kind in NOT_TREATED else "stroke",
            on=s.occurred_on,
            label="",
            says=", ".join([str(s.get_kind_display()).capitalize(), day(s.occurred_on), s.signed_name]),
            link=link(s.pk),
        )
        for s in sessions
    ]
    open_notes = [
        Happened(
            kind="unsigned",
            form="circle",
            on=day_of_draft(d, today),
            label=_("not signed"),
            says=", ".join([_("Note, not signed"), day(day_of_draft(d, today)), d.author.name]),
            link=link(d.pk),
        )
        for d in drafts
    ]
    return HappenedRow(_("Visits"), (), (*signed, *open_notes), flat=True)


def day_of_draft(draft: Session, today: date) -> date:
    """The day that is typed in a note; where it is none yet, the one on which it was begun."""
    typed = draft.draft.get("occurred_on")
    try:
        on = parse_date(typed) if isinstance(typed, str) else None
    except ValueError:
        on = None
    return min(on or localtime(draft.created_at).date(), today)


def pauses_to_draw(days: Sequence[date], *, today: date) -> tuple[Stretch, ...]:
    """More than three weeks without a signed visit, up to today."""
    return tuple(
        Stretch("pause", a, b, in_weeks(a, b, today), weeks((b - a).days), in_weeks(a, b, today))
        for a, b in pairwise([*days, today])
        if (b - a).days > GAP_DAYS
    )


def in_weeks(first: date, last: date, today: date) -> str:
    return _("no signed visit for %(weeks)s") % {"weeks": weeks((last - first).days)}


def weeks(days: int) -> str:
    return _("%(count)s weeks") % {"count": days // 7}


def blocks_to_draw(blocks: Iterable[BlockSpan], *, today: date) -> tuple[Stretch, ...]:
    return tuple(
        Stretch(
            kind="block",
            first=b.first,
            last=today if b.is_open else b.last,
            label=block_name(b) + _(": %(held)s of %(planned)s") % {"held": b.held, "planned": b.planned},
            short_label=str(b.number),
            says=f"{block_name(b)}: {block_says(b)}",
            is_open=b.is_open,
        )
        for b in blocks
    )


def block_name(block: BlockSpan) -> str:
    return _("block %(number)s") % {"number": block.number}


def block_says(block: BlockSpan) -> str:
    """ "5 of 5 sessions, Wed 16 Sep 2026 to Wed 14 Oct 2026"."""
    held = _("%(held)s of %(planned)s sessions") % {"held": block.held, "planned": block.planned}
    until = _("open") if block.is_open else _("to %(day)s") % {"day": day(block.last)}
    said = [held, f"{day(block.first)} {until}" if not block.is_open else f"{_('since')} {day(block.first)}, {until}"]
    if block.ended_early_because:
        said.append(_("ended early: %(why)s") % {"why": block.ended_early_because})
    return ", ".join(said)


def reviews_to_draw(reviews: Iterable[Reviewed]) -> HappenedRow:
    return HappenedRow(
        _("Reviews"),
        (),
        tuple(
            Happened(
                kind="review",
                form="diamond",
                on=r.on,
                label=str(r.decision.label),
                says=", ".join([review_name(r), day(r.on), str(r.decision.label), r.by]),
                link=reverse("review_block", args=[r.block_id]),
            )
            for r in reviews
        ),
    )


def review_name(review: Reviewed) -> str:
    return _("Review of block %(number)s") % {"number": review.block}


def things_before(around: Surroundings) -> tuple[Before, ...]:
    """What came before the first visit, numbered in its order; what is not dated comes first."""
    priors = [(p.started_on or date.min, prior_before(p)) for p in around.before]
    pictures = [(p.result.taken_on, picture_before(p)) for p in around.pictures_before]
    in_order = sorted([*priors, *pictures], key=lambda pair: pair[0])
    return tuple(Before(number=n, **told) for n, (_on, told) in enumerate(in_order, 1))


def prior_before(prior: PriorTreatment) -> dict[str, Any]:
    return {
        "name": prior_name(prior),
        "when": when(prior.started),
        "said": str(prior.get_benefit_display()),
        "fill": FILLS[prior.benefit],
        "form": FORMS.get(prior.kind.content.get("family", ""), "circle"),
        "link": "",
        "picture": None,
    }


def picture_before(picture: Picture) -> dict[str, Any]:
    return {
        "name": str(picture.result),
        "when": when(picture.result.taken),
        "said": sizes_of(picture),
        "fill": "picture",
        "form": "square",
        "link": reverse("imaging_result", args=[picture.result.pk]),
        "picture": picture,
    }


def prior_name(prior: PriorTreatment) -> str:
    return f"{prior.sessions} × {prior}" if prior.sessions else str(prior)


def when(on: ImpreciseDate | None) -> str:
    """A date as far as it is known: "Tue 3 Nov 2026", "Nov 2026", "2026"."""
    if on is None:
        return _("day not known")
    return {10: day(on.on), 7: f"{on.on:%b %Y}", 4: str(on.on.year)}[len(str(on))]


def events_to_draw(around: Surroundings, before: Sequence[Before], link: Link) -> tuple[HappenedRow, ...]:
    """Three lanes: pictures, treatments elsewhere, what went wrong. What came before stands in the strip."""
    notes = (_("before us in order,"), _("not to scale")) if before else ()
    mine = (Happening.FLARE, Happening.ADVERSE)
    pictures = [in_strip(b, around) for b in before if b.picture] + [picture_drawn(p) for p in around.pictures]
    treated = [in_strip(b, around) for b in before if not b.picture]
    treated += [event_drawn(e, link) for e in around.events if e.kind not in mine]
    wrong = [event_drawn(e, link) for e in around.events if e.kind in mine]
    return (
        HappenedRow(_("Pictures"), (_("size, change"),), tuple(pictures)),
        HappenedRow(_("Treated elsewhere"), notes, tuple(treated)),
        HappenedRow(_("Flares, adverse events"), (), tuple(wrong)),
    )


def in_strip(thing: Before, around: Surroundings) -> Happened:
    return Happened(
        kind="picture" if thing.picture else f"before chart-before-{thing.fill}",
        form=thing.form,
        on=around.begins,
        label="",
        says=", ".join([_("Before us, %(number)s: %(name)s") % vars(thing), thing.when, thing.said]),
        link=thing.link,
        place=thing.number - 1,
        number=str(thing.number),
    )


def picture_drawn(picture: Picture) -> Happened:
    sizes = sizes_of(picture)
    return Happened(
        kind="picture",
        form="square",
        on=picture.result.taken_on,
        label=sizes,
        says=", ".join([str(picture.result), when(picture.result.taken), sizes, *readers(picture)]),
        link=reverse("imaging_result", args=[picture.result.pk]),
    )


def readers(picture: Picture) -> list[str]:
    return list(dict.fromkeys(seen.measurement.reading.signed_name for _course, seen in picture.deposits))


def sizes_of(picture: Picture) -> str:
    """What was read: "158 mm² −27.5 %"; or why it cannot be compared; of several deposits each with its name."""
    many = len(picture.deposits) > 1
    said = []
    for course, seen in picture.deposits:
        size, unit = size_of(seen)
        change = change_in_words(seen.change)
        parts = [course.deposit.label if many else "", size, unit]
        if change:
            parts.append(change.percent or f"· {change.word}: {change.why}")
        if course.origin == "REPORTED":
            parts.append(_("(as reported)"))
        said.append(" ".join(part for part in parts if part))
    return "; ".join(said) or _("not measured")


def event_drawn(event: Event, link: Link) -> Happened:
    fill = FILLS.get(event.benefit, "unknown")
    kinds = {Happening.FLARE: ("flare", "up"), Happening.ADVERSE: ("adverse", "up")}
    kind, form = kinds.get(event.kind, (f"before chart-before-{fill}", FORMS.get(event.kind, "circle")))
    return Happened(
        kind=kind,
        form=form,
        on=event.on,
        until=event.until,
        label=event_says(event),
        says=", ".join(p for p in (event_says(event), event_when(event), event.by) if p),
        link=link(event.session_id) if event.session_id else "",
    )


def event_says(event: Event) -> str:
    """ "flare, 6/10 the next morning"; "Dizzy (mild)"; "Steroid injection · no benefit"."""
    if event.kind is Happening.FLARE:
        return _("flare, %(pain)s the next morning") % {"pain": event.text} if event.text else _("flare")
    if event.kind is Happening.ADVERSE:
        return f"{event.text} ({event.detail})"
    return f"{event.text} · {event.detail}"


def event_when(event: Event) -> str:
    first = when(event.known_as) if event.known_as else day(event.on)
    return f"{first} – {day(event.until)}" if event.until and event.until != event.on else first
