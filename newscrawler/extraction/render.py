"""The story written as a small, sanitised subset of HTML, with its images and attachments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

import nh3
from lxml.etree import iterwalk
from lxml.html import HtmlElement

from newscrawler.extraction.html import BLOCK, BREAK, IMAGE, INLINE, KIND, LINK, LISTS, SKIP, headlines_in, text_up_to
from newscrawler.extraction.layout import HIDDEN, Block, line_text
from newscrawler.extraction.model import Attachment, Image
from newscrawler.extraction.page import Page

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
_DOCUMENT = re.compile(r"(?i)\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|rtf|zip|rar|7z|csv)(?:[?#]|$)")
_CAPTION = re.compile(
    r"^[▲△↑▼↓◀◁]|^\s*(?:图[为：:片]|资料图|上图|下图|图\d)|(?:摄|供图|提供|截图|制图|配图|资料图?|发）?|图)[）)。]?$"
)
_CAPTION_NAME = re.compile(r"(?i)(?:caption|img|image|pic|photo|f_center|tu|zhaiyao)")
_SPECIAL = re.compile("[&<>]")
_MOST_IMAGES = 500
_LONGEST_PIECE = 10_000
_SEAM = "<!---->"
"""Parts what nh3 reads as one text, which takes it quadratic time; it takes the comment out."""


@dataclass(slots=True)
class Rendered:
    """The body as HTML, its images in order, and the documents that it links to."""

    html: str
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)


class _Writer:
    """Writes kept lines as HTML while the tree is walked the same way as by `read_layout`."""

    def __init__(self, page: Page, first_line: int, kept: frozenset[int], last: int) -> None:
        self._page = page
        self._kept = kept
        self._last = last
        self._line = first_line
        self._open: list[str] = []
        self._pieces: list[str] = []
        self._markup: list[str] = []
        self._pending: list[Image] = []
        self._figure_at = -1
        self.out: list[str] = []
        self.images: list[Image] = []
        self.attachments: list[Attachment] = []

    def text(self, text: str | None) -> None:
        if text and (self._pieces or not text.isspace()):
            self._pieces.append(text)
            for begin in range(0, len(text), _LONGEST_PIECE):
                piece = text[begin : begin + _LONGEST_PIECE]
                self._markup.append(escape(piece, quote=False) if _SPECIAL.search(piece) else piece)
                if begin + _LONGEST_PIECE < len(text):
                    self._markup.append(_SEAM)

    def open(self, tag: str, attributes: str = "") -> None:
        self._open.append(f"<{tag}{attributes}>")
        self._markup.append(self._open[-1])

    def close(self) -> None:
        if self._open:
            self._markup.append(_closing(self._open.pop()))

    def image(self, element: HtmlElement) -> None:
        if len(self.images) + len(self._pending) >= _MOST_IMAGES or self._line > self._last + 1:
            return
        source = next(
            (value for name in _SOURCES if (value := element.get(name)) and not value.startswith("data:")), ""
        )
        if not source or _NO_PICTURE.search(source.rsplit("?", 1)[0]) or _small(element):
            return
        url = self._page.absolute(source)
        if url and all(url != image.url for image in (*self.images, *self._pending)):
            self._pending.append(Image(url, ""))

    def attach(self, element: HtmlElement) -> str | None:
        """Return a link's absolute URL, and keep it if it leads to a document."""
        href = element.get("href")
        url = self._page.absolute(href) if href else None
        if url and _DOCUMENT.search(url):
            text = " ".join(text_up_to(element).split())
            attachment = Attachment(url, text)
            if len(self.attachments) < _MOST_IMAGES and attachment not in self.attachments:
                self.attachments.append(attachment)
        return url

    def link(self, element: HtmlElement) -> None:
        url = self.attach(element)
        self.open("a", f' href="{escape(url)}"' if url and url.startswith("http") else "")

    def flush(self, block: HtmlElement) -> None:
        """End the line; write it if it is part of the story, and then the images that stood in it."""
        text = line_text(self._pieces) if self._pieces else ""
        if text:
            if self._line in self._kept:
                if self._pending and len(text) <= 80 and not text.endswith(("。", "！", "？")):
                    last = self._pending.pop()
                    self._figures()
                    self._pending.append(Image(last.url, text))
                else:
                    self._write(block, text)
            self._line += 1
        self._figures()
        self._pieces.clear()
        self._markup = list(self._open)

    def _figures(self) -> None:
        for image in self._pending:
            self._figure_at = len(self.out)
            caption = f"<figcaption>{escape(image.caption)}</figcaption>" if image.caption else ""
            self.out.append(f'<figure><img src="{escape(image.url)}">{caption}</figure>')
            self.images.append(image)
        self._pending.clear()

    def _write(self, block: HtmlElement, text: str) -> None:
        markup = " ".join("".join([*self._markup, *map(_closing, reversed(self._open))]).split())
        tag = block.tag
        if self._figure_at == len(self.out) - 1 >= 0 and not self.images[-1].caption and _is_caption(block, text):
            image = self.images[-1]
            self.images[-1] = Image(image.url, text)
            self.out[-1] = self.out[-1].replace("</figure>", f"<figcaption>{markup}</figcaption></figure>")
            return
        if tag in _HEADINGS:
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
    page: Page, container: Block, kept: list[int], aside: set[HtmlElement], skip: frozenset[HtmlElement]
) -> Rendered:
    """Write the kept lines of a container.

    `aside` are elements whose images and links do not count, `skip` those that `read_layout` left out.
    """
    writer = _Writer(page, container.start, frozenset(kept), kept[-1])
    marks: list[tuple[HtmlElement, int]] = []
    blocks = [container.element]
    tables: list[bool] = []
    listed: set[HtmlElement] = set()
    outside = 0
    walker = iterwalk(container.element, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        root = element is container.element
        if event == "start":
            kind = KIND.get(element.tag, INLINE)
            if kind == SKIP or element in skip:
                walker.skip_subtree()
                continue
            if element in aside:
                outside += 1
            if kind == LINK:
                writer.link(element) if not outside else writer.open("a")
            elif kind == IMAGE:
                if not outside:
                    writer.image(element)
            elif kind >= BREAK:
                writer.flush(blocks[-1])
                if kind != BREAK and not root:
                    if element.tag in LISTS and headlines_in(element) is not None:
                        for link in element.iter("a"):
                            writer.attach(link)
                        listed.add(element)
                        walker.skip_subtree()
                        continue
                    blocks.append(element)
                    style = element.get("style")
                    if style is not None and HIDDEN.search(style):
                        walker.skip_subtree()
                        continue
                    if element.tag == "table":
                        tables.append(_is_data_table(element))
                    if _structural(element.tag, tables):
                        marks.append((element, len(writer.out)))
                        writer.out.append(f"<{element.tag}>")
            elif element.tag in _EMPHASIS:
                writer.open(_EMPHASIS[element.tag])
            writer.text(element.text)
            continue
        if event == "end":
            kind = KIND.get(element.tag, INLINE)
            if element in skip or element in listed:
                pass
            elif kind == LINK or (kind == INLINE and element.tag in _EMPHASIS):
                writer.close()
            elif kind >= BLOCK and not root:
                writer.flush(blocks[-1])
                blocks.pop()
                if marks and marks[-1][0] is element:
                    _, position = marks.pop()
                    if len(writer.out) == position + 1 and element.tag not in ("td", "th"):
                        writer.out.pop()
                    else:
                        writer.out.append(f"</{element.tag}>")
                if element.tag == "table" and tables:
                    tables.pop()
            if element in aside:
                outside -= 1
        if not root:
            writer.text(element.tail)
    writer.flush(blocks[-1])
    return Rendered(clean("".join(writer.out)), writer.images, writer.attachments)


def _structural(tag: str, tables: list[bool]) -> bool:
    if tag in _TABLE_PARTS:
        return bool(tables) and tables[-1]
    return tag in LISTS or tag in ("li", "blockquote")


_CLEANER = nh3.Cleaner(
    tags=set(TAGS), attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel=None, strip_comments=True
)


def clean(html: str) -> str:
    """Return `html` with nothing but the elements of `TAGS` and http(s) links."""
    return _CLEANER.clean(html)
