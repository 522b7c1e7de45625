"""Which lines of the container are the body: what follows headline and meta line, up to the end of the article.

A box of links between two paragraphs does not end the article: it goes on where text stands in the same kind of
element again. So a mistake about a boundary costs a line, not the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from newscrawler.extraction.article_heads import are_names, end_of_head
from newscrawler.extraction.block_names import is_called_aside, is_called_comments
from newscrawler.extraction.boilerplate import Kind, label_cut
from newscrawler.extraction.label_like_text import may_be_subhead
from newscrawler.extraction.layout import Block, Form, Line, form_of
from newscrawler.extraction.line_evidence import LineEvidence
from newscrawler.extraction.meta_lines.line_tests import is_dateline, is_item, is_time_alone
from newscrawler.extraction.meta_lines.statements import LONGEST_SHORT
from newscrawler.extraction.notices import is_invitation, is_notice
from newscrawler.extraction.parts_of_text import figures_above_text, is_entry_of_contents, length_of_film
from newscrawler.extraction.story_parts import Container
from newscrawler.extraction.titles import fold

_LONGEST_TITLE = 1_000
"""Longer lines repeat no title; to fold one may take long, too."""

_CONTACT = re.compile(r"\s{0,4}(?:联系|咨询|报名|监督|举报)(?:电话|邮箱|方式)\s{0,4}[:：]")
_READERS = re.compile(r"\W{0,8}(?:网友|热门|最新|全部|精彩|用户|读者|大家)的?(?:评论|留言|跟[帖贴])")
"""The heading of readers' comments, which can hold more text than a short story."""
_LINES_OF_WORDS = 60
_MOST_ABOVE_META = 5
"""Short lines between headline and meta line: a subtitle, a section, a writer or a date in a cell of its own."""
_FAR_MORE = 3
_LITTLE = 2
"""Weight of text that is too little for a body: where no more stands beside the teasers, they are the body."""
_CUES_BELOW, _CUES_ABOVE = 3, 4
"""Words that make the last and the first paragraph a notice. Notices above a story are rare."""
_WORDS_OF_STORY = 0.5
"""The share of the headline's words that no notice holds."""


@dataclass(slots=True)
class MainText:
    """Indices of the lines of the body and of its meta lines, the blocks beside the body, the summary box."""

    body: list[int] = field(default_factory=list)
    meta: list[int] = field(default_factory=list)
    prose: int = 0
    """Characters of running text in the body."""
    teasers: int = 0
    """How many of them belong to teasers: the page is a list of articles, or a digest."""
    start: int = 0
    """The first line that may be part of the body."""
    end: int = 0
    """The first line behind the article."""
    aside: set[Block] = field(default_factory=set)
    summary: str = ""


def find_main_text(evidence: LineEvidence, container: Container) -> MainText:
    """Separate the body from the boilerplate inside its container."""
    return _Selection(evidence, container).select()


def confidence_of(main_text: MainText, evidence: LineEvidence, rule: float) -> float:
    """Return how sure it is that a body belongs to the headline (0 to 1); `rule` is how sure its container is.

    A body that repeats no word of its headline, or that consists of teasers, is worth half. So is one far below the
    headline, with other text between them, if its container was not sure.
    """
    if not main_text.body:
        return 0.0
    first, end = main_text.body[0], main_text.body[-1] + 1
    if evidence.shared_words(first, min(end, first + _LINES_OF_WORDS)) == 0 or main_text.teasers * 2 > main_text.prose:
        return rule / 2
    own = evidence.mass(first, end)
    return rule if evidence.mass(evidence.start, first) <= own else min(rule, 0.9) / 2


class _Selection:
    """One pass over the lines of a container."""

    def __init__(self, evidence: LineEvidence, container: Container) -> None:
        self._evidence = evidence
        self._lines = evidence.layout.lines
        self._container = container.block
        start = evidence.start if container.start < evidence.start < container.end else container.start
        end = evidence.stop if start < evidence.stop < container.end else container.end
        self._main_text = MainText(start=start, end=end)
        self._forms: set[Form] = set()
        self._blocks: set[Block] = set()
        self._figures = figures_above_text(self._lines, start, end)
        self._length = length_of_film(self._lines, start, end)
        self._weighed_for = -1
        self._more = False

    def select(self) -> MainText:
        """Return the body."""
        main_text = self._main_text
        start, end = main_text.start, main_text.end
        beside = self._beside(start, end)
        stopped: Block | None = None
        waiting: list[int] = []
        """Lines behind a box that are part of the body if it goes on: a subheading."""
        head = end_of_head(self._evidence, start, end)
        main_text.meta += [index for index in range(start, head) if self._evidence.kind(index) is Kind.META]
        for index in range(head, end):
            line = self._lines[index]
            kind = self._evidence.kind(index)
            if stopped is None and self._belongs_to_text(index, kind):
                kind = Kind.BODY
            if kind is not Kind.BODY:
                waiting = []
            if kind is Kind.META:
                main_text.meta.append(index)
                if self._is_head(index):
                    self._forget()
                    stopped, waiting = None, []
                elif main_text.body and stopped is None:
                    stopped = line.block
                continue
            if kind is Kind.END or kind is Kind.LABEL:
                if main_text.body and stopped is None:
                    stopped = self._box(line.block)
                continue
            if kind in (Kind.BOILERPLATE, Kind.LINK) or beside[index - start] or index == self._length:
                continue
            if stopped is not None:
                if not self._goes_on(line, stopped, index):
                    if self._has_form_of_body(line):
                        waiting.append(index)
                    continue
                for skipped in waiting:
                    self._add(skipped, self._lines[skipped])
                stopped = None
                waiting = []
            if not main_text.body and not is_dateline(line.text):
                if kind is Kind.SUMMARY:
                    main_text.summary = main_text.summary or label_cut(line.text)
                    continue
                if self._adjoins_meta_line(index):
                    main_text.meta.append(index)
                    continue
                if self._stands_before_body(index):
                    continue
            self._add(index, line)
        self._drop_notices()
        return main_text

    def _belongs_to_text(self, index: int, kind: Kind) -> bool:
        """Tell whether a line that looks like a meta line or a label is part of the text at its place."""
        if index in self._figures:
            return True
        if kind is Kind.META:
            return self._is_time_of_event(index) or self._is_item(index)
        if kind is Kind.BOILERPLATE and _CONTACT.match(self._lines[index].text):
            return self._is_item(index)
        return kind is Kind.END and self._is_subhead(index)

    def _is_time_of_event(self, index: int) -> bool:
        """Tell whether a line with 时间： is part of an announcement: inside the body, before a line like it."""
        if not self._main_text.body or not is_time_alone(self._evidence.parsed(index)):
            return False
        after = index + 1
        is_followed = after < self._main_text.end and self._evidence.kind(after) is Kind.BODY
        return is_followed and self._has_form_of_body(self._lines[after])

    def _is_item(self, index: int) -> bool:
        """Tell whether a line with one label is an item of a list in the text: of a programme, of a book's imprint."""
        if not self._main_text.body or len(self._evidence.parsed(index).parts) > 1:
            return False
        form = form_of(self._lines[index].block)
        return any(
            is_item(self._lines[near].text) and form_of(self._lines[near].block) == form
            for near in (index - 1, index + 1)
            if self._main_text.start <= near < self._main_text.end and self._evidence.kind(near) is Kind.BODY
        )

    def _is_subhead(self, index: int) -> bool:
        """Tell whether a heading such as 相关链接 stands above a paragraph of the body instead of links."""
        after = index + 1
        if not self._main_text.body or after >= self._main_text.end or not may_be_subhead(self._lines[index]):
            return False
        following = self._lines[after]
        is_text = following.prose > 0 and not following.linked and self._evidence.kind(after) is Kind.BODY
        return is_text and not self._evidence.teasers[after] and self._has_form_of_body(following)

    def _is_head(self, index: int) -> bool:
        """Tell whether a meta line with or behind a date stands above most of the text: what came before is no body."""
        body = self._main_text.body
        if not body or len(body) > _MOST_ABOVE_META or self._main_text.prose or self._evidence.teasers[index]:
            return False
        if not any(self._evidence.shows_date(at) for at in (*body, index)):
            return False
        return self._evidence.mass(index + 1, self._main_text.end) > self._evidence.mass(body[0], index)

    def _forget(self) -> None:
        self._main_text.body.clear()
        self._forms.clear()
        self._blocks.clear()

    def _drop_notices(self) -> None:
        """Drop notices of the publisher before the first and behind the last paragraph."""
        body = self._main_text.body
        for at, cues in ((-1, _CUES_BELOW), (0, _CUES_ABOVE)):
            while len(body) > 1 and self._is_notice(body[at], cues):
                self._main_text.prose -= self._lines[body.pop(at)].prose

    def _is_notice(self, index: int, cues: int) -> bool:
        text = self._lines[index].text
        is_own = is_notice(text, cues) or (cues == _CUES_BELOW and is_invitation(text))
        return is_own and self._evidence.shared_words(index, index + 1) < _WORDS_OF_STORY

    def _add(self, index: int, line: Line) -> None:
        self._main_text.body.append(index)
        self._main_text.prose += line.prose
        self._main_text.teasers += line.prose * self._evidence.teasers[index]
        self._forms.add(form_of(line.block))
        self._blocks.add(line.block)

    def _adjoins_meta_line(self, index: int) -> bool:
        """Tell whether short words without a label stand beside a meta line: the name of the outlet alone."""
        if len(self._lines[index].text) > LONGEST_SHORT:
            return False
        if not self._evidence.parsed(index).is_short or not are_names(self._evidence.parsed(index)):
            return False
        if self._is_caption(index):
            return False
        own = self._lines[index].block
        for at in (index - 1, index + 1):
            if 0 <= at < len(self._lines):
                other = self._lines[at].block
                near = self._evidence.parsed(at)
                if near.is_meta and not near.is_byline and (other is own or other.parent in (own, own.parent)):
                    return True
        return False

    def _is_caption(self, index: int) -> bool:
        """Tell whether a line stands below a picture, and the text goes on in the same kind of element."""
        after = index + 1
        if not self._lines[index].is_below_picture or after >= self._main_text.end:
            return False
        is_text = self._evidence.kind(after) is Kind.BODY
        return is_text and form_of(self._lines[after].block) == form_of(self._lines[index].block)

    def _stands_before_body(self, index: int) -> bool:
        """Tell whether a line between headline and body is not part of the body: a date, the headline again, a link."""
        line = self._lines[index]
        if not line.prose:
            if self._evidence.shows_date(index):
                return True
            if is_entry_of_contents(self._lines, index, self._main_text.start, self._main_text.end):
                return True
            if 5 < len(line.text) < _LONGEST_TITLE and fold(line.text) in self._evidence.folded_title:
                return True
        return line.linked * 2 > len(line.text) and len(line.text) < 60

    def _box(self, block: Block) -> Block:
        """Return the outermost block round the heading of a box that holds no line of the body."""
        last = self._main_text.body[-1]
        while block.parent is not None and block.parent.start > last and block.parent is not self._container:
            block = block.parent
        return block

    def _goes_on(self, line: Line, box: Block, index: int) -> bool:
        """Tell whether the article goes on behind a box, at a line of text in the same kind of element as before."""
        is_box = box.end - box.start > 1 or self._lines[box.start].above_links
        is_behind_box = index >= box.end and is_box
        if _READERS.match(self._lines[box.start].text):
            return self._has_form_of_body(line)
        if not line.prose:
            return is_behind_box and self._has_form_of_body(line)
        return is_behind_box or self._has_form_of_body(line) or self._holds_more(index)

    def _has_form_of_body(self, line: Line) -> bool:
        return line.block in self._blocks or form_of(line.block) in self._forms

    def _holds_more(self, index: int) -> bool:
        """Tell whether what follows has far more text than the body so far, or more and as many words of the title."""
        if self._weighed_for != len(self._main_text.body):
            self._weighed_for = len(self._main_text.body)
            evidence, first, end = self._evidence, self._main_text.body[0], self._main_text.end
            so_far, rest = evidence.mass(first, index), evidence.mass(index, end)
            self._more = rest > _FAR_MORE * so_far or (
                rest > so_far and evidence.shared_words(index, end) >= evidence.shared_words(first, index)
            )
        return self._more

    def _beside(self, start: int, end: int) -> bytearray:
        """Return which lines stand beside the body: in blocks that are named so and are small, in lists of teasers."""
        evidence = self._evidence
        total = evidence.mass(start, end)
        marks = evidence.teasers[start:end]
        if total < _LITTLE:
            marks = bytearray(end - start)
        covered = start
        for block in evidence.layout.blocks:
            if block.end <= covered or block.start < self._container.start or block.end > self._container.end:
                continue
            if (
                block is self._container
                or block.end == block.start
                or not block.names
                or not is_called_aside(block.names)
            ):
                continue
            held = evidence.mass(max(block.start, start), min(block.end, end))
            if held <= total * (0.8 if is_called_comments(block.names) else 0.25):
                self._main_text.aside.add(block)
                covered = block.end
                for index in range(max(block.start, start), min(block.end, end)):
                    marks[index - start] = 1
        return marks
