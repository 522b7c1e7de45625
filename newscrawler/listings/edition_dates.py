"""The day of a newspaper's edition: in addresses of its pages and articles, and as the page prints it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.text.urls import identity

_PLACEHOLDER = re.compile(r"\{(yyyy|yy|mm|dd|m|d)\}")
_IN_ADDRESS = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?:"
    r"(?P<s1>[-/_.]?)(?P<m1>0[1-9]|1[0-2])(?P<s2>[-/_.]?)(?P<d1>0[1-9]|[12]\d|3[01])"  # 2024-05/20, 202405/20, 20240520
    r"|(?P<s3>[-/_])(?P<m2>[1-9])(?P<s4>[-/_])(?P<d2>[1-9]|[12]\d|3[01])"  # 2024/5/20
    r"|(?P<s5>[-/_])(?P<m3>1[0-2])(?P<s6>[-/_])(?P<d3>[1-9])"  # 2024/12/1
    r")(?!\d)"
)
_LONGEST_ADDRESS = 2_048
_WEEKDAY = "(?:星期|礼拜|周)[一二三四五六日天]"
_PRINTED = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s{0,3}[-/.年]\s{0,3}(\d{1,2})\s{0,3}[-/.月]\s{0,3}(\d{1,2})(?!\d)\s{0,3}日?"
)
_WITH_WEEKDAY = re.compile(rf"{_PRINTED.pattern}[\s,，|·(（]{{0,6}}{_WEEKDAY}")
_LONGEST_TITLE = 400
_LONGEST_TEXT = 20_000


def is_edition_template(url: str) -> bool:
    """Tell whether a section's URL is a template with a date, as in `/html/{yyyy}-{mm}/{dd}/node_1.htm`."""
    return _PLACEHOLDER.search(url) is not None


def is_month_template(url: str) -> bool:
    """Tell whether a template names a month and no day: it is that of an index of a month's editions."""
    return is_edition_template(url) and not {match[1] for match in _PLACEHOLDER.finditer(url)} & {"dd", "d"}


def edition_url(template: str, day: date) -> str:
    """Return the URL of a day's edition."""
    return _PLACEHOLDER.sub(lambda match: _value(match[1], day), template)


def day_of_edition(template: str, url: str) -> date | None:
    """Return the day for which a template gives this address, of a month the first; None if it gives it for no day."""
    match = _pattern(template).fullmatch(_after_host(url))
    if match is None:
        return None
    found = {name: int(value) for name, value in match.groupdict().items()}
    year = found["yyyy"] if "yyyy" in found else 2000 + found.get("yy", -2000)
    day = _date(year, found.get("mm", found.get("m", 0)), found.get("dd", found.get("d", 1)))
    return day if day is not None and identity(edition_url(template, day)) == identity(url) else None


@lru_cache(maxsize=100)
def _pattern(template: str) -> re.Pattern[str]:
    """Return what path and query of the addresses of a template look like."""
    digits = {
        "yyyy": "[0-9]{4}",
        "yy": "[0-9]{2}",
        "mm": "[0-9]{2}",
        "dd": "[0-9]{2}",
        "m": "[0-9]{1,2}",
        "d": "[0-9]{1,2}",
    }
    pattern, seen = "", set()
    for number, part in enumerate(_PLACEHOLDER.split(_after_host(template))):
        if number % 2 == 0:
            pattern += re.escape(part)
        else:
            pattern += f"(?P={part})" if part in seen else f"(?P<{part}>{digits[part]})"
            seen.add(part)
    return re.compile(pattern)


def _value(name: str, day: date) -> str:
    return {
        "yyyy": f"{day.year:04d}",
        "yy": f"{day.year % 100:02d}",
        "mm": f"{day.month:02d}",
        "dd": f"{day.day:02d}",
        "m": str(day.month),
        "d": str(day.day),
    }[name]


@dataclass(frozen=True, slots=True)
class EditionDay:
    """The day of an edition, with the form that the template of its newspaper gives to it."""

    day: date
    form: str = ""
    """What stands between the first and the last placeholder of the template: `2024-05/20`; may be empty."""

    @classmethod
    def of(cls, template: str, day: date) -> EditionDay:
        """Return the day as a template writes it."""
        places = list(_PLACEHOLDER.finditer(template))
        form = edition_url(template[places[0].start() : places[-1].end()], day) if places else ""
        # A form without the month, or without the day, stands in many addresses by chance.
        names = {place[1] for place in places}
        return cls(day, form if names & {"mm", "m"} and names & {"dd", "d"} else "")

    def is_in(self, url: str) -> bool:
        """Tell whether an address names this day."""
        return self.day in days_in(url) or self._by_form(url) is not None

    def forms_in(self, url: str) -> set[str]:
        """Return the ways in which an address writes this day: `####-##/##`, `########`, …"""
        forms = {_without_digits(match.group()) for match in _days(url) if _day_of(match) == self.day}
        return forms | ({_without_digits(self.form)} if self._by_form(url) else set())

    def replaced_in(self, text: str) -> str:
        """Return a part of an address with a sign in place of this day: `/html/*/node_1.htm`."""
        if self.form:
            text = re.sub(rf"(?<!\d){re.escape(self.form)}(?!\d)", "*", text)
        return _IN_ADDRESS.sub(lambda match: "*" if _day_of(match) == self.day else match.group(), text)

    def is_other_in(self, url: str) -> bool:
        """Tell whether an address names days, and this day is not among them."""
        return bool(days_in(url)) and not self.is_in(url)

    def _by_form(self, url: str) -> re.Match[str] | None:
        return re.search(rf"(?<!\d){re.escape(self.form)}(?!\d)", _after_host(url)) if self.form else None


def days_in(url: str) -> set[date]:
    """Return the days that path and query of an address name."""
    return {day for match in _days(url) if (day := _day_of(match)) is not None}


def _days(url: str) -> Iterator[re.Match[str]]:
    yield from _IN_ADDRESS.finditer(_after_host(url))


def _after_host(url: str) -> str:
    parts = urlsplit(url[:_LONGEST_ADDRESS])
    return unquote(f"{parts.path}?{parts.query}")


def _without_digits(text: str) -> str:
    return re.sub(r"\d", "#", text)


def _day_of(match: re.Match[str]) -> date | None:
    month, day = (match["m1"] or match["m2"] or match["m3"], match["d1"] or match["d2"] or match["d3"])
    return _date(int(match["y"]), int(month), int(day))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def printed_days(root: _Element, title: str) -> set[date]:
    """Return the days that a page prints as its own: in its title, and with a day of the week in its text."""
    text = text_up_to(root, _LONGEST_TEXT, between=" ")
    found = [*_PRINTED.finditer(title[:_LONGEST_TITLE]), *_WITH_WEEKDAY.finditer(text)]
    return {day for match in found if (day := _date(int(match[1]), int(match[2]), int(match[3]))) is not None}
