"""The options of the commands that divide texts into words, and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli.options import MAX_ROWS, article_filter_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawler.archive.filters import ArticleFilter
    from newscrawler.research.segmentation import Segmentation


def segmentation_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what divides texts into words."""
    dictionary = click.option(
        "--dictionary",
        "dictionaries",
        type=click.Path(exists=True, dir_okay=False),
        multiple=True,
        metavar="FILE",
        help="Words that jieba should know: one per line, its frequency after it if known (repeatable).",
    )
    segmenter = click.option(
        "--segmenter",
        "segmenter_name",
        type=click.Choice(["jieba", "pairs"]),
        default="jieba",
        show_default=True,
        help="What divides texts into words: jieba (extra `words`), or pairs of Han characters.",
    )
    return segmenter(dictionary(command))


def segmenter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the commands that list words."""
    shortest = click.option(
        "--shortest", type=click.IntRange(1, 40), default=2, show_default=True, help="Characters of the words."
    )
    limit = click.option(
        "--limit", type=click.IntRange(1, MAX_ROWS), default=50, show_default=True, help="How many words to show."
    )
    return segmentation_options(shortest(limit(command)))


least_option = click.option(
    "--least", type=click.IntRange(1), default=3, show_default=True, help="How often a word must occur to be shown."
)


def segmentation_of(name: Any, dictionaries: tuple[str, ...]) -> Segmentation:
    """Return what the options say that divides texts into words. Raises UsageError and DictionaryError."""
    from newscrawler.research.dictionaries import read_dictionary
    from newscrawler.research.segmentation import Segmentation

    if dictionaries and name != "jieba":
        raise click.UsageError("--dictionary is for jieba.")
    return Segmentation(name, tuple(read_dictionary(path) for path in dictionaries))


_NAMES = {
    "portal": "portals",
    "city": "cities",
    "county": "counties",
    "source": "sources",
    "editor": "editors",
    "author": "authors",
    "status": "statuses",
}


def reference_of(against: tuple[str, ...]) -> ArticleFilter:
    """Return the filter that `--against` means. Raises UsageError."""
    chosen: dict[str, Any] = {}
    search = None
    for text in against:
        name, _, value = text.partition("=")
        if not value or name not in (*_NAMES, "search", "since", "until"):
            raise click.UsageError(
                f"--against {text!r}: write NAME=VALUE; the names are {', '.join((*_NAMES, 'search, since, until'))}."
            )
        if name in _NAMES:
            chosen[_NAMES[name]] = (*chosen.get(_NAMES[name], ()), value)
        elif name == "search":
            search = value
        else:
            from newscrawler.cli.options import Day

            chosen[name] = Day().convert(value, None, None)
    return article_filter_of(search, chosen)
