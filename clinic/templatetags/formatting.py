"""How dates and numbers look on every page."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils.html import format_html_join
from django.utils.timezone import localtime

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """Tue 3 Nov 2026; of an instant, its day here."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = localtime(value).date()
    return f"{value:%a} {value.day} {value:%b %Y}"


@register.filter
def ago(value: date | None, today: date) -> str:
    """12 days ago, today, yesterday; weeks from the fourth week on."""
    if value is None:
        return ""
    days = (today - value).days
    if days < 2:
        return {0: "today", 1: "yesterday"}.get(days, "")
    return f"{days} days ago" if days < 28 else f"{days // 7} weeks ago"


@register.filter
def plain(value: Decimal | float | None) -> str:
    """A number without needless zeros and with a true minus sign."""
    if value is None:
        return ""
    number = Decimal(str(value)).normalize()
    return (format(number, "f") if number else "0").replace("-", "−")


@register.filter
def as_points(marks: Iterable[tuple[str, str, str]]) -> str:
    """The (path, words, link) of a drawing’s marks as list items: of 800 a template takes twice the time."""
    items = ((link, says, path) for path, says, link in marks)
    return format_html_join("", '<g role="listitem"><a href="{}"><title>{}</title><path d="{}"/></a></g>', items)
