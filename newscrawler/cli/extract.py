"""`newscrawler extract PATH…`: articles from saved pages, by the rules of a crawl."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli.language import say
from newscrawler.cli.options import clear_errors
from newscrawler.text.printable import printable

if TYPE_CHECKING:
    from newscrawler.extraction.model import NotAnArticle
    from newscrawler.extraction.templates.model import Template
    from newscrawler.normalization.article import Article
    from newscrawler.portals import Portal


@click.command("extract")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--url", metavar="URL", help="The address of the page: to resolve links, and to find the portal's rules.")
@click.option("--portal", "portal_name", metavar="ID", help="Use the definition of this portal.")
@click.option("--together", is_flag=True, help="The pages are of one site: they teach each other where the text is.")
@click.option("--explain", is_flag=True, help="A table for people: each field, the rule that found it, the raw text.")
def command(paths: tuple[str, ...], url: str | None, portal_name: str | None, together: bool, explain: bool) -> None:
    """Extract articles from saved pages: files, directories (searched for .html, .htm, .shtml) or `-`.

    The output is one JSON object per line. A page that is not an article has `reason` and `detail` instead of fields.

    --together reads a sample of the pages first, to learn where pages of this site hold their text. The template helps
    where the general rules are unsure: short stories, photo pages. It needs three pages or more.

    \b
    Examples:
      newscrawler extract page.html
      newscrawler extract --url http://www.hbdysh.cn/2019/0710/49629.shtml - < page.html
      newscrawler extract --explain page.html
      newscrawler extract saved-pages/ > articles.jsonl
      newscrawler extract --together pages-of-one-site/ > articles.jsonl

    Exit status: 0 done, 1 a file could not be read, 2 wrong usage.
    """
    from newscrawler.cli.tables import json_text
    from newscrawler.extraction.cms import content_systems
    from newscrawler.reading import read_article

    with clear_errors():
        portal = _portal(portal_name, url)
        content_systems()  # mistakes in them end the command before it reads
    failed = False
    template = _template(paths, portal, url) if together else None
    for path in _files(paths):
        try:
            body = _read(path)
        except OSError as error:
            say(f"Error: {printable(path)}: {error.strerror or error}", err=True)
            failed = True
            continue
        article = read_article(body, portal, url=url, templates=[template] if template else [])
        if explain:
            _explain(path, article)
        else:
            sys.stdout.write(json_text(_record(path, article, url)) + "\n")
    if failed:
        raise click.exceptions.Exit(1)


def _portal(name: str | None, url: str | None) -> Portal | None:
    """Return the portal with this name, else the portal that the URL belongs to."""
    from newscrawler.portals import load_portal, portal_of

    if name:
        return load_portal(name)
    return portal_of(url) if url else None


def _template(paths: tuple[str, ...], portal: Portal | None, url: str | None) -> Template | None:
    """Return what a sample of the pages teaches, taken evenly from all of them; a message says if it is nothing."""
    from newscrawler.extraction.templates.learning import PAGES
    from newscrawler.reading import learn_template, read_portal_page

    if "-" in paths:
        raise click.UsageError("--together reads pages twice, which is not possible with '-'; name files or a folder.")
    files = list(_files(paths))
    pages = []
    for path in files[:: max(1, len(files) // PAGES)][:PAGES]:
        with suppress(OSError):  # told when the page is read for its article
            pages.append(read_portal_page(_read(path), portal, url=url))
    template = learn_template(pages, portal)
    if template is None:
        say("Warning: these pages agree on no place for their text; each is read on its own.", err=True)
    else:
        say(f"The text stands at {template.body} (learnt from {template.pages} pages).", err=True)
    return template


def _files(paths: tuple[str, ...]) -> Iterator[str]:
    from newscrawler.crawling.saved_pages import saved_pages

    for path in paths:
        yield from [path] if path == "-" else map(str, saved_pages(Path(path)))


def _read(path: str) -> bytes:
    from newscrawler.crawling.saved_pages import MAX_PAGE_BYTES, read_saved_page

    return sys.stdin.buffer.read(MAX_PAGE_BYTES) if path == "-" else read_saved_page(Path(path))


def _record(path: str, article: Article | NotAnArticle, url: str | None) -> dict[str, Any]:
    from newscrawler.extraction.model import NotAnArticle

    if isinstance(article, NotAnArticle):
        return {"path": path, "url": url, "article": False, "reason": article.reason.value, "detail": article.detail}
    from dataclasses import asdict

    from newscrawler.interface.pages import extracted

    fields = asdict(extracted(article, url))
    names = [{name: credit[name] or None for name in ("role", "name", "outlet")} for credit in fields["credits"]]
    return {"path": path, "url": fields.pop("url"), "article": True, **fields, "credits": names}


def _explain(path: str, article: Article | NotAnArticle) -> None:
    from newscrawler.cli.tables import print_table
    from newscrawler.extraction.model import NotAnArticle

    if isinstance(article, NotAnArticle):
        print_table(path, ("result", "reason"), [(f"not an article: {article.reason.value}", article.detail)])
        return
    values = {
        "title": article.title,
        "subtitle": article.subtitle,
        "published": article.published,
        "source": article.source,
        "editors": "、".join(article.editors),
        "authors": "、".join(article.authors),
        "summary": article.summary,
        "keywords": "、".join(article.keywords),
        "article_type": article.article_type,
        "body": f"{article.char_count} characters: {article.body[:60]}…",
    }
    rows = []
    for name, value in values.items():
        provenance = article.provenance.get(name)
        raw = provenance.raw if provenance and provenance.raw != value else ""
        rule, confidence = (provenance.rule, f"{provenance.confidence:.2f}") if provenance else ("", "")
        rows.append((name, value, rule, confidence, raw))
    title = f"{path} ({article.cms or 'no known content system'}, {article.encoding})"
    print_table(title, ("field", "value", "rule", "confidence", "raw text"), rows)
