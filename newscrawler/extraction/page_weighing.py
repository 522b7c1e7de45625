"""Whether a page with little text is an article: what an article has is weighed against signs of another kind of page.

An article has a date, an outlet or a writer, a headline that the page shows, and at least one sentence that tells
something. Each counts. A page of another kind is full of links where its text should be, speaks to its visitor of the
site, asks for input, shows buttons and nothing else, or variables that nobody filled in. The heavier side decides, so a
short notice with its date stays an article although fifty links stand below it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from lxml.html import HtmlElement

from newscrawler.extraction.boilerplate import Kind
from newscrawler.extraction.bylines import credits_in_body
from newscrawler.extraction.html import is_document, text_up_to
from newscrawler.extraction.imprint import is_publisher
from newscrawler.extraction.layout import Block, Line
from newscrawler.extraction.line_evidence import LineEvidence
from newscrawler.extraction.main_text import MainText
from newscrawler.extraction.meta_lines.statements import Item
from newscrawler.extraction.meta_lines.words import is_of_today
from newscrawler.extraction.model import Evidence, NoArticle
from newscrawler.extraction.site_messages import (
    is_about_site,
    is_message,
    is_of_buttons,
    is_technical,
    says_nothing_was_found,
    speaks_to_visitor,
    states_what_was_found,
    withholds_document,
)
from newscrawler.extraction.site_names import is_site
from newscrawler.extraction.teasers import is_link

_SIGNED = 2.0
"""What a date counts, and an outlet or a person."""
_MOST_SENTENCES, _PER_MARK = 3, 80
"""Lines with sentences that count one each, and characters of running text that do."""
_ABOVE, _BELOW = 4, 3
"""Lines above the headline and behind the body that may say when and from where."""
_MOST_BEFORE = 8
"""Lines above a body without a headline on the page that may do so."""
_SHARED = 0.3
_CONFIRMED = "generic:heading-and-title"
_SHORTEST_HEADLINE = 6
_SURE, _TELLING = 9.0, 3.0
"""Weights of a sign that leaves no doubt, and of one that says what a page is."""
_VARIABLE = re.compile(
    r"\{\{[^{}]{1,60}\}\}|\$\{[^{}]{1,60}\}|<%.{1,60}%>|\[!--[^\[\]]{1,60}--\]|\{[$#@][\w.:]{1,40}\}"
)
_SENTENCE = re.compile(r"[，。！？；,!?;]")
_HAN = re.compile("[\u3400-\u9fff]")
_WAY_IN = re.compile(
    r"\W{0,3}(?:点击)?(?:查看|详[细情]|更多|阅读|进入|全文|阅读全文|查看(?:详情|全文|更多)|>>|more)\W{0,3}",
    re.IGNORECASE,
)
"""The words of a link at the end of an entry."""
_FEWEST_ENTRIES, _MANY_ENTRIES = 4, 8
_FEWEST_BOXES = 2
_LITTLE = 30
_HEADLINE = 8
_FEWEST_FIELDS, _FEWEST_BUTTONS = 2, 3
_MOST_ELEMENTS, _MOST_LINKS = 3_000, 50
_FIELDS = frozenset({"text", "", "tel", "email", "date", "number", "file"})
"""Choices are none: a vote is known by its text, and a poll stands below many stories."""
_LONGEST_BUTTON = 12


class Sign(NamedTuple):
    """A sign that a page is of another kind than an article: which, why, and how much it counts."""

    reason: NoArticle
    detail: str
    weight: float


def other_kind(
    evidence: LineEvidence, container: Block, main_text: MainText, title: Evidence, *, is_stated: bool, is_known: bool
) -> Sign | None:
    """Return the heaviest sign that a page is no article if all of them outweigh what an article has; else None.

    `is_stated` says that the page names its date for machines, `is_known` that other articles have their text there.
    """
    lines = [evidence.layout.lines[index] for index in main_text.body]
    told = [line for line in lines if _tells(line)]
    signs = list(_signs(evidence, container, main_text, title, told))
    if is_known:
        signs = [sign for sign in signs if sign.reason is not NoArticle.LISTING]
    if not signs:
        return None
    marks = _marks(evidence, main_text, title, told) + _SIGNED * is_stated
    if sum(sign.weight for sign in signs) <= marks:
        return None
    # That the text is bare says less than what stands in its place.
    return max(
        signs,
        key=lambda sign: (
            (sign.reason is not NoArticle.NO_BODY and sign.weight >= _TELLING) or sign.weight >= _SURE,
            sign.weight,
        ),
    )


def _tells(line: Line) -> bool:
    """Tell whether a line says something about the world: a sentence, no message and no entry of a list."""
    if not line.prose or line.linked * 3 > len(line.text) or not _SENTENCE.search(line.text):
        return False
    return not (_is_entry(line) or is_message(line.text) or _is_furniture(line))


def _is_furniture(line: Line) -> bool:
    """Tell whether a line holds words of buttons and counters alone, or names the publisher."""
    return is_of_buttons(line) or is_publisher(line.text)


def _marks(evidence: LineEvidence, main_text: MainText, title: Evidence, told: Sequence[Line]) -> float:
    """Return what speaks for an article."""
    first, last = main_text.body[0], main_text.body[-1]
    lines = evidence.layout.lines
    own = [index for index in _near(evidence, first, last) if _is_own(evidence, index)]
    dated = any(evidence.parsed(index).has(Item.DATE) for index in own)
    named = any(evidence.parsed(index).has(Item.SOURCE, Item.PEOPLE, Item.OUTLET) for index in own)
    marks = _SIGNED * (dated + named)
    if not named and told and credits_in_body([lines[index] for index in main_text.body]):
        marks += 1
    sentences = sum(0.5 if speaks_to_visitor(line.text) else 1.0 for line in told)
    marks += max(min(_MOST_SENTENCES, sentences), sum(line.prose for line in told) / _PER_MARK)
    is_headline = title.rule == _CONFIRMED and not is_message(title.text)
    if is_headline and len(title.text) >= _SHORTEST_HEADLINE:
        marks += 1
    if not told and any(lines[index].is_below_picture for index in main_text.body):
        marks += 1
    return marks + (bool(told) and evidence.shared_words(first, last + 1) >= _SHARED)


def _near(evidence: LineEvidence, first: int, last: int) -> Iterator[int]:
    """Yield the lines that may say when the text was published, and by whom."""
    begin = evidence.start - _ABOVE - 1 if evidence.start else first - _MOST_BEFORE
    yield from range(max(0, begin), min(last + 1 + _BELOW, len(evidence.layout.lines)))


def _is_own(evidence: LineEvidence, index: int) -> bool:
    """Tell whether a line is a meta line of the page's own, not of an entry of a list."""
    line = evidence.layout.lines[index]
    if evidence.kind(index) is not Kind.META and line.linked >= _HEADLINE and is_link(line):
        # Outlet and buttons of a meta line may be links.
        return False
    is_above = index < evidence.start or not evidence.start
    return evidence.is_own_meta_line(index) and not is_of_today(line.text, above=is_above) and not _is_entry(line)


def _signs(
    evidence: LineEvidence, container: Block, main_text: MainText, title: Evidence, told: Sequence[Line]
) -> Iterator[Sign]:
    lines = [evidence.layout.lines[index] for index in main_text.body]
    if variable := _VARIABLE.search(title.text) or (
        not told and _VARIABLE.search(" ".join(line.text for line in lines))
    ):
        yield Sign(NoArticle.NO_BODY, f"the page shows variables of a template: “{variable.group()[:40]}”", _SURE)
    if has_entries(lines):
        entries = sum(map(_is_entry, lines))
        detail = f"{entries} of its {len(lines)} lines are entries that lead to other pages"
        yield Sign(NoArticle.LISTING, detail, 5.0)
    elif sign := _entries_beside(evidence, main_text, told):
        yield sign
    elif title.rule == "generic:title" and is_site(title.text):
        yield Sign(NoArticle.LISTING, f"its title names the site alone: “{title.text[:40]}”", 2.0)
    above = evidence.layout.lines[max(0, main_text.body[0] - _MOST_BEFORE) : main_text.body[0] + 1]
    if count := next((line.text for line in above if states_what_was_found(line.text)), ""):
        yield Sign(NoArticle.LISTING, f"the page says how much a search has found: “{count[:40]}”", 5.0)
    if is_about_site(title.text):
        yield Sign(NoArticle.SITE_PAGE, f"its headline is that of a page about the site: “{title.text[:40]}”", 5.0)
    if not _HAN.search(title.text) and not any(_HAN.search(line.text) for line in lines):
        yield Sign(NoArticle.NO_BODY, f"no word of Chinese stands on it: “{title.text[:40]}”", 4.0)
    root = _column(evidence, container)
    yield from _inputs(root, len(lines))
    if told:
        return
    messages = [line.text for line in lines if is_message(line.text)]
    if messages and not credits_in_body(lines):
        yield _message(messages)
    elif all(map(_is_furniture, lines)):
        detail = f"its text is that of buttons and counters: “{lines[0].text[:40]}”"
        yield Sign(NoArticle.NO_BODY, detail, _SURE - 1)
    elif not any(line.prose for line in lines) and not _leads_to_documents(lines):
        yield Sign(NoArticle.NO_BODY, "no block of the page holds running text", 2.0)


def _message(messages: Sequence[str]) -> Sign:
    shown = next((text for text in messages if withholds_document(text) or is_technical(text)), "")
    weight = 6.0 if shown else 3.0
    reason = NoArticle.LISTING if not shown and any(map(says_nothing_was_found, messages)) else NoArticle.ERROR_PAGE
    shown = shown or messages[0]
    return Sign(reason, f"the page speaks to its visitor: “{shown[:40]}”", weight)


def has_entries(lines: Sequence[Line]) -> bool:
    """Tell whether most lines of a body are entries of a list, each with its link to another page."""
    linked = sum(line.linked > 0 for line in lines)
    if linked < _FEWEST_ENTRIES or linked * 2 < len(lines):
        return False
    return sum(map(_is_entry, lines)) >= max(_FEWEST_ENTRIES, len(lines) / 2)


def _is_entry(line: Line) -> bool:
    """Tell whether a line of a body is an entry of a list: text, and a link that says 查看 or 详细."""
    if not line.linked:
        return False
    return any(_WAY_IN.fullmatch(piece.strip()) for piece in line.pieces[-3:])


def _entries_beside(evidence: LineEvidence, main_text: MainText, told: Sequence[Line]) -> Sign | None:
    """Return what shows that headlines which are links stand where a text stands: above, among or directly below it."""
    first, last = main_text.body[0], main_text.body[-1]
    lines = evidence.layout.lines
    above = sum(1 for line in lines[evidence.start : first] if line.linked >= _HEADLINE and is_link(line))
    above += sum(1 for line in lines[first:last] if line.linked >= _HEADLINE and is_link(line))
    if sum(line.above_links for line in lines[first:last]) >= _FEWEST_BOXES:
        # Lists of bare links, which are counted, not read: boxes of a special, with a sentence about it above them.
        above += evidence.layout.headlines
    below = 0
    for index in range(last + 1, len(lines)):
        if evidence.kind(index) in (Kind.END, Kind.LABEL):
            # The heading of a box.
            break
        below += lines[index].linked >= _HEADLINE and is_link(lines[index])
    if above >= _FEWEST_ENTRIES:
        return _listing(above + below, main_text, 3.0 + (above >= _MANY_ENTRIES))
    is_bare = bool(told) and below >= _MANY_ENTRIES and main_text.prose < _LITTLE
    return _listing(below, main_text, 2.0 + is_bare) if below >= _FEWEST_ENTRIES else None


def _listing(headlines: int, main_text: MainText, weight: float) -> Sign:
    detail = f"{headlines} headlines that are links, {main_text.prose} characters of prose"
    return Sign(NoArticle.LISTING, detail, weight)


def _column(evidence: LineEvidence, container: Block) -> HtmlElement:
    """Return the element that holds both headline and text."""
    block = container
    while block.parent is not None and (block.start > max(0, evidence.start - 1) or block.end - block.start < 2):
        block = block.parent
    return block.element


def _inputs(root: HtmlElement, size: int) -> Iterator[Sign]:
    """Yield what shows that the column of the text asks for input: fields to fill in, equal buttons."""
    fields = 0
    buttons: Counter[str] = Counter()
    for element in islice(root.iter("input", "textarea", "select", "button"), _MOST_ELEMENTS):
        kind = (element.get("type") or "").lower()
        if element.tag == "button" or kind in ("button", "submit"):
            text = (element.get("value") or "") if element.tag == "input" else text_up_to(element, _LONGEST_BUTTON + 1)
            if 0 < len(text.strip()) <= _LONGEST_BUTTON:
                buttons[text.strip()] += 1
        elif element.tag != "input" or kind in _FIELDS:
            fields += 1
    if fields >= _FEWEST_FIELDS:
        yield Sign(NoArticle.FORM, f"{fields} fields to fill in stand beside the text", 3.0)
    word, count = next(iter(buttons.most_common(1)), ("", 0))
    if count >= _FEWEST_BUTTONS:
        # A button beside each second line, and no mere row of them.
        yield Sign(NoArticle.FORM, f"{count} buttons read “{word}”", 4.0 if count * 2 >= size else 2.0)


def _leads_to_documents(lines: Sequence[Line]) -> bool:
    blocks = {line.block for line in lines if line.linked}
    links = (link for block in blocks for link in islice(block.element.iter("a"), _MOST_LINKS))
    return any(is_document(link.get("href") or "") for link in links)
