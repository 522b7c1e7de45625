"""The main text written as a small, sanitised subset of HTML, with its images and attachments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import nh3
from lxml.html import HtmlElement

from newscrawler.extraction.html import LISTS, is_document, text_up_to
from newscrawler.extraction.layout import Block
from newscrawler.extraction.main_text import MainText
from newscrawler.extraction.model import Attachment, Image
from newscrawler.extraction.page import Page
from newscrawler.extraction.walk import walk

_BLOCKS = ("p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "figure", "figcaption")
_TABLE = ("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td")
TAGS = frozenset((*_BLOCKS, *_TABLE, "strong", "em", "a", "img"))
"""All elements that a body may hold."""
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_EMPHASIS = {"b": "strong", "strong": "strong", "em": "em", "i": "em"}
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_TABLE_PARTS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th"})
_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-lazyload", "data-actualsrc", "original", "_src", "src")
_NO_PICTURE = re.compile(
    r"(?i)(?:^data:|(?:^|[/_.-])(?:icon|logo|qrcode|qr|ewm|erweima|weixin|wechat|weibo|share|blank|spacer|loading|grey|pixel"
    r"|transparent|1x1|arrow|btn|button|close|print|top|space|placeholder)s?\d{0,2}(?:[/_.-]|$))"
)
_CAPTION = re.compile(
    r"^[▲△↑▼↓◀◁]|^\s*(?:图[为：:片]|资料图|上图|下图|图\d)|(?:摄|供图|提供|截图|制图|配图|资料图?|发）?|图)[）)。]?$"
)
_CAPTION_NAME = re.compile(r"(?i)(?:caption|img|image|pic|photo|f_center|tu|zhaiyao)")
_SPECIAL = re.compile("[&<>]")
_MOST_IMAGES = 500
_LONGEST_PIECE = 10_000
_SEAM = "<!---->"
"""Divides a long text, for which nh3 needs quadratic time. nh3 removes the comment."""


@dataclass(slots=True)
class Rendered:
    """The body as HTML, its images in order, and the documents that it links to."""

    html: str
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)


class _Writer:
    """Writes the lines of the main text as HTML, as a walk over it tells them."""

    def __init__(
        self, page: Page, first_line: int, start: int, body_lines: Sequence[int], aside: set[HtmlElement]
    ) -> None:
        self._page = page
        self._body_lines = frozenset(body_lines)
        self._last = body_lines[-1]
        self._line = first_line
        self._start = start
        self._aside = aside
        self._asides = 0
        self._blocks: list[HtmlElement] = []
        self._starts: list[int | None] = []
        self._data_tables: list[bool] = []
        self._inline: list[str] = []
        self._markup: list[str] = []
        self._pending: list[Image] = []
        self._figure_at = -1
        self.out: list[str] = []
        self.images: list[Image] = []
        self.attachments: list[Attachment] = []

    def text(self, text: str) -> None:
        """Add a piece of the line's text."""
        for begin in range(0, len(text), _LONGEST_PIECE):
            piece = text[begin : begin + _LONGEST_PIECE]
            self._markup.append(escape(piece, quote=False) if _SPECIAL.search(piece) else piece)
            if begin + _LONGEST_PIECE < len(text):
                self._markup.append(_SEAM)

    def start_inline(self, element: HtmlElement) -> None:
        """Open an emphasis or a link, or take an image; images and link targets in an aside do not count."""
        if element.tag in _EMPHASIS:
            self._open(f"<{_EMPHASIS[element.tag]}>")
        elif element.tag == "a":
            url = None if self._asides else self._attach(element)
            self._open(f'<a href="{escape(url)}">' if url and url.startswith("http") else "<a>")
        elif not self._asides:
            self._take_image(element)

    def end_inline(self, element: HtmlElement) -> None:
        """Close an emphasis or a link."""
        if element.tag != "img" and self._inline:
            self._markup.append(_closing(self._inline.pop()))

    def _open(self, tag: str) -> None:
        self._inline.append(tag)
        self._markup.append(tag)

    def _take_image(self, element: HtmlElement) -> None:
        if len(self.images) + len(self._pending) >= _MOST_IMAGES:
            return
        if not self._start <= self._line <= self._last + 1:
            return
        source = next(
            (value for name in _SOURCES if (value := element.get(name)) and not value.startswith("data:")), ""
        )
        if not source or _NO_PICTURE.search(source.rsplit("?", 1)[0]) or _small(element):
            return
        url = self._page.absolute(source)
        if url and all(url != image.url for image in (*self.images, *self._pending)):
            self._pending.append(Image(url, ""))

    def _attach(self, link: HtmlElement) -> str | None:
        """Return a link's absolute URL; if it leads to a document, the document becomes an attachment."""
        href = link.get("href")
        url = self._page.absolute(href) if href else None
        if url and is_document(url):
            text = " ".join(text_up_to(link).split())
            attachment = Attachment(url, text)
            if len(self.attachments) < _MOST_IMAGES and attachment not in self.attachments:
                self.attachments.append(attachment)
        return url

    def line(self, text: str, pieces: list[str], linked: int) -> None:
        """Write the line that ends here if it belongs to the body; a short one below an image is its caption."""
        if self._line in self._body_lines:
            if self._pending and len(text) <= 80 and not text.endswith(("。", "！", "？")):
                last = self._pending.pop()
                self._write_figures()
                self._pending.append(Image(last.url, text))
            else:
                self._write(self._blocks[-1], text)
        self._line += 1

    def line_break(self) -> None:
        """Write the images that stood in the line, and begin a new line."""
        self._write_figures()
        self._markup = list(self._inline)

    def start_block(self, element: HtmlElement, tag: str) -> None:
        """Open a block, with a tag of its own if it is a list, a quotation or a part of a table of data."""
        self.line_break()
        outermost = not self._blocks
        self._asides += element in self._aside
        self._blocks.append(element)
        if tag == "table" and not outermost:
            self._data_tables.append(_is_data_table(element))
        if outermost or not self._is_structural(tag):
            self._starts.append(None)
        else:
            self._starts.append(len(self.out))
            self.out.append(f"<{tag}>")

    def end_block(self, element: HtmlElement) -> None:
        """Close a block; one that stayed empty leaves no tag behind, unless it is a cell."""
        self.line_break()
        self._blocks.pop()
        start = self._starts.pop()
        if start is not None:
            if len(self.out) == start + 1 and element.tag not in ("td", "th"):
                self.out.pop()
            else:
                self.out.append(f"</{element.tag}>")
        if element.tag == "table" and self._data_tables:
            self._data_tables.pop()
        self._asides -= element in self._aside

    def hidden_block(self, element: HtmlElement) -> None:
        """Begin a new line."""
        self.line_break()

    def link_list(self, element: HtmlElement, headlines: int) -> None:
        """Begin a new line; documents that the list links to are attachments."""
        self.line_break()
        for link in element.iter("a"):
            self._attach(link)

    def picture(self) -> None:
        """Images come with the lines that they stand in."""

    def script(self, element: HtmlElement) -> None:
        """Leave scripts out."""

    def field(self, element: HtmlElement) -> None:
        """Leave fields of forms out."""

    def comment(self, element: HtmlElement) -> None:
        """Leave comments out."""

    def _is_structural(self, tag: str) -> bool:
        if tag in _TABLE_PARTS:
            return bool(self._data_tables) and self._data_tables[-1]
        return tag in LISTS or tag in ("li", "blockquote")

    def _write_figures(self) -> None:
        for image in self._pending:
            self._figure_at = len(self.out)
            caption = f"<figcaption>{escape(image.caption)}</figcaption>" if image.caption else ""
            self.out.append(f'<figure><img src="{escape(image.url)}">{caption}</figure>')
            self.images.append(image)
        self._pending.clear()

    def _write(self, block: HtmlElement, text: str) -> None:
        markup = " ".join("".join([*self._markup, *map(_closing, reversed(self._inline))]).split())
        tag = block.tag
        if self._figure_at == len(self.out) - 1 >= 0 and not self.images[-1].caption and _is_caption(block, text):
            image = self.images[-1]
            self.images[-1] = Image(image.url, text)
            self.out[-1] = self.out[-1].replace("</figure>", f"<figcaption>{markup}</figcaption></figure>")
        elif tag in _HEADINGS:
            self.out.append(f"<{_HEADINGS[tag]}>{markup}</{_HEADINGS[tag]}>")
        elif tag in ("li", "td", "th", "caption"):
            self.out.append(markup)
        else:
            self.out.append(f"<p>{markup}</p>")


def _closing(opening: str) -> str:
    return f"</{opening[1:].split(' ', 1)[0].rstrip('>')}>"


def _small(element: HtmlElement) -> bool:
    for name in ("width", "height"):
        value = (element.get(name) or "").strip().removesuffix("px")
        if value.isdecimal() and len(value) < 3 and int(value) < 60:
            return True
    return False


def _is_caption(block: HtmlElement, text: str) -> bool:
    if block.tag == "figcaption":
        return True
    if len(text) > 120:
        return False
    if _CAPTION.search(text):
        return True
    centred = (block.get("align") or "") == "center" or "center" in (block.get("style") or "")
    named = _CAPTION_NAME.search(block.get("class") or "") is not None
    return (centred or named) and len(text) <= 60


def _is_data_table(table: HtmlElement) -> bool:
    """Tell a table of data from one that lays out the page: several rows of several short cells."""
    rows = cells = size = 0
    for element in table.iter("tr", "td", "th", "table"):
        if element.tag == "tr":
            rows += 1
        elif element.tag == "table":
            if element is not table:
                return False
        else:
            cells += 1
            size += sum(len(text) for text in element.itertext())
            if cells > 3000:
                break
    return rows >= 2 and cells >= rows * 2 and size / cells < 160


def render(
    page: Page,
    container: Block,
    main_text: MainText,
    skip: frozenset[HtmlElement],
) -> Rendered:
    """Write the lines of the body, which lie in `container`, with the images that stand behind the headline.

    Images and links in the blocks beside the body do not count. `skip` are elements that `read_layout` left out.
    """
    aside = {block.element for block in main_text.aside}
    writer = _Writer(page, container.start, main_text.start, main_text.body, aside)
    walk(container.element, skip, writer, writer)
    return Rendered(clean("".join(writer.out)), writer.images, writer.attachments)


_CLEANER = nh3.Cleaner(
    tags=set(TAGS), attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel=None, strip_comments=True
)


def clean(html: str) -> str:
    """Return `html` with nothing but the elements of `TAGS` and http(s) links."""
    return _CLEANER.clean(html)
