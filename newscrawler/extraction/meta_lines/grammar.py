"""What a meta line says: its tokens parsed once, and what the grammar does not consume.

A value belongs to the label before it, in the same element, the next one or on the next line. Where no label says so,
a name beside a date is a person, and another short word there is the outlet.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from newscrawler.extraction.html import HEADINGS
from newscrawler.extraction.layout import Line
from newscrawler.extraction.meta_lines.bare import LONGEST_WORD, alt_of_image, is_button, is_place, item_of, named_words
from newscrawler.extraction.meta_lines.line_tests import COLONS, is_label_cell, is_sentence
from newscrawler.extraction.meta_lines.statements import BARE, WRITERS_AND_PHOTOGRAPHERS, Item, MetaLine, Part, roles_of
from newscrawler.extraction.meta_lines.tokens import LABELS, PREPOSITIONS, Kind, Token, may_be_marked, spaced, tokens
from newscrawler.extraction.meta_lines.words import BUTTON, TAGS, is_outlet
from newscrawler.text.credit_labels import with_makers_apart
from newscrawler.text.names import POSITION, WORK, Bond, is_name, may_be_listed, names_of_token, names_run_together
from newscrawler.text.roles import AUTHOR_ROLES, EDITOR_ROLES, MAKERS, POSITIONS, REPORTERS, Role

_LONGEST_SOURCE = 60
_LONGEST_ASIDE = 14
_LONGEST_COUNTRY = 4
_SURELY_META = 3
"""Statements with labels, or dates, of a line in which an unknown word is a button."""
_LONGEST_UNKNOWN_BUTTON = 6
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


class _Parser:
    """Parses the tokens of one line."""

    def __init__(self, line: Line, text: str, open_label: Token | None) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._at = 0
        self.result = MetaLine(line)
        self._bare: list[Token] = []
        self.open_label = open_label
        self._behind_unknown: Token | None = None
        """The word behind the last label that no table knows: 2012春运：温暖回家路."""

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

    def _add(self, item: Item, label: str, text: str) -> None:
        self.result.parts.append(Part(item, label, text))

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _skip(self, *kinds: Kind) -> Token | None:
        """Skip tokens of these kinds; return the one that follows."""
        while (token := self._peek()) is not None and token.kind in kinds:
            self._at += 1
        return token

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
        while (following := self._peek()) is not None and self._goes_on(following, token, end - start):
            self._at += 1
            token = following
            end = following.end
        text = _flat(self._text[start:end])
        if label.end == start and label.text[-1].isalpha() and not is_outlet(text) and not self._is_stated(label):
            # 来源地的水, 来自山里: a word of the text.
            self._bare.append(Token(Kind.WORD, _flat(label.text + text), label.start, end, label.blank))
        elif BUTTON.match(text) and not is_outlet(text):
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

    def _goes_on(self, token: Token, before: Token, size: int) -> bool:
        """Tell whether a token continues the name of an outlet."""
        if size > _LONGEST_SOURCE or "\t" in token.blank:
            return False
        if token.kind is Kind.WORD:
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

    def _people(self, label: Token) -> None:
        """Take the names behind a label, or those before it: 何远山 摄."""
        printed_label = label.text
        is_glued = not label.blank and self._bare and self._bare[-1].end == label.start
        if is_glued and (
            roles_of(label.text) & REPORTERS
            or not is_name(self._bare[-1].text)
            or self._stands_before_label(self._bare[-1])
        ):
            printed_label = self._bare.pop().text + label.text
        if self._is_behind_stroke(label) and (self._names_before(label) or self.result.has(Item.PEOPLE)):
            # 记者 何田/文 江小满/图: each label stands behind its names.
            return
        if self._is_position_behind(label):
            # 图：清河日报记者 何田 took the pictures: what he is counts less than what he did.
            while (token := self._peek()) is not None and token.kind is not Kind.ROLE:
                self._at += 1
            self._at += 1
        start, end = self._names_behind(Bond.BLANK if _may_be_speaker(label) else label.bond)
        if end:
            token = self._peek()
            if token is not None and token.text in PREPOSITIONS:
                # By He Ziheng in Qinghe for Qinghe Daily: the place is nobody, the outlet is one.
                self._at += 1 if token.text == "for" else 2
                token = self._peek()
            if token is not None and self._stands_behind(token):
                end = token.end
                self._at += 1
            if not (_may_be_speaker(label) and self._is_question()):
                self._add(Item.PEOPLE, printed_label, _flat(self._text[start:end]))
        elif self._names_before(label) or self._is_outlet_of_label(self._peek()) or self._is_label_of_names(label):
            # 何田 摄; 撰文 清河日报记者 何田, 文/图 记者 何田: the second label says who.
            return
        elif self._peek() is None and label.bond is not Bond.GLUED:
            # 职位：新媒体编辑 is a value itself.
            is_value = self._at > 1 and self._tokens[self._at - 2].kind is Kind.COLON
            self.open_label = None if is_value else label
        elif label.bond is Bond.COLON:
            self.result.buttons += 1
        elif not (label.bond is Bond.GLUED and self.result.has(Item.SOURCE, Item.PEOPLE)):
            self._bare.append(Token(Kind.WORD, printed_label, label.start, label.end, label.blank))

    def _is_behind_stroke(self, label: Token) -> bool:
        """Tell whether a stroke, or the form of the line, joins a label to the names before it."""
        stroke = self._tokens[self._at - 2] if self._at > 1 else None
        is_joined = stroke is not None and stroke.text == "/" and not stroke.blank and not label.blank
        return label.bond is not Bond.COLON and (is_joined or self._is_one_of_several_behind(label))

    def _is_one_of_several_behind(self, label: Token) -> bool:
        """Tell whether a label stands behind its names because the last one of the line does: 何田 文 江小满 图."""
        return self._ends_in_label_behind(label) and bool(self._bare) and is_name(self._bare[-1].text)

    def _ends_in_label_behind(self, label: Token) -> bool:
        """Tell whether a label, and another one at the end of the line, say what the names before them did."""
        last = next(token for token in reversed(self._tokens) if token.kind is not Kind.CLOSE)
        is_other = last is not label and last.kind is Kind.ROLE and last.bond is not Bond.COLON
        return is_other and roles_of(last.text) <= MAKERS and roles_of(label.text) <= MAKERS

    def _is_position_behind(self, label: Token) -> bool:
        """Tell whether a label with a colon is followed by one without, which says what the person is.

        Both may name writers: then the second says it better.
        """
        at = self._at + (self._is_outlet_of_label(self._peek()))
        token = self._tokens[at] if at < len(self._tokens) else None
        if token is None or token.kind is not Kind.ROLE or token.bond is Bond.COLON:
            return False
        if label.bond is not Bond.COLON and not self._is_name_at(at + 1):
            return False
        if label.bond is Bond.GLUED and token.start > label.end:
            return False
        roles = roles_of(token.text)
        is_same_column = bool(roles & AUTHOR_ROLES) == bool(roles_of(label.text) & AUTHOR_ROLES)
        return roles <= POSITIONS and not is_same_column and "\t" not in token.blank

    def _is_label_of_names(self, label: Token) -> bool:
        """Tell whether a label of names follows one that says what they did: 文/图 记者 何田."""
        token = self._peek()
        is_label = token is not None and token.kind is Kind.ROLE and not token.is_new_element
        return is_label and roles_of(label.text) <= WRITERS_AND_PHOTOGRAPHERS and self._is_name_at(self._at + 1)

    def _is_question(self) -> bool:
        """Tell whether what follows the names cannot be part of a byline."""
        token = self._peek()
        behind_comma = self._tokens[self._at - 1].kind is Kind.SOFT
        return token is not None and token.kind is Kind.WORD and behind_comma and not is_button(token.text)

    def _names_behind(self, bond: Bond) -> tuple[int, int]:
        """Skip the names behind a label; return where they begin and end, 0 and 0 if there is none."""
        token = self._skip(Kind.OPEN, Kind.COLON, Kind.HARD)
        start = end = 0
        if token is not None and self._is_country(token):
            # 作者：[日]山田太郎
            self._at += 2
            token = self._peek()
        if token is not None and self._is_position(token):
            # 作者：清河大学教授 何田
            self._at += 1
            token = self._peek()
        while token is not None and token.kind is Kind.WORD:
            before = self._tokens[self._at - 1]
            if not _is_listed(token.text, bond, first=not end, separated=before.kind is not Kind.WORD):
                break
            if self._is_outlet_of_label(token):
                break
            start = start if end else token.start
            end = token.end
            self._at += 1
            token = self._skip(Kind.SOFT)
            if token is not None and token.kind is Kind.OPEN and not token.blank:
                token = self._aside(token)
            if token is not None and token.kind is Kind.HARD and token.text == "/" and self._is_name_at(self._at + 1):
                self._at += 1
                token = self._peek()
        return start, end

    def _is_country(self, token: Token) -> bool:
        """Tell whether a word is the country of a foreign writer, in a bracket directly before the name."""
        closing, name = (*self._tokens[self._at + 1 : self._at + 3], None, None)[:2]
        is_in_bracket = (
            self._tokens[self._at - 1].kind is Kind.OPEN and closing is not None and closing.kind is Kind.CLOSE
        )
        is_glued = name is not None and name.kind is Kind.WORD and not name.blank
        return token.kind is Kind.WORD and len(token.text) <= _LONGEST_COUNTRY and is_in_bracket and is_glued

    def _is_position(self, token: Token) -> bool:
        """Tell whether a word is what a writer is or where he works, before his name."""
        if token.kind is not Kind.WORD or not self._is_name_at(self._at + 1):
            return False
        return POSITION.search(token.text) is not None or (is_outlet(token.text) and not is_name(token.text))

    def _is_outlet_of_label(self, token: Token | None) -> bool:
        """Tell whether a word is the outlet directly before the next label: 文/清河网专栏作者 何田."""
        following = self._tokens[self._at + 1] if self._at + 1 < len(self._tokens) else None
        is_glued = following is not None and following.kind is Kind.ROLE and not following.blank
        if token is None or following is None or not is_glued:
            return False
        before = self._tokens[self._at - 1] if self._at else None
        is_glued_behind = before is not None and before.kind is Kind.ROLE and before.bond is Bond.GLUED
        if names_run_together(token.text, Bond.BLANK) or (is_glued_behind and is_name(token.text)):
            # 见习记者何田实习生江小满
            return False
        if roles_of(following.text) & REPORTERS or not is_name(token.text):
            return True
        return self._stands_before_label(token)

    def _stands_before_label(self, token: Token) -> bool:
        """Tell whether a word stands before another label, too, as an outlet does: 清经记者：何田 清经编辑：柳明."""
        return any(
            other.text == token.text and other is not token and label.kind is Kind.ROLE and not label.blank
            for other, label in pairwise(self._tokens[: self._at])
        )

    def _stands_behind(self, token: Token) -> bool:
        """Tell whether a label says what the names before it did, as in 通讯员 何远山 摄."""
        is_maker = token.kind is Kind.ROLE and token.bond is not Bond.COLON and roles_of(token.text) <= MAKERS
        return is_maker and (not self._is_name_at(self._at + 1) or self._ends_in_label_behind(token))

    def _is_name_at(self, at: int) -> bool:
        return at < len(self._tokens) and self._tokens[at].kind is Kind.WORD and is_name(self._tokens[at].text)

    def _aside(self, token: Token) -> Token | None:
        """Skip a remark in brackets behind a name, and the comma behind it: 柳明（实习）、何田."""
        closing = self._at + 2
        if closing < len(self._tokens) and self._tokens[closing].kind is Kind.CLOSE:
            self._at = closing + 1
            return self._skip(Kind.SOFT)
        return token

    def _names_before(self, label: Token) -> bool:
        """Give the names directly before a label to it: 何远山/文, 何远山 摄."""
        roles = roles_of(label.text)
        if label.bond is Bond.COLON or not roles & (WRITERS_AND_PHOTOGRAPHERS | EDITOR_ROLES):
            return False
        names: list[Token] = []
        while self._bare and is_name(self._bare[-1].text):
            names.append(self._bare.pop())
        if not names:
            return False
        names.reverse()
        self._add(Item.PEOPLE, label.text, "、".join(name.text for name in names))
        return True

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
            text = token.text.strip("-－—·.。 ")
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
        """Take a short word that no table knows, behind date, source and editor, for a button."""
        stated = sum(part.item not in BARE for part in self.result.parts)
        if stated >= _SURELY_META and sum(map(len, self.result.left)) <= _LONGEST_UNKNOWN_BUTTON:
            self.result.buttons += len(self.result.left)
            self.result.left.clear()


def _may_be_speaker(label: Token) -> bool:
    """Tell whether a label may stand before a question of an interview: 记者：您好，水渠修好了吗"""
    return label.bond is Bond.COLON and Role.REPORTER in roles_of(label.text)


def _is_listed(word: str, bond: Bond, *, first: bool, separated: bool) -> bool:
    """Tell whether a word belongs to the names behind a label.

    The first may be a pen name. Behind a comma it may be any short word, behind a blank only what is surely a name.
    """
    if is_button(word):
        return False
    if first:
        return names_of_token(word, bond) is not None
    if separated:
        return names_of_token(word, Bond.BLANK) is not None or may_be_listed(word) or _may_be_login(word)
    return is_name(word) or _may_be_login(word)


def _may_be_login(word: str) -> bool:
    return word.isascii() and word.isalpha() and len(word) > 2 and word not in PREPOSITIONS


def _flat(text: str) -> str:
    return " ".join(text.split())
