"""Which of a page's readings of date, source and people counts.

What stands beside the date, between headline and text, is preferred to the foot; what a label names to what stands
there bare; a line that the grammar consumes to one that it does not. A notice such as 凡本网注明“来源：…” names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise, takewhile

from newscrawler.extraction.layout import Line
from newscrawler.extraction.meta_lines.grammar import read_meta_lines
from newscrawler.extraction.meta_lines.ownership import (
    belongs_to_article,
    days_of,
    doubt_of,
    is_label_of,
    is_link,
    is_near,
    is_of_article,
    is_sure,
    opens_box_of,
    row,
)
from newscrawler.extraction.meta_lines.statements import Item, MetaLine, Part, roles_of
from newscrawler.extraction.meta_lines.words import is_of_today, is_outlet
from newscrawler.extraction.model import Evidence, RawCredit
from newscrawler.text.credit_labels import BYLINE_MARKS
from newscrawler.text.dates import find_date
from newscrawler.text.names import is_name
from newscrawler.text.roles import AUTHOR_ROLES, EDITOR_ROLES

BESIDE_DATE = "generic:beside-date"
"""The rule of persons who stand beside the date without a label."""
_PAGE_OF_PAPER = re.compile(r"第?\s?[A-Z]{0,2}\d{1,3}\s?版|版次|版面|本版|数字报|电子[报版]|多媒体报")
_MAY_BE_ACCOUNT = re.compile(r"[\u4e00-\u9fffA-Za-z]{2,8}")
"""A word on a line of its own beside the meta line; longer ones are headings."""
_BOX = re.compile("[【\\[]?(?:视频|音频|播放)")
_LINES_OF_BOX = 3
_CLOCK = re.compile(r"[0-2]?\d[:：∶][0-5]\d(?:[:：∶][0-5]\d)?")
_DASHES = ("—", "--")
_SELF = ("本", "原创", "自采")
"""How a source begins that names the page's own outlet: 本网, 本站原创."""
_IMPRINT = re.compile("版权|备案|主办|承办|主管|Copyright|ICP", re.IGNORECASE)
_NOTICE = re.compile(r"凡|注明|转载请|版权|免责|声明|本网|本站|不代表|仅供")
_LONGEST_IN_FOOT = 90
_LONGEST_IN_REST = 40
"""Characters without those of links: tags may share the line of the editor."""
_LONGEST_ALONE = 12
"""Characters of an outlet that stands alone; a longer line is a subtitle."""


class MetaReading:
    """What the lines round the main text say; in reading order.

    `head` are the lines between headline and text, `above` those above the headline, where the page's own navigation
    stands, too; `foot` follow the text, `rest` the foot. `sites` are the names of the page's own site,
    `adjoining` says how many lines of the foot follow the text directly, without a box between them. `headline` is the
    line of the headline; None if the page shows none.
    """

    def __init__(
        self,
        head: Iterable[MetaLine],
        foot: Iterable[MetaLine],
        rest: Iterable[Line] = (),
        above: Iterable[MetaLine] = (),
        sites: frozenset[str] = frozenset(),
        adjoining: int = 0,
        headline: Line | None = None,
    ) -> None:
        above, head, foot = list(above), list(head), list(foot)
        is_paper = any(_PAGE_OF_PAPER.search(line.line.text) for line in above)
        rows = {row(line) for line in above if line.is_meta and any(map(is_sure, line.parts))} - {None}
        own = [
            line
            for line in above
            if line.is_short
            or (
                line.is_meta
                and (
                    row(line) in rows
                    or belongs_to_article(line, is_paper=is_paper)
                    or (
                        line.has(Item.DATE)
                        and not is_of_today(line.line.text, above=True)
                        and opens_box_of(line.line, headline)
                    )
                )
            )
        ]
        if not is_paper and not any(line.has(Item.DATE, Item.SOURCE) for line in own):
            # The staff of the site or of a channel: 频道编辑：何田. A date in the same block makes it the article's.
            dated = {line.line.block for line in above if line.is_meta and line.has(Item.DATE)}
            own = [line for line in own if not line.has(Item.PEOPLE) or line.line.block in dated]
        self._printed = [*own, *head]
        own = [line for line in own if not line.is_empty]
        self._head = [*own, *(line for line in head if not line.is_empty)]
        self._below_headline = len(own)
        self._foot = [line for line in foot if len(line.line.text) <= _LONGEST_IN_FOOT]
        self._rest = rest
        self._sites = sites
        self._behind_text = list(takewhile(lambda line: line.is_meta or line.is_button, foot[:adjoining]))

    def published(self) -> Evidence | None:
        """Return the printed date of publication: a labelled one first, then the first that stands alone."""
        best: tuple[float, MetaLine, Part] | None = None
        for rank, line in [*((0, line) for line in self._head), *((20, line) for line in self._dated_foot())]:
            for part in line.parts:
                if part.item in (Item.DATE, Item.OTHER_TIME) and is_of_article(line, part):
                    doubt = rank + doubt_of(line, part)
                    if best is None or doubt < best[0]:
                        best = (doubt, line, part)
        if best is None and (leaf := self._calendar_leaf()):
            return Evidence(leaf, "generic:meta-line", 0.8)
        if best is None:
            return None
        doubt, line, part = best
        text = " ".join(f"{part.text} {self._clock_below(line, part)}".split())
        return Evidence(text, "generic:meta-line", max(0.3, 0.95 - doubt / 40))

    def _clock_below(self, line: MetaLine, part: Part) -> str:
        """Return the time of day that stands alone on the line below a day; empty if there is none."""
        found = find_date(part.text)
        if part is not line.parts[-1] or found is None or found.has_time:
            return ""
        below = next((after for one, after in pairwise(self._printed) if one is line), None)
        return below.line.text if below is not None and _CLOCK.fullmatch(below.line.text) else ""

    def _dated_foot(self) -> Iterator[MetaLine]:
        """Yield the lines of the foot whose date is not that of a comment or of another article."""
        for at, line in enumerate(self._foot):
            is_behind_link = at > 0 and is_link(self._foot[at - 1].line)
            is_own = any(part.label for part in line.parts) or (line.is_dated_only and not is_behind_link)
            if line.is_meta and is_own:
                yield line

    def _calendar_leaf(self) -> str:
        """Return the date that stands in several short lines above the main text, as on a calendar leaf."""
        joined = " ".join(line.line.text for line in self._printed if len(line.line.text) <= 24)
        found = find_date(joined)
        return joined[found.start : found.end] if found and found.has_time else ""

    def source(self) -> Evidence | None:
        """Return the outlet: what a label names, else what stands beside the date.

        The site's own name beside the date says where the story was published; a label in the foot says whence it came.
        """
        labelled = self._labelled_source(self._head, in_meta_line=True)
        beside = "" if labelled else self._bare_outlet(self._head, sure=True)
        foot = self._labelled_source(self._behind_text) if beside in self._sites else ""
        readings = (
            (labelled, 0.95),
            ("" if foot.startswith(_SELF) else foot, 0.9),
            (beside, 0.8),
            (self._bare_outlet(self._head, sure=False), 0.6),
            (self._labelled_source(self._head), 0.9),
            (self._labelled_source(self._foot_of_one_article()), 0.9),
            (self._bare_outlet(self._foot, sure=True), 0.6),
            (self._outlet_below_headline(), 0.5),
            (self._outlet_like_a_name(), 0.5),
        )
        return next((Evidence(text, "generic:meta-line", sure) for text, sure in readings if text), None)

    @staticmethod
    def _labelled_source(lines: Sequence[MetaLine], *, in_meta_line: bool = False) -> str:
        """Return what the first label of the source names, or an empty string.

        With `in_meta_line` date or people must stand on its line or on one beside it. A line of its own may belong to a
        video or a picture.
        """
        for at, line in enumerate(lines):
            sources = [part.text for part in line.parts if part.item is Item.SOURCE]
            if not sources or (line.left and _NOTICE.search(line.line.text)):
                continue
            if at and _BOX.match(lines[at - 1].line.text) and not line.has(Item.DATE, Item.OTHER_TIME, Item.PEOPLE):
                continue
            near = lines[max(0, at - 1) : at + 2]
            if in_meta_line and not any(other.is_meta and other.has(Item.DATE, Item.PEOPLE) for other in near):
                continue
            above = lines[max(0, at - _LINES_OF_BOX) : at]
            if not in_meta_line and any(_BOX.match(other.line.text) for other in above):
                continue
            return sources[0]
        return ""

    def _foot_of_one_article(self) -> Sequence[MetaLine]:
        """Return the foot; of one that names several outlets, as lists do, the meta lines that begin it.

        A line with a date of another day than the head's is that of another article.
        """
        own = set().union(*map(days_of, self._head))
        foot = [line for line in self._foot if not own or days_of(line) <= own]
        outlets = {part.text for line in foot for part in line.parts if part.item is Item.SOURCE}
        return foot if len(outlets) < 2 else list(takewhile(lambda line: line.is_meta, foot))

    def _bare_outlet(self, lines: Sequence[MetaLine], *, sure: bool) -> str:
        """Return the outlet that stands beside the date; `sure` if its name must end as the names of outlets do."""
        for line, near in self._beside_date(lines, for_outlet=lines is self._head):
            for part in line.parts:
                may_count = near and not sure and (line.is_meta or _MAY_BE_ACCOUNT.fullmatch(part.text) is not None)
                if part.item is Item.OUTLET and (is_outlet(part.text) or may_count):
                    return part.text
        return ""

    def _outlet_below_headline(self) -> str:
        """Return the outlet that is the only word of a head without date and people."""
        below = self._head[self._below_headline :]
        words = [word for line in below for word in (*(part.text for part in line.parts), *line.left)]
        is_stated = any(part.label or part.item is not Item.OUTLET for line in below for part in line.parts)
        if len(words) != 1 or is_stated or not 2 < len(words[0]) <= _LONGEST_ALONE or not is_outlet(words[0]):
            return ""
        return "" if any(is_link(line.line) for line in below) else words[0]

    def _outlet_like_a_name(self) -> str:
        """Return what looks like a person beside the date where a label names the writers: the outlet 马鞍云."""
        for line in self._head:
            if line.is_meta and line.has(Item.DATE) and any(_names_authors(part) for part in line.parts):
                bare = [part.text for part in line.parts if part.item is Item.PERSON]
                return bare[0] if len(bare) == 1 else ""
        return ""

    def _beside_date(self, lines: Sequence[MetaLine], *, for_outlet: bool = False) -> Iterator[tuple[MetaLine, bool]]:
        """Yield the lines with a date or with labelled people, each before the short lines that adjoin it, and whether
        these stand in the same block or in one beside it.

        In the foot, where comments and other articles have dates, too, the date must have a label. Buttons may stand
        between an outlet and the date below it; beside names they count, because services have names like persons.
        """
        for at, line in enumerate(lines):
            if lines is self._foot:
                is_anchor = line.is_meta and any(part.label for part in line.parts)
            else:
                is_anchor = self._is_beside_title(line)
            if not is_anchor or is_of_today(line.line.text, above=False):
                continue
            if not line.left:
                yield line, True
            above = at - 1
            while for_outlet and at - _LINES_OF_BOX < above > self._below_headline and lines[above].is_button:
                above -= 1
            # Items of a list, one below the other: date, outlet, writer.
            below = lines[at + 1] if at + 1 < len(lines) else line
            is_list = below is not line and (below.is_short or below.is_meta) and is_near(below.line, line.line)
            for neighbour in (above, at + 1, at + 2) if is_list else (above, at + 1):
                if 0 <= neighbour < len(lines):
                    other = lines[neighbour]
                    is_between = lines is self._head and min(at, neighbour) >= self._below_headline
                    near = is_near(other.line, line.line)
                    if neighbour and is_label_of(lines[neighbour - 1], other):
                        continue
                    if other.line.text.startswith(_DASHES):
                        # A subtitle.
                        continue
                    if other.is_short and (is_between or near) and not _IMPRINT.search(other.line.text):
                        yield other, near

    @staticmethod
    def _is_beside_title(line: MetaLine) -> bool:
        dated = line.has(Item.DATE, Item.OTHER_TIME) and (line.is_meta or not is_link(line.line))
        return dated or (line.is_meta and line.has(Item.PEOPLE) and not line.is_byline)

    def credits(self, *, without_editors: bool = False, without_authors: bool = False) -> list[RawCredit]:
        """Return the people whom labels name, then those who stand bare beside the date.

        Further down the page, only a short line that names an editor is believed.
        """
        found: list[RawCredit] = []
        edited = without_editors
        for line in (*self._head, *self._foot):
            if line.left and _NOTICE.search(line.line.text):
                continue
            for part in line.parts:
                if part.item is not Item.PEOPLE:
                    continue
                editing = _names_editors(part.label)
                if (without_editors and editing) or (without_authors and not editing):
                    continue
                edited = edited or editing
                found.append(RawCredit(part.label, part.text, "generic:meta-line", 0.9))
        if not edited:
            found += self._editors_below()
        if not without_authors and not any(roles_of(credit.label) & AUTHOR_ROLES for credit in found):
            found += self._bare_persons() or self._persons_alone() or self._persons_beside_editor()
        return found

    def _editors_below(self) -> list[RawCredit]:
        for line in self._rest:
            if len(line.text) - line.linked > _LONGEST_IN_REST or "编" not in line.text:
                continue
            (parsed,) = read_meta_lines([line])
            if not parsed.is_meta or parsed.parts[0].item is not Item.PEOPLE:
                continue
            people = [part for part in parsed.parts if part.item is Item.PEOPLE and _names_editors(part.label)]
            if people:
                return [RawCredit(part.label, part.text, "generic:foot", 0.7) for part in people]
        return []

    def _bare_persons(self) -> list[RawCredit]:
        beside_source = ((line, True) for line in self._head if line.is_meta and line.has(Item.SOURCE))
        for line, _ in chain(self._beside_date(self._head), beside_source):
            bare = (part.text for part in line.parts if part.item is Item.PERSON)
            # Beside the line stand logos and slogans, too: there only what is surely a name counts.
            persons = [name for name in bare if line.is_meta or is_name(name)]
            if persons:
                return [RawCredit("作者", name, BESIDE_DATE, 0.5) for name in persons]
        return []

    def _persons_alone(self) -> list[RawCredit]:
        """Return the names in a line of their own below the headline, behind the mark that papers set there: ■ 何田."""
        for line in self._head[self._below_headline :]:
            names = [part.text for part in line.parts if part.item is Item.PERSON]
            is_own = len(names) == len(line.parts) > 0 and not line.left and not line.buttons
            if is_own and line.line.text[0] in BYLINE_MARKS and all(map(is_name, names)):
                return [RawCredit("作者", name, BESIDE_DATE, 0.5) for name in names]
        return []

    def _persons_beside_editor(self) -> list[RawCredit]:
        """Return the names behind an office in a line of the foot with the editor: 县水利局 何田 || 编辑 柳明."""
        for line in self._foot:
            names = [part.text for part in line.parts if part.item is Item.PERSON]
            editors = any(part.item is Item.PEOPLE and _names_editors(part.label) for part in line.parts)
            if editors and names and line.is_meta and line.has(Item.OUTLET) and all(map(is_name, names)):
                return [RawCredit("作者", name, BESIDE_DATE, 0.5) for name in names]
        return []


def _names_authors(part: Part) -> bool:
    return part.item is Item.PEOPLE and bool(roles_of(part.label) & AUTHOR_ROLES)


def _names_editors(label: str) -> bool:
    return bool(roles_of(label) & EDITOR_ROLES)
