"""Sentences with a count of one."""

from __future__ import annotations

import re
import string

import pytest

from newscrawler.text.languages import SOURCE, languages
from newscrawler.text.messages import MESSAGES
from newscrawler.text.sentences import SENTENCES
from newscrawler.text.singular import agreed
from newscrawler.text.telling import tell


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        (
            "1 articles were read again with it: 1 changed, 3 were found on pages that had been rejected",
            "1 article was read again with it: 1 changed, 3 were found on pages that had been rejected",
        ),
        ("1 captures after the last commit were added", "1 capture after the last commit was added"),
        ("1 bytes that the archive points to are lost", "1 byte that the archive points to is lost"),
        ("1 entries of its front page stand in none", "1 entry of its front page stands in none"),
        ("1 links lead to x.example, which are foreign", "1 link leads to x.example, which are foreign"),
        ("4 records in 1 files were read once", "4 records in 1 file were read once"),
        ("1 records in 2 files were read once", "1 record in 2 files was read once"),
        ("a: 1 suppressed articles were left; 1 runs", "a: 1 suppressed article was left; 1 run"),
        ("a front page of 1 columns", "a front page of 1 column"),
        ("it states 1 addresses", "it states 1 address"),
        ("1 fields to match stand beside the text", "1 field to match stands beside the text"),
    ],
)
def test_what_is_counted_once_is_singular(plural: str, singular: str) -> None:
    assert agreed(plural) == singular
    assert agreed(singular) == singular


@pytest.mark.parametrize(
    "text",
    [
        "21 articles were blocked",
        "1,001 articles were blocked",
        "0.1 seconds",
        "1 of 1 captures were read",
        "none of 1 of 1 sections could be read",
        "page 1 shows no entry",
        "1 status codes",
        "http://x.example/?p=1 articles",
        "1 2 articles",
        "the article 1 is suppressed",
        "bad.paths: line 1 names no file that can be read",
        "page 1 links to others",
    ],
)
def test_the_rest_stays_as_it_is(text: str) -> None:
    assert agreed(text) == text


def counted() -> list[str]:
    """Every message of ours in which a plural noun follows a value that is a number."""
    names = {"count", "number", "articles", "total", "versions", "pages", "entries", "captures", "files", "sections"}
    found = []
    for sentence in {*MESSAGES, *SENTENCES}:
        for (_, name, _, _), (text, *_) in zip(
            parts := list(string.Formatter().parse(sentence)), parts[1:], strict=False
        ):
            if name in names and re.match(r" (?:[a-z]+ )?[a-z]+s\b", text):
                found.append(sentence)
    return sorted(set(found))


@pytest.mark.parametrize("sentence", counted())
def test_no_message_of_ours_counts_one_thing_in_the_plural(sentence: str) -> None:
    """Whatever noun a message counts is one that is known."""
    names = [name for _, name, _, _ in string.Formatter().parse(sentence) if name]
    text = agreed(sentence.format(**dict.fromkeys(names, "1")))
    for match in re.finditer(r"(?<!\d of )\b1 (?:(?!of|in|is|on|per)[a-z]+ )?([a-z]+s)\b(?: (are|were)\b)?", text):
        assert match[2] is None and match[1] in NO_PLURALS, text


NO_PLURALS = (
    "matches",
    "is",
    "has",
    "was",
    "does",
    "its",
    "goes",
    "address",
    "leads",
    "stands",
    "repeats",
    "makes",
    "states",
    "shows",
)
"""Words with an s at their end that follow a value which is a name, or a noun in the singular."""


def test_english_readers_get_the_singular_and_what_is_stored_stays() -> None:
    text = "1 articles could not be stored; 1 records were refused by the archive"
    assert tell(text, languages()[SOURCE])[0] == "1 article could not be stored; 1 record was refused by the archive"
    assert tell(text, languages()["zh"])[1] != SOURCE, "told from the same stored text"
