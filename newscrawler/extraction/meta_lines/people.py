"""The people of a meta line: the names behind a label, those before it, and what the line says of them beside."""

from __future__ import annotations

from itertools import pairwise

from newscrawler.extraction.meta_lines.bare import is_button
from newscrawler.extraction.meta_lines.cursor import TokenCursor, flat
from newscrawler.extraction.meta_lines.statements import WRITERS_AND_PHOTOGRAPHERS, Item, roles_of
from newscrawler.extraction.meta_lines.tokens import PREPOSITIONS, Kind, Token
from newscrawler.extraction.meta_lines.words import is_outlet
from newscrawler.text.names import POSITION, Bond, is_name, may_be_listed, names_of_token, names_run_together
from newscrawler.text.roles import AUTHOR_ROLES, EDITOR_ROLES, MAKERS, POSITIONS, REPORTERS, Role

_LONGEST_COUNTRY = 4


class PeopleParser(TokenCursor):
    """Reads who made a story from the tokens of a line."""

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
                self._add(Item.PEOPLE, printed_label, flat(self._text[start:end]))
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
