"""What a meta line says: its tokens parsed once, and what the grammar does not consume.

A value belongs to the label before it, in the same element, the next one or on the next line. Where no label says so,
a name beside a date is a person, and another short word there is the outlet.
"""

from __future__ import annotations

from collections.abc import Sequence

from newscrawler.extraction.html import HEADINGS
from newscrawler.extraction.layout import Line
from newscrawler.extraction.meta_lines.bare import LONGEST_WORD, alt_of_image, is_button, is_place, item_of, named_words
from newscrawler.extraction.meta_lines.cursor import flat
from newscrawler.extraction.meta_lines.line_tests import COLONS, is_label_cell, is_sentence
from newscrawler.extraction.meta_lines.people import PeopleParser
from newscrawler.extraction.meta_lines.statements import BARE, Item, MetaLine
from newscrawler.extraction.meta_lines.tokens import LABELS, Kind, Token, may_be_marked, spaced
from newscrawler.extraction.meta_lines.words import BUTTON, TAGS, is_outlet
from newscrawler.text.credit_labels import with_makers_apart
from newscrawler.text.names import POSITION, WORK, is_name

_LONGEST_SOURCE = 60
_LONGEST_ASIDE = 14
_SURELY_META = 3
"""Statements with labels, or dates, of a line in which an unknown word is a button."""
_LONGEST_UNKNOWN_BUTTON = 6
_MOST_UNKNOWN, _LONGEST_UNKNOWN = 4, 8
"""Words of labels that no table knows, and of their values, in a line with a labelled source and date."""
_MOST = {Item.OUTLET: 2, Item.PERSON: 6}
"""Words without a label that a line may have; a line with more of them is text."""
_WORDS = frozenset({Kind.WORD, Kind.OPEN})
_VALUES = dict.fromkeys(LABELS, _WORDS) | dict.fromkeys((Kind.PUBLISHED, Kind.OTHER_TIME), _WORDS | {Kind.DATE})
"""What the line behind a label may begin with, to be its value."""
_LONGEST_VALUE = 40
_REPORTED = frozenset({"报道", "报导"})
_MOST_PIECES, _LONGEST_BESIDE_SENTENCE = 12, 120
_BOUNDARY = "\n"
_JOINING = "-－—·、&"
_QUOTES = {"“": "”", "「": "」", "『": "』", "《": "》"}


def read_meta_lines(lines: Sequence[Line]) -> list[MetaLine]:
    """Parse consecutive lines; a label at the end of one gets its value from the next."""
    parsed: list[MetaLine] = []
    open_label: Token | None = None
    for line in lines:
        if line.block.tag in HEADINGS:
            # The heading of the next box is no value: 责任编辑：
            open_label = None
        is_long = open_label is None and len(line.text) > LONGEST_WORD
        if is_sentence(line.text) or (is_long and not may_be_marked(line.text)):
            parsed.append(_beside_sentence(line) or MetaLine(line, left=[line.text]))
            open_label = None
            continue
        text = with_makers_apart(spaced(line)) + "：" * is_label_cell(line)
        parser = _Parser(line, text, open_label)
        parsed.append(parser.parse())
        # A menu has entries such as 视频 and 图片.
        open_label = parser.open_label if not line.linked else None
    return parsed


def _beside_sentence(line: Line) -> MetaLine | None:
    """Return the people that a short line names in elements of their own, beside a sentence in another one.

    Such as the editor before a linked headline: 编辑：柳明 <a>水渠何时修好？</a>
    """
    if not 1 < len(line.pieces) <= _MOST_PIECES or len(line.text) > _LONGEST_BESIDE_SENTENCE:
        return None
    sentences = [at for at, piece in enumerate(line.pieces) if is_sentence(piece)]
    if not sentences:
        return None
    for own in (line.pieces[: sentences[0]], line.pieces[sentences[-1] + 1 :]):
        text = " ".join(" ".join(own).split())
        if own and may_be_marked(text):
            part = _Parser(Line(text, own, line.block, 0), _BOUNDARY.join(own), None).parse()
            people = [
                each for each in part.parts if each.item is Item.PEOPLE and each.label.rstrip(" )）]】")[-1:] in COLONS
            ]
            if people and part.is_meta:
                return MetaLine(line, people, [line.text])
    return None


class _Parser(PeopleParser):
    """Parses the tokens of one line."""

    def parse(self) -> MetaLine:
        """Return the parsed line."""
        if self.open_label is not None:
            label, self.open_label = self.open_label, None
            if self._tokens and self._tokens[0].kind in _VALUES[label.kind] and len(self._text) <= _LONGEST_VALUE:
                self._value(label)
                self.result.is_labelled_above = bool(self.result.parts)
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.kind is Kind.DATE:
                self._add(Item.DATE, "", token.text)
            elif token.kind is Kind.WORD:
                self._word(token)
            elif token.kind is Kind.COLON:
                self._unknown_label()
            elif token.kind in LABELS:
                self._value(token)
        if self._bare:
            self._settle_bare()
        if self.result.left:
            self._settle_left()
        return self.result

    def _value(self, label: Token) -> None:
        if label.kind in (Kind.PUBLISHED, Kind.OTHER_TIME):
            self._date(label)
        elif label.kind is Kind.SOURCE:
            self._source(label)
        elif label.kind is Kind.ROLE:
            self._people(label)
        else:
            self._beside(label)

    def _date(self, label: Token) -> None:
        token = self._skip(Kind.OPEN, Kind.COLON, Kind.HARD)
        if token is None:
            self.open_label = label
        elif token.kind is Kind.DATE:
            self._at += 1
            item = Item.DATE if label.kind is Kind.PUBLISHED else Item.OTHER_TIME
            self._add(item, label.text, token.text)
        else:
            # 发表于 湖北
            self._at += token.kind is Kind.WORD and is_place(token.text)
            self.result.buttons += 1

    def _source(self, label: Token) -> None:
        token = self._skip(Kind.OPEN, Kind.COLON, Kind.HARD)
        if token is None:
            if logo := alt_of_image(self.result.line.block):
                self._add(Item.SOURCE, label.text, logo)
            else:
                self.open_label = label
            return
        if token.kind is not Kind.WORD:
            self.result.buttons += 1
            return
        start, end = token.start, token.end
        self._at += 1
        while (following := self._peek()) is not None and (
            self._goes_on(following, token, end - start) or self._is_quoted(following, start)
        ):
            self._at += 1
            token = following
            end = following.end
        text = flat(self._text[start:end])
        if label.end == start and label.text[-1].isalpha() and not is_outlet(text) and not self._is_stated(label):
            # 来源地的水, 来自山里: a word of the text.
            self._bare.append(Token(Kind.WORD, flat(label.text + text), label.start, end, label.blank))
        elif BUTTON.match(text) and not is_outlet(text) and text[-1] not in _QUOTES.values():
            self.result.buttons += 1
        elif label.text.startswith("原创") and is_name(text):
            self._add(Item.PEOPLE, "作者", text)
        else:
            self._add(Item.SOURCE, label.text, text)

    def _is_stated(self, label: Token) -> bool:
        """Tell whether a word that begins like a label of the source is one: its line has a date and other labels."""
        others = [token for token in self._tokens if token.kind in LABELS and token is not label]
        has_date = any(token.kind is Kind.DATE for token in self._tokens)
        return has_date and bool(others) and not label.text.startswith("来自")

    def _is_quoted(self, token: Token, start: int) -> bool:
        """Tell whether a mark begins or ends the name of an account in an outlet's name: 微信公众号“清河发布”."""
        if token.kind is not Kind.HARD or token.blank:
            return False
        if token.text in _QUOTES:
            end = self._text.find(_QUOTES[token.text], token.end, token.end + _LONGEST_ASIDE)
            return end > token.end
        return any(
            self._text.rfind(opening, start, token.start) >= 0 for opening in _QUOTES if _QUOTES[opening] == token.text
        )

    def _goes_on(self, token: Token, before: Token, size: int) -> bool:
        """Tell whether a token continues the name of an outlet."""
        if size > _LONGEST_SOURCE or "\t" in token.blank:
            return False
        if token.kind is Kind.WORD:
            if token.blank and self._at + 1 < len(self._tokens) and self._tokens[self._at + 1].kind is Kind.COLON:
                return False  # a label that no table knows
            if before.kind in (Kind.OPEN, Kind.SOFT) or not token.blank:
                return not is_button(token.text)
            joined = token.text[0] in _JOINING or before.text[-1] in _JOINING
            is_own = is_name(token.text) or is_button(token.text)
            return joined or (not token.is_new_element and not is_own)
        if token.kind in (Kind.OPEN, Kind.SOFT, Kind.CLOSE):
            # 清河日报（湖东版）, 甲报、乙报; not the bracket of the next button.
            following = self._tokens[self._at + 1] if self._at + 1 < len(self._tokens) else None
            if token.kind is Kind.CLOSE:
                opened = self._text[max(0, before.start - _LONGEST_ASIDE) : before.end]
                return not token.blank and any(opening in opened for opening in "(（")
            is_word = following is not None and following.kind is Kind.WORD and not is_button(following.text)
            return is_word and not token.blank and not (token.kind is Kind.OPEN and token.text in "[【")
        return token.kind is Kind.HARD and token.text == "/" and not token.blank

    def _beside(self, label: Token) -> None:
        """Skip what stands behind a label of something else; behind that of tags all words, which are links."""
        self.result.buttons += 1
        token = self._skip(Kind.OPEN, Kind.COLON, Kind.HARD, Kind.SOFT)
        if TAGS.match(label.text):
            self._skip(Kind.WORD, Kind.OPEN, Kind.CLOSE, Kind.HARD, Kind.SOFT)
            return
        is_first = True
        while token is not None and token.kind in (Kind.WORD, Kind.SOFT, Kind.DATE):
            if not is_first and (token.is_new_element or "\t" in token.blank or token.kind is Kind.DATE):
                break
            is_first = False
            self._at += 1
            token = self._peek()

    def _unknown_label(self) -> None:
        """A word with a colon that no table knows is text, with what follows it."""
        self._behind_unknown = self._peek()
        words = (*self._bare[-1:], *filter(None, [self._behind_unknown]))
        self._of_unknown.update(_bare_text(word) for word in words)
        if self._bare and not self.result.is_labelled:
            self.result.left.append(self._bare.pop().text)

    def _word(self, token: Token) -> None:
        if is_button(token.text):
            self.result.buttons += 1
        else:
            self._bare.append(token)

    def _settle_bare(self) -> None:
        """Tell outlets and persons among the words without a label."""
        seen = dict.fromkeys(_MOST, 0)
        named = named_words(self.result.line.block)
        is_report = len(self._tokens) > 1 and self._tokens[-1].text in _REPORTED
        for token in self._bare:
            text = _bare_text(token)
            if self.result.has(Item.PEOPLE) and (WORK.fullmatch(text) or POSITION.search(text)):
                continue
            if not text or is_place(text):
                self.result.buttons += 1
                continue
            item = item_of(named, token.text, text)
            # 平安清河 何田 报道
            is_reporting = is_report and token is self._tokens[0]
            is_surely = is_reporting or is_outlet(text) or self.result.has(Item.DATE) or not self.result.parts
            is_surely = is_surely and (token is not self._behind_unknown or is_outlet(text))
            if item is Item.OUTLET and not is_surely:
                item = None
            if item is not None and seen[item] < _MOST[item]:
                seen[item] += 1
                self._add(item, "", text)
            else:
                self.result.left.append(text)

    def _settle_left(self) -> None:
        """Take a short word that no table knows, behind date, source and editor, for a button.

        Beside a source and a date, both with their labels, another label with a value states something else of the
        article, whatever it is called: 网管员：柳明 来源：清河日报 发布时间：2021-04-05
        """
        stated = sum(part.item not in BARE for part in self.result.parts)
        is_button = stated >= _SURELY_META and sum(map(len, self.result.left)) <= _LONGEST_UNKNOWN_BUTTON
        labelled = {part.item for part in self.result.parts if part.label.rstrip()[-1:] in COLONS}
        is_beside = labelled >= {Item.SOURCE, Item.DATE} and len(self.result.left) <= _MOST_UNKNOWN
        is_small = all(word in self._of_unknown and len(word) <= _LONGEST_UNKNOWN for word in self.result.left)
        if is_button or (is_beside and is_small):
            self.result.buttons += len(self.result.left)
            self.result.left.clear()


def _bare_text(token: Token) -> str:
    return token.text.strip("-－—·.。 ")
