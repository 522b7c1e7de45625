"""`newscrawler check PORTAL --explain`: what the pages of a portal taught earlier crawls, by the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawler.cli.language import say
from newscrawler.cli.options import clear_errors, reading

if TYPE_CHECKING:
    from newscrawler.archive.templates import KeptTemplate
    from newscrawler.extraction.templates.model import Template
    from newscrawler.portals import Portal


def explain(portal: Portal, archive: str, output: str) -> None:
    """Print the templates that an archive has of a portal, the newest first."""
    from newscrawler.archive.templates import kept_templates
    from newscrawler.cli.tables import print_json

    with clear_errors():
        kept = kept_templates(reading(archive), portal.id)
    if output == "json":
        print_json([_as_json(row) for row in kept])
        return
    for number, row in enumerate(kept):
        print_template("Template" if number == 0 else "Template of an earlier design", row.template, _origin(row))
    if not kept:
        say(f"The archive has no template of {portal.id}: no crawl has learnt one.", err=True)
    elif portal.article.body:
        say("No template is used: the definition has a selector of its own, article.body.", err=True)


def print_template(title: str, template: Template | None, origin: list[tuple[str, str]]) -> None:
    """Print what pages taught as a table, with where it comes from in the first rows."""
    from newscrawler.cli.tables import print_table

    rows = list(origin)
    if template is None:
        rows.append(("not used", "it has another form, or is damaged; the next crawl learns a new one"))
    else:
        rows += [
            ("learnt from", f"{template.pages} articles, by rules of version {template.rules}"),
            ("the text stands at", template.body),
            ("votes", f"the general rules found the text there on {template.votes} of {template.pages} pages"),
        ]
        rows += [("furniture", line) for line in template.furniture]
    print_table(title, ("", ""), rows)


def _origin(row: KeptTemplate) -> list[tuple[str, str]]:
    from newscrawler.archive.templates import ALL

    again = {ALL: "all earlier articles", "": "no article yet"}.get(row.read_again, "a part of the earlier articles")
    return [("learnt", row.learnt), ("in the run", row.run_key), ("read again", again)]


def _as_json(row: KeptTemplate) -> dict[str, Any]:
    from dataclasses import asdict

    from newscrawler.archive.templates import ALL

    return {
        "learnt": row.learnt,
        "run": row.run_key,
        "all_read_again": row.read_again == ALL,
        "template": asdict(row.template) if row.template is not None else None,
    }
