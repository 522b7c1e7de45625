"""Digital newspapers: one edition per day, its pages (版面), and the articles of each page.

An edition is a date, pages with names, and articles of that date. What a link is follows from evidence and not from the
folders of one vendor:

- A link whose address holds the edition's date belongs to the edition. One that holds another date leads to another
  edition.
- Links with addresses of one shape are of one kind. The shape is the address without the date and with `#` for numbers.
- Links to pages carry labels of pages (第01版：要闻, A01), or have the shape of the page's own address.
- Links to articles carry titles. An area of the page's picture and a headline with one address are one article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, unquote, urlsplit

from newscrawler.extraction.page import Page
from newscrawler.listings.article_urls import looks_like_article
from newscrawler.listings.edition_dates import EditionDay, days_in, printed_days
from newscrawler.listings.edition_furniture import said_by
from newscrawler.listings.edition_hints import edition_before, stated_pages
from newscrawler.listings.edition_links import EditionLink, read_edition_links, without_doubles
from newscrawler.listings.edition_names import LIKE_A_HEADLINE, called, join_labels, label_of, title_of, typical_title
from newscrawler.listings.edition_neighbours import calendar_days, of_other_papers, without_days
from newscrawler.listings.entries import Entry
from newscrawler.listings.named_pages import pages_named_without_address
from newscrawler.listings.numbered_pages import with_numbers
from newscrawler.listings.page_headings import PageHeadings
from newscrawler.listings.page_labels import PageLabel, label_in_title
from newscrawler.text.urls import identity

_FEW = 3
"""Links of one shape that are evidence by their number."""
_SAMPLES = 3
_PAGE_FILE = re.compile(r"(?:^|[^a-z])(?:node|page|layout|ban|bm|col|nbs|v|index|default)[^a-z]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to another page of the edition."""

    url: str
    label: PageLabel


@dataclass(frozen=True, slots=True)
class EditionPage:
    """What one page of an edition shows."""

    entries: list[Entry]
    """The articles of the edition that it links to, also those that the portal does not own."""
    pages: list[PageLink]
    """The pages of the edition that it links to, itself excepted."""
    label: PageLabel
    """Its own number and name; empty where it shows none."""
    other_edition: str = ""
    """Why it belongs to another edition, as in `it prints the date 2024-05-19`; empty if nothing says so."""
    seen: int = 0
    """The number of links that were seen."""
    samples: tuple[str, ...] = ()
    """Some of the links that are neither articles nor pages of the edition."""
    jump: str = ""
    """Where a page without links redirects to; empty for any other page."""
    left_out: str = ""
    """What was not read, as a part of a sentence; empty if all was read."""
    named: tuple[PageLabel, ...] = ()
    """Pages that it names and gives no address of."""
    stated_pages: int = 0
    """How many pages the edition has, as it says; 0 if it does not say so."""
    before: tuple[date, str] | None = None
    """The day and the address of the edition to which 上一期 leads."""
    calendar: frozenset[date] = frozenset()
    """Days to which its calendar leads, if it does not lead to every day."""
    said: frozenset[str] = frozenset()
    """What it says (`edition_furniture`)."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What addresses of one kind have in common."""

    host: str
    folder: str
    file: str
    query: tuple[tuple[str, str], ...]

    @property
    def kind(self) -> tuple[str, ...]:
        """The file and the names of the query, which the pages of all newspapers of a house may have in common."""
        return self.file, *(name for name, _ in self.query)


def read_edition_page(
    page: Page,
    base_url: str,
    day: EditionDay,
    is_own: Callable[[str], bool],
    article_url: re.Pattern[str] | None = None,
    label: PageLabel | None = None,
) -> EditionPage:
    """Read one page of the edition of a day.

    `is_own(url)` tells whether a URL belongs to the portal. `article_url` is the definition's pattern for articles.
    `label` is what the link that led to the page called it.
    """
    found = read_edition_links(page.root, base_url)
    named = without_days(found.links, day)
    own_name = identity(base_url)
    links = [link for link in named if identity(link.url) != own_name]
    reader = _Reader(base_url, day, is_own, article_url)
    reader.sort(links)
    printed = printed_days(page.root, page.title)
    if not reader.articles and (reader.pages or day.day in printed):
        reader.take_undated(links)
    headings = PageHeadings(page.root, [link.element for link in reader.articles])
    own_link = next((link for link in named if identity(link.url) == own_name), None)
    own_label = join_labels([called(own_link) if own_link else None, label, headings.only, label_in_title(page.title)])
    labels = {identity(link.url): called(link) for link in reader.pages}
    # The menu names the page itself, too, or it is the first one, which leads to all others.
    menu = [link.url for link in named if identity(link.url) in (*labels, own_name)]
    labels = with_numbers({**labels, own_name: own_label}, menu if own_link is not None else [base_url, *menu])
    own_label = labels[own_name]
    entries = []
    for link, heading in zip(reader.articles, headings.labels(), strict=True):
        on_page = heading or link.page or own_label
        entries.append(Entry(link.url, title_of(link), "", page=on_page.name, page_no=on_page.number))
    taken = {id(link) for link in (*reader.articles, *reader.pages)}
    return EditionPage(
        entries=entries,
        pages=[PageLink(link.url, labels[identity(link.url)]) for link in reader.pages],
        label=own_label,
        other_edition=_other_edition(base_url, day, links, reader, printed),
        seen=len(found.links),
        said=said_by(page.root),
        samples=tuple(link.url for link in links if id(link) not in taken)[:_SAMPLES],
        jump=found.jump,
        left_out=found.left_out,
        named=tuple(pages_named_without_address(page.root)),
        stated_pages=stated_pages(page.root),
        before=edition_before(found.links, day.day),
        calendar=calendar_days(found.links, day),
    )


class _Reader:
    """Sorts the links of a page into articles, pages and others."""

    def __init__(
        self, base_url: str, day: EditionDay, is_own: Callable[[str], bool], article_url: re.Pattern[str] | None
    ) -> None:
        self._base_url = base_url
        self._day = day
        self._is_own = is_own
        self._article_url = article_url
        self._own_shape = _shape(base_url, day)
        self._own_forms = day.forms_in(base_url)
        self.articles: list[EditionLink] = []
        self.pages: list[EditionLink] = []

    def sort(self, links: list[EditionLink]) -> None:
        """Sort the links that name the edition's day."""
        dated = [link for link in links if self._day.is_in(link.url)]
        articles: list[EditionLink] = []
        for shape, group in self._groups(dated).items():
            group_articles, group_pages = self._split(shape, group)
            articles += group_articles
            self.pages += [link for link in group_pages if self._is_own(link.url)]
        others = of_other_papers(self._base_url, self.pages, [link for link in self.pages if label_of(link)])
        self.pages = [link for link in self.pages if link not in others]
        kinds = {shape.kind for shape in self._groups(self.pages)} | {self._own_shape.kind}
        articles = [link for link in articles if not self._is_page_of_another_paper(link, kinds)]
        # The portal's own site may show news of the day beside the edition; they write the date in another form.
        kin = [link for link in articles if self._own_forms & self._day.forms_in(link.url)]
        chosen = {id(link) for link in kin or articles}
        if self._article_url is not None:
            pattern = self._article_url
            chosen |= {id(link) for link in links if self._is_own(link.url) and pattern.search(link.url)}
            chosen -= {id(link) for link in links if self._day.is_other_in(link.url)}
        self.articles = without_doubles([link for link in links if id(link) in chosen])
        pages = {id(page) for page in self.pages} - chosen
        self.pages = [link for link in links if id(link) in pages]

    def take_undated(self, links: list[EditionLink]) -> None:
        """Take lists of titled links that look like articles and name no day. The page is known to be of the day."""
        undated = [link for link in links if not days_in(link.url) and self._is_own(link.url)]
        chosen = {
            id(link)
            for group in self._groups(undated).values()
            if len(titled := [link for link in group if title_of(link) and looks_like_article(link.url)]) >= _FEW
            and typical_title(titled) >= LIKE_A_HEADLINE
            for link in titled
        }
        self.articles = [link for link in links if id(link) in chosen]

    def _groups(self, links: Iterable[EditionLink]) -> dict[_Shape, list[EditionLink]]:
        groups: dict[_Shape, list[EditionLink]] = {}
        for link in links:
            groups.setdefault(_shape(link.url, self._day), []).append(link)
        return groups

    def _split(self, shape: _Shape, group: list[EditionLink]) -> tuple[list[EditionLink], list[EditionLink]]:
        """Split links of one shape into articles and pages; most groups are of one kind."""
        if self._article_url is not None and self._is_own(group[0].url):
            pattern = self._article_url
            group = [link for link in group if not pattern.search(link.url)]
            return [], group if group and self._are_pages(shape, group) else []
        if self._are_pages(shape, group):
            return [], group
        if shape == self._own_shape:  # articles and pages with addresses of one shape: the labels tell them apart
            return [link for link in group if title_of(link)], [link for link in group if label_of(link)]
        # A link that is called 第02版：综合 is a page, whatever its address looks like.
        pages = [link for link in group if label_of(link) and not title_of(link)]
        return [link for link in group if link not in pages and self._may_be_article(link, group)], pages

    def _are_pages(self, shape: _Shape, group: list[EditionLink]) -> bool:
        titled = [link for link in group if title_of(link)]
        if sum(1 for link in group if label_of(link)) > len(titled):
            return True
        if typical_title(titled) >= LIKE_A_HEADLINE:
            return False
        if shape == self._own_shape:
            return True
        is_beside = (shape.host, shape.folder) == (self._own_shape.host, self._own_shape.folder)
        return is_beside and bool(titled) and _PAGE_FILE.search(shape.file) is not None

    def _may_be_article(self, link: EditionLink, group: list[EditionLink]) -> bool:
        if title := title_of(link):
            return len(title) >= LIKE_A_HEADLINE or self._has_number(link.url)
        if not self._has_number(link.url):
            return False
        if link.element is None or link.labels:  # in a script, or with a text that is no title: 阅读全文
            return looks_like_article(link.url) or (len(group) >= _FEW and link.element is None)
        return True

    def _has_number(self, url: str) -> bool:
        """Tell whether an address has a number beside the day, as those of documents have: not `index.htm`."""
        parts = urlsplit(url)
        file = parts.path.rpartition("/")[2]
        return any(character.isdigit() for character in self._day.replaced_in(f"{file}?{parts.query}"))

    def _is_page_of_another_paper(self, link: EditionLink, kinds: set[tuple[str, ...]]) -> bool:
        """Tell whether a link leads to a page of another newspaper of the same house, or of the same for phones."""
        shape = _shape(link.url, self._day)
        if not shape.file or shape.kind not in kinds or shape == self._own_shape:
            return False
        return len(title_of(link)) < LIKE_A_HEADLINE


def _shape(url: str, day: EditionDay) -> _Shape:
    parts = urlsplit(url)
    path = day.replaced_in(unquote(parts.path))
    folder, _, file = path.rpartition("/")
    before, sign, after = folder.partition("*")
    file = re.sub(r"(?<=[a-z_-])[A-Z]{1,2}(?=\d)", "", file)  # node_A01 and node_B02 are alike
    file = re.sub(r"^[A-Z]{1,2}(?=\d)", "", file)
    file = re.sub(r"\d+", lambda match: "##" if len(match.group()) > _FEW else "#", file)
    query = tuple(
        sorted(
            (name, "#" if any(character.isdigit() for character in value) else value)
            for name, value in parse_qsl(day.replaced_in(parts.query)[:1_000], keep_blank_values=True)
        )
    )
    return _Shape(parts.netloc, before + sign + re.sub(r"\d+", "#", after), file, query)


def _other_edition(
    base_url: str, day: EditionDay, links: list[EditionLink], reader: _Reader, printed: set[date]
) -> str:
    if day.is_other_in(base_url):
        return f"its address names {_iso(days_in(base_url))}"
    taken = (*reader.articles, *reader.pages)
    # Relative addresses lie in the folder of any day under which a server sends the page.
    if any(day.is_in(link.href) for link in taken):
        return ""
    if printed and day.day not in printed:
        return f"it prints the date {_iso(printed)}"
    if not taken:
        others = Counter(
            other for link in links if len(title_of(link)) >= LIKE_A_HEADLINE for other in days_in(link.url)
        )
        for other, count in others.most_common(1):
            if count >= _FEW:
                return f"it links to articles of {other.isoformat()}"
    return ""


def _iso(days: Iterable[date]) -> str:
    return ", ".join(sorted(map(str, days))[:_SAMPLES])
