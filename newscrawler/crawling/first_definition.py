"""A first portal definition, written from a homepage and a sample of its articles."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from newscrawler.crawling.article_pattern import article_pattern
from newscrawler.crawling.definition_check import DefinitionReport, problem_of_section
from newscrawler.portals import Portal
from newscrawler.text.printable import single_line

_SEPARATOR = re.compile(r"\s*[_|｜—·]+\s*|\s+-+\s*|\s*-+\s+|-(?=[^-]*$)")
_GREETINGS = re.compile(r"^(?:首页|欢迎光临|欢迎访问|欢迎来到)|(?:首页|欢迎您|官方网站|官网)$")
_NAME_ENDINGS = ("网", "在线", "日报", "报")
_COMMON_LABELS = ("www", "com", "cn", "net", "org", "gov")
ENOUGH_LINKS = 12
"""Links of listings from which a pattern of article URLs may be proposed."""
ENOUGH_SECTIONS = 2
"""Sections that must have shown some of them, where the portal has so many."""
MAX_NAME = 60
"""Characters of a portal's name."""


def id_from_url(url: str) -> str:
    """Return a portal id from the name of the host: `news.cnhubei.com` becomes `cnhubei`."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    labels = [label for label in host.split(".") if label not in _COMMON_LABELS]
    return re.sub(r"[^a-z0-9]+", "_", (labels[-1] if labels else host).lower()).strip("_") or "portal"


def name_from_title(title: str) -> str:
    """Return a portal's name from the title of its homepage: the part that names a site, else the first part."""
    parts = [_GREETINGS.sub("", part.strip()).strip() for part in _SEPARATOR.split(title)]
    parts = [part for part in parts if part]
    return next((part for part in parts if part.endswith(_NAME_ENDINGS)), parts[0] if parts else "")[:MAX_NAME]


def definition_text(portal: Portal, name: str, report: DefinitionReport) -> str:
    """Return the definition as TOML: the four required keys, the sections, the pattern of article URLs."""
    systems = sorted({article["cms"] for article in report.articles if article["cms"]})
    lines = [
        f"# Written by 'newscrawler portal new' from {single_line(portal.homepage)}",
        f"# Content system: {', '.join(systems) or 'none that is known'}",
        f"id = {_toml_string(portal.id)}",
        f"name = {_toml_string(name)}",
        f"province = {_toml_string(portal.province)}",
        f"homepage = {_toml_string(portal.homepage)}",
        "",
    ]
    if report.sections:
        lines.append("[sections]")
        for row in report.sections:
            if problem := problem_of_section(row):
                lines.append(f"# {single_line(problem)}")
            lines.append(f"{_toml_string(row['section'])} = {_toml_string(row['url'])}")
    else:
        lines += ["# No section was found. Name them:", "# [sections]", '# "宜昌市" = "/yichang/"']
    return "\n".join([*lines, "", *_article_lines(report)]) + "\n"


def _article_lines(report: DefinitionReport) -> list[str]:
    """Return the table `[article]` with a pattern, or a comment that says why there is none.

    A pattern from a few links of one section would shut out articles of the others.
    """
    sections = sum(1 for section in report.sections if section["entries"])
    number = len(report.listed)
    if number < ENOUGH_LINKS or sections < min(ENOUGH_SECTIONS, len(report.sections)):
        return [f"# article.url is not proposed: {number} links in {sections} sections are too few for a pattern."]
    pattern = article_pattern(report.listed)
    if not pattern or "'" in pattern or not pattern.isprintable():
        return ["# article.url is not proposed: the links of the listings have no pattern in common."]
    lines = []
    if others := [url for url in report.listed if not re.search(pattern, url)]:
        lines.append(f"# The pattern shuts out {len(others)} of {number} links that the listings show, such as")
        lines += [f"#   {single_line(url)}" for url in others[:3]]
    return [*lines, "[article]", f"url = '{pattern}'"]


def _toml_string(text: str) -> str:
    """Return a quoted TOML string that nothing in the text can end."""
    return json.dumps(single_line(text), ensure_ascii=False)
