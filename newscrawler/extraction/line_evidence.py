"""What speaks for and against each line of a page as text of the article, before its container is known."""

from __future__ import annotations

import re
from itertools import accumulate

from newscrawler.extraction.boilerplate import Kind, kind_of
from newscrawler.extraction.html import is_document
from newscrawler.extraction.imprint import is_contact, is_imprint
from newscrawler.extraction.label_like_text import is_text_with_label
from newscrawler.extraction.layout import Block, Form, Layout, Line, form_of
from newscrawler.extraction.meta_lines.grammar import read_meta_lines
from newscrawler.extraction.meta_lines.line_tests import (
    is_dateline,
    is_item,
    is_label_cell,
    is_sentence,
    is_time_alone,
    may_end_in_label,
)
from newscrawler.extraction.meta_lines.statements import Item, MetaLine
from newscrawler.extraction.meta_lines.tokens import may_be_marked
from newscrawler.extraction.meta_lines.words import is_of_today, is_outlet
from newscrawler.extraction.model import Evidence
from newscrawler.extraction.notices import is_notice
from newscrawler.extraction.polls import mark_polls
from newscrawler.extraction.teasers import is_label_of_links, is_link, teaser_lines
from newscrawler.extraction.titles import fold, is_heading
from newscrawler.text.dates import find_date

_ABOVE, _ASIDE = 0.2, 0.1
"""The share at which running text counts that stands above the headline, or belongs to other articles."""
_SHORT = 0.25
"""The share at which text without punctuation counts where it follows the headline: captions, cells of tables."""
_SHORTEST_HEADLINE = 8
_LINKED_HEADLINE = 9
"""Characters of a link that is a headline, not an outlet beside a date."""
_LONGEST_META, _LONGEST_DATED = 220, 80
_MOST_ABOVE = 300
"""Characters of running text above a meta line; a date below more is one of the text."""
_LONGEST_SHORT = 60
_LOOKED_AT = 600
_LINES_OF_IMPRINT = 12
"""Lines behind a sentence about rights among which a story that goes on has its next paragraph."""
_PARAGRAPH = 30
_CUES_OF_NOTICE = 2
_FARTHEST_DATE = 6
"""Lines between the date of the article and the first line of its text."""
_ATTACHMENT = re.compile(
    r"^\s{0,4}附\s{0,2}件\s{0,2}[\d一二三四五六七八九十]{0,3}\s{0,2}[:：.、]|\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|rtf|zip|rar|7z|csv)\W{0,4}$",
    re.I,
)
"""A line of links that is part of a notice: it names an attachment."""
_HAN_PAIR = re.compile(r"(?=([\u4e00-\u9fff]{2}))")


def _leads_to_document(line: Line) -> bool:
    """Tell whether the first link of a line's block leads to a document: 2.巡渠记录表, below 附件：1.清单."""
    link = next(line.block.element.iter("a"), None)
    return link is not None and is_document(link.get("href") or "")


class LineEvidence:
    """Lines of a page as seen from its headline: their kinds, which are teasers, what each counts as running text.

    `start` is the index of the first line behind the headline, `stop` that of the first line behind the article: the
    headline of another article, or the imprint. `weights` are characters of running text per line.
    """

    def __init__(self, layout: Layout, title: Evidence | None, title_at: int) -> None:
        self.layout = layout
        self.title = title.text if title else ""
        self.folded_title = fold(self.title)
        self.title_words = frozenset(_HAN_PAIR.findall(self.title))
        self._kinds: dict[int, Kind] = {}
        self._parsed: dict[int, MetaLine] = {}
        self._shared: dict[tuple[int, int], float] = {}
        self.teasers = teaser_lines(layout, title_at)
        mark_polls(layout, title_at, self.teasers)
        self.start = title_at + 1
        if title_at < 0:
            self.start = self._after_meta_line()
        is_confirmed = title is not None and title.rule == "generic:heading-and-title"
        self.stop = len(layout.lines)
        self.weights = self._weights(_ABOVE if is_confirmed else 1.0)
        own = (0.0 if self.teasers[i] or i >= self.stop else weight for i, weight in enumerate(self.weights))
        self._sums = list(accumulate(own, initial=0.0))

    def kind(self, index: int) -> Kind:
        """Tell what a line is inside of a main text."""
        kind = self._kinds.get(index)
        if kind is None:
            kind = self._kinds[index] = self._kind(index)
        return kind

    def parsed(self, index: int) -> MetaLine:
        """Return a line as the grammar of meta lines reads it behind the line above it."""
        parsed = self._parsed.get(index)
        if parsed is None:
            lines = self.layout.lines
            above = index - 1 if index and self._is_below_label(index) else index
            parsed = self._parsed[index] = read_meta_lines(lines[above : index + 1])[-1]
        return parsed

    def _kind(self, index: int) -> Kind:
        line = self.layout.lines[index]
        if is_dateline(line.text):
            return Kind.BODY
        kind = kind_of(line)
        if kind is Kind.META and self._begins_list(index):
            return Kind.BODY
        if kind is Kind.META and line.prose and is_text_with_label(line.text) and not self.parsed(index).is_labelled:
            return Kind.BODY
        if kind is Kind.BODY:
            links = len(line.text) > 3 and is_link(line)
            is_plain = links and line.linked >= len(line.text) - 2
            if links and line.linked >= _LINKED_HEADLINE and self._is_entry_of_list(index):
                return Kind.LINK
            if not is_plain and not is_sentence(line.text) and self.may_be_meta(index):
                parsed = self.parsed(index)
                if parsed.is_meta and not parsed.is_byline and not parsed.is_dated_only:
                    return Kind.META
            if links and not _ATTACHMENT.search(line.text) and not _leads_to_document(line):
                return Kind.LINK
            if self._is_label_of_next(index):
                return Kind.META
            is_heading_of_list = is_label_of_links(self.layout.lines, index) or self._is_label_of_teasers(index)
            if not line.prose and is_heading_of_list and not self._is_byline(index):
                return Kind.LABEL
        return kind

    def _is_byline(self, index: int) -> bool:
        """Tell whether a line names by a label who made the story, which may end just above a list of links."""
        if not self.may_be_meta(index):
            return False
        parsed = self.parsed(index)
        return parsed.is_meta and parsed.has(Item.PEOPLE) and not parsed.buttons

    def _is_entry_of_list(self, index: int) -> bool:
        """Tell whether a line is a linked headline with its date and no label: an entry of a list of articles."""
        parts = self.parsed(index).parts if self.may_be_meta(index) else []
        is_bare = all(not part.label and (part.item is Item.DATE or not is_outlet(part.text)) for part in parts)
        return is_bare and any(part.item is Item.DATE for part in parts)

    def may_be_meta(self, index: int) -> bool:
        """Tell by a quick test whether a line may be a meta line; most lines of a page are none."""
        return may_be_marked(self.layout.lines[index].text) or (index > 0 and self._is_below_label(index))

    def _is_below_label(self, index: int) -> bool:
        """Tell whether a line may be the value of a label that stands on the line above it."""
        above = self.layout.lines[index - 1]
        return may_end_in_label(above.text) or is_label_cell(above)

    def _begins_list(self, index: int) -> bool:
        """Tell whether a line with 时间： is the first of a list in the text, below the article's own date: 地点：…

        That is of a meeting, or of an event that is announced.
        """
        lines = self.layout.lines
        if index + 1 >= len(lines) or not is_item(lines[index + 1].text):
            return False
        if form_of(lines[index].block) != form_of(lines[index + 1].block) or not is_time_alone(self.parsed(index)):
            return False
        return any(
            find_date(lines[at].text) and form_of(lines[at].block) != form_of(lines[index].block)
            for at in range(max(0, index - _FARTHEST_DATE), index)
        )

    def _is_label_of_next(self, index: int) -> bool:
        """Tell whether a line is a label alone, and the next line is its value and nothing else: 初审 in a cell."""
        lines = self.layout.lines
        if index + 1 >= len(lines) or not may_end_in_label(lines[index].text) or not self.parsed(index).is_empty:
            return False
        value = self.parsed(index + 1)
        return value.is_labelled_above and value.is_meta

    def _is_label_of_teasers(self, index: int) -> bool:
        """Tell whether a short line is the heading of a list of teasers or comments."""
        after = index + 1
        if after >= len(self.teasers) or not self.teasers[after] or self.teasers[index]:
            return False
        lines = self.layout.lines
        box = lines[after].block.parent
        while box is not None and box.start > index:
            box = box.parent
        return is_heading(lines[index]) or (box is not None and box.start == index)

    def _after_meta_line(self) -> int:
        """Return the index of the line behind the first meta line, where no line shows the headline; else 0.

        A meta line with more text above it than below it stands at the foot of the text.
        """
        prose = 0
        for index, line in enumerate(self.layout.lines):
            if self.teasers[index] or (is_link(line) and not self.parsed(index).buttons):
                continue
            if self.shows_date(index):
                return index + 1 if self._prose_below(index + 1) >= prose else 0
            prose += line.prose
            if prose > _MOST_ABOVE:
                break
        return 0

    def _prose_below(self, start: int) -> int:
        """Return how much running text follows a line, up to the first box of links or teasers."""
        prose = 0
        for index in range(start, len(self.layout.lines)):
            kind = self.kind(index)
            if prose > _MOST_ABOVE or self.teasers[index] or kind in (Kind.END, Kind.LABEL, Kind.LINK):
                break
            prose += self.layout.lines[index].prose * (kind is Kind.BODY)
        return prose

    def mass(self, start: int, end: int) -> float:
        """Return how much running text some lines hold, without teasers and other articles."""
        return self._sums[end] - self._sums[start] if end > start else 0.0

    def shared_words(self, start: int, end: int) -> float:
        """Return which share of the headline's pairs of characters some lines hold, 0 to 1; 1 without a headline."""
        if not self.title_words:
            return 1.0
        share = self._shared.get((start, end))
        if share is None:
            missing = set(self.title_words)
            for line in self.layout.lines[start:end]:
                text = line.text[:_LOOKED_AT]
                missing = {word for word in missing if word not in text}
                if not missing:
                    break
            share = self._shared[start, end] = 1 - len(missing) / len(self.title_words)
        return share

    def _weights(self, above: float) -> list[float]:
        lines = self.layout.lines
        weights = [
            line.prose * (_ASIDE if self.teasers[index] else above) for index, line in enumerate(lines[: self.start])
        ]
        begun = ended = False
        first = last = len(lines)
        story: set[Form] = set()
        for index in range(self.start, len(lines)):
            line = lines[index]
            if self.teasers[index]:
                weights.append(line.prose * _ASIDE)
                ended = ended or begun
                continue
            if begun and self.stop > index and self.start:
                begins_imprint = is_imprint(line) or is_contact(line, story)
                if begins_imprint and self._story_goes_on(index, story):
                    if not is_sentence(line.text) or is_notice(line.text, _CUES_OF_NOTICE):
                        self._kinds[index] = Kind.BOILERPLATE
                elif begins_imprint:
                    self.stop = self._start_of_imprint(index, first)
                    weights[self.stop :] = [each.prose * _ASIDE for each in lines[self.stop : index]]
                elif self._is_next_headline(index):
                    self.stop = index
            if self.stop <= index:
                weights.append(line.prose * _ASIDE)
                continue
            if not line.prose and (ended or (begun and index >= last)):
                weights.append(0.0)
                continue
            kind = self.kind(index)
            if kind is Kind.BODY:
                if not begun and (line.prose > 0 or not self.shows_date(index)):
                    begun = True
                    first, last = index, self._end_of_box(index)
                weights.append(float(line.prose) or self._short(index))
                if line.prose:
                    story.add(form_of(line.block))
            else:
                ended = ended or (begun and kind in (Kind.END, Kind.LABEL))
                weights.append(line.prose * _ASIDE)
        return weights

    def _end_of_box(self, index: int) -> int:
        """Return the end of the innermost block that holds both the headline and a line below it."""
        block: Block | None = self.layout.lines[max(0, self.start - 1)].block
        while block is not None and block.end <= index:
            block = block.parent
        return block.end if block is not None else len(self.layout.lines)

    def _short(self, index: int) -> float:
        line = self.layout.lines[index]
        if not self.start or line.linked or self.shows_date(index) or fold(line.text) in self.folded_title:
            return 0.0
        return min(len(line.text), _LONGEST_SHORT) * _SHORT

    def shows_date(self, index: int) -> bool:
        """Tell whether a line is a meta line with a date, or another short line with one that is no date of today."""
        line = self.layout.lines[index]
        is_meta = self.kind(index) is Kind.META
        if len(line.text) > (_LONGEST_META if is_meta else _LONGEST_DATED) or (line.prose and not is_meta):
            return False
        if find_date(line.text) is None or is_of_today(line.text, above=index < self.start or not self.start):
            return False
        return not self._begins_list(index)

    def is_own_meta_line(self, index: int) -> bool:
        """Tell whether a line is a meta line, or states a date alone, and belongs to no teaser."""
        return not self.teasers[index] and (self.kind(index) is Kind.META or self.parsed(index).has(Item.DATE))

    def _start_of_imprint(self, index: int, first: int) -> int:
        """Return where the imprint begins that a line belongs to: its publisher, telephone and mail stand above it.

        `first` is the first line of the story. A block with a sentence above the line is no imprint.
        """
        start = index
        block: Block | None = self.layout.lines[index].block
        while block is not None and first < block.start and index - block.start <= _LINES_OF_IMPRINT:
            above = range(block.start, start)
            texts = (self.layout.lines[at].text for at in above if self.kind(at) is Kind.BODY)
            if any(is_sentence(text) and not is_notice(text, _CUES_OF_NOTICE) for text in texts):
                break
            start, block = block.start, block.parent
        return start

    def _story_goes_on(self, index: int, story: set[Form]) -> bool:
        """Tell whether a paragraph that stands where those of the story stand follows a line about rights.

        `story` are the forms of the paragraphs above. An imprint has sentences, too, but about the publisher.
        """
        for after in range(index + 1, min(index + 1 + _LINES_OF_IMPRINT, len(self.layout.lines))):
            line = self.layout.lines[after]
            if line.prose < _PARAGRAPH or line.linked or self.teasers[after] or form_of(line.block) not in story:
                continue
            if is_sentence(line.text) and self.kind(after) is Kind.BODY and not is_notice(line.text, _CUES_OF_NOTICE):
                return True
        return False

    def _is_next_headline(self, index: int) -> bool:
        """Tell whether a line is the headline of another article, which a date follows."""
        lines = self.layout.lines
        line = lines[index]
        if len(line.text) < _SHORTEST_HEADLINE or not is_heading(line):
            return False
        if not any(self.shows_date(near) for near in range(index + 1, min(index + 4, len(lines)))):
            return False
        folded = fold(line.text)
        return folded not in self.folded_title and self.folded_title not in folded
