"""The fields of a citation, and their form in GB/T 7714-2015, BibTeX and CSL-JSON.

Formats: GB/T 7714-2015, 4.4 (articles of newspapers) and 4.6 (electronic resources); BibTeX with the type and fields of
biblatex (`@online`); CSL-JSON, schema 1.0.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote

from newscrawler.text.clock import CHINA
from newscrawler.text.printable import CONTROL, single_line

NAMED_AUTHORS = 3
"""GB/T 7714-2015, 8.1.2: of more than three authors the first three are named, and 等 follows."""
_NOT_IN_ADDRESS = re.compile(rf"(?:\s|[{{}}\"<>^`|\\]|{CONTROL.pattern})+")
_NOT_IN_KEY = re.compile(r"[^0-9A-Za-z_-]")
_NEWSPAPER = re.compile(r"报(?!\w)")
_DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}\Z", re.ASCII)
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "$&#_%"},
}
"""Characters with a meaning in TeX. BibTeX counts braces even after a backslash, so they are written as commands."""


@dataclass(frozen=True, slots=True)
class CitedCapture:
    """The capture from which a page of the cited version was read."""

    url: str
    fetched: str
    """Time of the capture, UTC."""
    digest: str
    """SHA-256 of the payload as received, before decompression; hexadecimal."""
    file: str | None
    """WARC file that holds the payload, relative to the folder `warc` beside the archive."""
    offset: int | None
    """Offset of the record in the file, in bytes."""


@dataclass(frozen=True, slots=True)
class Citation:
    """The fields of a citation. An empty string means that the page has no such value."""

    id: str
    version: int
    version_count: int
    url: str
    title: str
    subtitle: str
    authors: tuple[str, ...]
    outlet: str
    """The source that the page names, or the portal where it names none."""
    portal: str
    portal_name: str
    published: str
    """ISO 8601, as precise as the page shows it."""
    seen: str
    """Time at which this version was captured, or first seen where there is no capture; UTC."""
    language: str
    content_hash: str
    """SHA-256 of title and body, white space aside."""
    captures: tuple[CitedCapture, ...]
    """The captures of the page and of further pages of the article; empty where there are none."""

    @property
    def is_newspaper(self) -> bool:
        """Whether the outlet's name is that of a newspaper: N/OL instead of EB/OL."""
        return _NEWSPAPER.search(self.outlet) is not None

    @property
    def published_date(self) -> str:
        """The day of publication, ISO; empty where the page names none."""
        return self.published[:10] if _DAY.match(self.published[:10]) else ""

    @property
    def accessed_date(self) -> str:
        """The day of the capture, in the portals' own time (+08:00), ISO; empty for a damaged row."""
        try:
            return datetime.fromisoformat(self.seen).astimezone(CHINA).date().isoformat()
        except (ValueError, OverflowError):
            return ""

    @property
    def key(self) -> str:
        """A key that names article and text, the same in every archive: `hbdysh-5f0c1e2a-9c1d2e3f`."""
        return _NOT_IN_KEY.sub("", f"{self.portal}-{self.id[:8]}-{self.content_hash[:8]}")


def gb7714(cited: Citation) -> str:
    """Return the reference by GB/T 7714-2015, one line.

    `甲, 乙. 题名[EB/OL]. 网站, 2019(2019-07-10)[2026-11-23]. URL.`; of a newspaper
    `题名[N/OL]. 报纸名, 2019-07-10[2026-11-23]. URL.` The access date is the day of the capture, China's time. The
    evidence is not part of the standard's entry: see `evidence`.
    """
    names = [*cited.authors[:NAMED_AUTHORS]]
    if len(cited.authors) > NAMED_AUTHORS:
        names.append("等" if cited.language == "zh" else "et al")
    title = f"{cited.title}: {cited.subtitle}" if cited.subtitle else cited.title
    parts = [", ".join(names)] if names else []
    parts.append(f"{title}[{'N/OL' if cited.is_newspaper else 'EB/OL'}]")
    day = cited.published_date
    if cited.is_newspaper:
        where = f"{cited.outlet}, {day}" if day else cited.outlet
    else:
        where = f"{cited.outlet}, {day[:4]}({day})" if day else cited.outlet
    accessed = f"[{cited.accessed_date}]" if cited.accessed_date else ""
    return ". ".join([*parts, where + accessed, f"{_address(cited.url)}."])


def evidence(cited: Citation, language: Literal["zh", "en"] = "zh") -> str:
    """Return the evidence for a citation in one line: id, version, and per page time, SHA-256, file and offset.

    The time is China's, with the zone, as that of the access date.
    """
    seen = _china_time(cited.seen, "北京时间 {}" if language == "zh" else "{} UTC+8")
    if language == "zh":
        parts = [f"存档编号 {cited.id}，第 {cited.version} 版（共 {cited.version_count} 版）"]
        parts.append(f"采集于{seen}" if cited.captures else f"首见于{seen}，未存网页原件")
        separator, labels = "，", ("第 {} 页 ", "位于 {} 偏移 {}")
    else:
        parts = [f"archived as {cited.id}, version {cited.version} of {cited.version_count}"]
        parts.append(f"captured {seen}" if cited.captures else f"first seen {seen}, no capture kept")
        separator, labels = ", ", ("page {} ", "in {} at {}")
    for page, capture in enumerate(cited.captures, 1):
        parts.append(f"{labels[0].format(page) if page > 1 else ''}SHA-256 {capture.digest}")
        if capture.file is not None:
            parts.append(labels[1].format(capture.file, capture.offset))
    return separator.join(parts)


def bibtex(cited: Citation) -> str:
    """Return a BibTeX entry (`@online`, UTF-8) with a stable key; the braces keep each author's name as it is."""
    fields = {
        "author": " and ".join(f"{{{_tex(name)}}}" for name in cited.authors),
        "title": f"{{{_tex(cited.title)}}}",
        "subtitle": _tex(cited.subtitle),
        "organization": f"{{{_tex(cited.outlet)}}}",
        "date": cited.published_date,
        "year": cited.published_date[:4],
        "url": _address(cited.url),
        "urldate": cited.accessed_date,
        "note": _tex(evidence(cited, "en")),
        "language": {"zh": "chinese", "en": "english"}.get(cited.language, _tex(cited.language)),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@online{{{cited.key},", *lines, "}"])


def ris(cited: Citation) -> str:
    """Return a record of RIS, which EndNote, Zotero, NoteExpress and NoteFirst read. Its lines end with CR and LF."""
    day = cited.published_date.replace("-", "/")
    fields = [
        ("TY", "NEWS" if cited.is_newspaper else "ELEC"),
        ("ID", cited.key),
        # A comma would part a name into surname and given name.
        *(("AU", name.replace(",", "，")) for name in cited.authors),
        ("TI", f"{cited.title}: {cited.subtitle}" if cited.subtitle else cited.title),
        ("T2", cited.outlet),
        ("PB", cited.portal_name),
        ("PY", day[:4]),
        ("DA", day),
        ("Y2", cited.accessed_date.replace("-", "/")),
        ("UR", _address(cited.url)),
        ("LA", cited.language),
        ("N1", evidence(cited, "en")),
    ]
    # A value is one line: what follows a line break would be read as another field.
    lines = [f"{tag}  - {single_line(value)}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl_json(cited: Citation) -> dict[str, Any]:
    """Return an item of CSL-JSON; the evidence is in `note`, and field by field in `custom`."""
    item: dict[str, Any] = {
        "id": cited.key,
        "type": "article-newspaper" if cited.is_newspaper else "webpage",
        "title": f"{cited.title}: {cited.subtitle}" if cited.subtitle else cited.title,
        "author": [{"literal": name} for name in cited.authors],
        "container-title": cited.outlet,
        "publisher": cited.portal_name,
        "issued": _date_parts(cited.published_date),
        "accessed": _date_parts(cited.accessed_date),
        "URL": _address(cited.url),
        "language": cited.language,
        "note": evidence(cited, "en"),
        "custom": {
            "article": cited.id,
            "version": cited.version,
            "captured": cited.seen,
            "content_hash": cited.content_hash,
            "captures": [
                {"url": one.url, "fetched": one.fetched, "sha256": one.digest, "file": one.file, "offset": one.offset}
                for one in cited.captures
            ],
        },
    }
    return {name: value for name, value in item.items() if value}


def _china_time(stamp: str, form: str) -> str:
    """Return a moment to the second in China's time with the zone; what is no time, of a damaged row, as it is."""
    try:
        moment = datetime.fromisoformat(stamp)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        return form.format(f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M:%S}")
    except (ValueError, OverflowError):
        return stamp


def _date_parts(day: str) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[int(part) for part in day.split("-")]]} if day else None


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in text)


def _address(url: str) -> str:
    """Return a URL in which characters that would end it in a text, or unbalance BibTeX's braces, are encoded."""
    return _NOT_IN_ADDRESS.sub(lambda match: quote(match.group()), url)
