"""`newscrawler extract PATH…`: articles from saved pages, by the rules that a crawl uses."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli.options import clear_errors
from newscrawler.text.printable import printable

if TYPE_CHECKING:
    from newscrawler.extraction.model import NotAnArticle
    from newscrawler.normalization.article import Article
    from newscrawler.portals import Portal

SUFFIXES = (".html", ".htm", ".shtml", ".xhtml")
MAX_PAGE_BYTES = 64 * 1024 * 1024


@click.command("extract")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--url", metavar="URL", help="The page's address: resolves links, and finds the portal's rules.")
@click.option("--portal", "portal_name", metavar="ID", help="Read the pages by this portal's definition.")
@click.option("--explain", is_flag=True, help="A table for people: each field, the rule that found it, the raw text.")
def command(paths: tuple[str, ...], url: str | None, portal_name: str | None, explain: bool) -> None:
    """Extract articles from saved pages: files, directories (searched for .html, .htm, .shtml) or `-`.

    Writes one JSON object a line. A page that is no article has `reason` and `detail` in place of its fields.

    \b
    Examples:
      newscrawler extract page.html
      newscrawler extract --url http://www.hbdysh.cn/2019/0710/49629.shtml - < page.html
      newscrawler extract --explain page.html
      newscrawler extract saved-pages/ > articles.jsonl

    Exit status: 0 done, 1 a file could not be read, 2 wrong usage.
    """
    from newscrawler.cli.tables import json_text
    from newscrawler.reading import read_article

    with clear_errors():
        portal = _portal(portal_name, url)
    failed = False
    for path in _files(paths):
        try:
            body = _read(path)
        except OSError as error:
            click.echo(f"Error: {printable(path)}: {error.strerror or error}", err=True)
            failed = True
            continue
        found = read_article(body, portal, url=url)
        if explain:
            _explain(path, found)
        else:
            sys.stdout.write(json_text(_record(path, found, url)) + "\n")
    if failed:
        raise click.exceptions.Exit(1)


def _portal(name: str | None, url: str | None) -> Portal | None:
    """Return the portal that is named, or the one that the URL belongs to."""
    from newscrawler.portals import load_portal, load_portals

    if name:
        return load_portal(name)
    if url is None:
        return None
    portals, _ = load_portals()
    return next((portal for portal in portals if portal.owns(url)), None)


def _files(paths: tuple[str, ...]) -> Iterator[str]:
    for path in paths:
        if path != "-" and Path(path).is_dir():
            yield from (str(file) for file in sorted(Path(path).rglob("*")) if file.suffix.lower() in SUFFIXES)
        else:
            yield path


def _read(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read(MAX_PAGE_BYTES)
    with Path(path).open("rb") as stream:
        return stream.read(MAX_PAGE_BYTES)


def _record(path: str, found: Article | NotAnArticle, url: str | None) -> dict[str, Any]:
    from newscrawler.extraction.model import NotAnArticle

    if isinstance(found, NotAnArticle):
        return {"path": path, "url": url, "article": False, "reason": found.reason.value, "detail": found.detail}
    place = found.place
    county = place.county if place else None
    return {
        "path": path,
        "url": found.url or url,
        "article": True,
        "title": found.title,
        "subtitle": found.subtitle or None,
        "published": found.published or None,
        "published_date": found.published_date or None,
        "source": found.source or None,
        "editors": found.editors,
        "authors": found.authors,
        "credits": [
            {"role": credit.role, "name": credit.name, "outlet": credit.outlet or None} for credit in found.credits
        ],
        "summary": found.summary or None,
        "city": place.division.name if place else None,
        "city_code": place.division.code if place else None,
        "county": county.name if county else None,
        "county_code": county.code if county else None,
        "body": found.body,
        "body_html": found.body_html,
        "keywords": found.keywords,
        "article_type": found.article_type,
        "language": found.language,
        "char_count": found.char_count,
        "images": [{"url": image.url, "caption": image.caption} for image in found.images],
        "attachments": [{"url": file.url, "text": file.text} for file in found.attachments],
        "cms": found.cms or None,
        "encoding": found.encoding,
        "content_hash": found.content_hash,
    }


def _explain(path: str, found: Article | NotAnArticle) -> None:
    from newscrawler.cli.tables import print_table
    from newscrawler.extraction.model import NotAnArticle

    if isinstance(found, NotAnArticle):
        print_table(path, ("verdict", "reason"), [(f"no article: {found.reason.value}", found.detail)])
        return
    values = {
        "title": found.title,
        "subtitle": found.subtitle,
        "published": found.published,
        "source": found.source,
        "editors": "、".join(found.editors),
        "authors": "、".join(found.authors),
        "summary": found.summary,
        "keywords": "、".join(found.keywords),
        "article_type": found.article_type,
        "body": f"{found.char_count} characters: {found.body[:60]}…",
    }
    rows = []
    for name, value in values.items():
        how = found.provenance.get(name)
        raw = how.raw if how and how.raw != value else ""
        rows.append((name, value, how.rule if how else "", f"{how.confidence:.2f}" if how else "", raw))
    title = f"{path} ({found.cms or 'no known content system'}, {found.encoding})"
    print_table(title, ("field", "value", "rule", "confidence", "raw text"), rows)
