"""The bytes of a page, parsed once. Only bytes that cannot be read are refused here, never the content of a page."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HTMLParser, HtmlProcessingInstruction

from newscrawler.extraction.charset import decode
from newscrawler.extraction.crowded_tags import MAX_ATTRIBUTES, count_signs, may_have_crowded_tag, most_attributes
from newscrawler.extraction.model import ArticleOverrides, NoArticle, NotAnArticle
from newscrawler.text.urls import resolve

MAX_BYTES = 8 * 2**20
"""Larger pages are refused. The largest real article pages, with images inline, have 1 to 5 MB."""
MAX_TAGS = 250_000
"""Pages with more tags are refused: real pages stay below 20,000."""
MANY_COMMENTS = 5_000
"""Of a page with more comments and processing instructions none is kept: lxml walks over them in quadratic time."""
MAX_ADDRESS = 4_096
"""Longer addresses are not links. The address of `<base>` would be copied into each link of the page."""
MAX_NESTING = 300_000_000
"""The limit for the sum of the squared levels of all elements, to which the time of some rules is proportional. Real
pages stay below 20,000,000."""
MAX_DEEP_BYTES = 1_000_000_000
"""The limit for the bytes of a page times its levels: text is read once for each element around it."""

_FILES = frozenset({"a PDF document", "a ZIP archive or an Office document", "an Office document of the old kind"})
_FILE_NAME = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|zip)$", re.IGNORECASE)
_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an Office document of the old kind"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "gzip data that was not unpacked"),
    (b"Rar!", "a RAR archive"),
    (b"RIFF", "a RIFF file"),
    (b"FLV\x01", "a video"),
    (b"ID3", "an audio file"),
    (b"\x00\x00\x00", "a video or another binary file"),
    (b"OggS", "an audio file"),
    (b"SQLite format 3", "an SQLite file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_PLAIN_LEVELS = 256
"""Levels that the parser reads without `huge_tree`. What is deeper is read again with it."""
_FEW_TAGS = min(MAX_TAGS, MAX_NESTING // _PLAIN_LEVELS**2)
_FEW_BYTES = MAX_DEEP_BYTES // _PLAIN_LEVELS
"""A page with no more tags and bytes that has no more levels than these is below all limits of nesting."""
_LEVELS = 64
_IS_DEEPER = etree.XPath(f"boolean({'/*' * (_LEVELS + 1)})")
"""Whether a page has more than `_LEVELS` levels. Real pages have 10 to 40. The question is costly: it reads all of the
tree, so it is asked of large pages only."""
# The same classes as lxml.html's own lookup, without its call into Python for every element.
_CLASSES = etree.ElementDefaultClassLookup(
    element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity
)
_CONTROL = bytes((*range(1, 9), *range(14, 27), *range(28, 32)))
_HOST = re.compile(r"^[\w.-]+(:\d+)?$")


@dataclass(slots=True)
class Page:
    """A parsed page.

    `root` is the `<html>` element; `text` is the decoded markup that it was parsed from; `encoding` is the
    charset it was read with; `url` is the address as fetched, if known; `base_url` is what links are
    relative to (`<base href>`, else the URL, else what the page says of its own address), or None.
    """

    root: HtmlElement
    text: str
    encoding: str
    url: str | None
    base_url: str | None
    meta: dict[str, str] = field(default_factory=dict)
    """`<meta>` values by lower-case name, property or itemprop; the first one of a name wins."""
    has_json_ld: bool = False
    title: str = ""
    """The text of `<title>`, white space collapsed, at most 400 characters."""
    overrides: ArticleOverrides | None = None
    """How a page that was made of data is read; None for a page of a portal."""

    def absolute(self, href: str) -> str | None:
        """Return `href` as an absolute http(s) URL, relative if the page's address is unknown, or None."""
        return resolve(self.base_url, href) if len(href) <= MAX_ADDRESS else None


def read_page(
    body: bytes, *, url: str | None = None, content_type: str | None = None, encoding: str | None = None
) -> Page | NotAnArticle:
    """Decode and parse a page, or say why its bytes cannot be read.

    `content_type` is the value of the HTTP header; `encoding` is the portal's own setting, if it has one.
    """
    if len(body) > MAX_BYTES:
        return NotAnArticle(NoArticle.TOO_LARGE, f"{len(body):,} bytes; pages are read up to {MAX_BYTES:,}")
    if not body.strip():
        return NotAnArticle(NoArticle.EMPTY, "the response has no content")
    if kind := _binary_kind(body):
        # A file under an address of files is what the list offers: nothing stands in the place of an article.
        is_file = _FILE_NAME.search((url or "").partition("?")[0]) is not None and kind in _FILES
        return NotAnArticle(NoArticle.BINARY, f"the response is {kind}", is_other_kind=is_file)
    decoded = decode(body, content_type=content_type, encoding=encoding)
    if isinstance(decoded, str):
        return NotAnArticle(NoArticle.UNDECODABLE, decoded)
    text = decoded.text
    if decoded.encoding == "utf-8" and decoded.lost == 0 and not body.startswith(BOM_UTF8):
        markup = body
    else:
        markup = text.encode("utf-8", "replace")
    return _parse(markup, text, decoded.encoding, url)


def _parse(markup: bytes, text: str, encoding: str, url: str | None) -> Page | NotAnArticle:
    signs = count_signs(markup)
    tags = signs if signs <= _FEW_TAGS else markup.count(b"<")
    if tags > MAX_TAGS:
        return NotAnArticle(NoArticle.TOO_LARGE, f"{tags:,} tags; pages are read up to {MAX_TAGS:,}")
    if may_have_crowded_tag(markup, signs) and (most := most_attributes(markup)) > MAX_ATTRIBUTES:
        return NotAnArticle(NoArticle.TOO_LARGE, f"a tag with {most:,} attributes")
    many = tags > MANY_COMMENTS and markup.count(b"<!") + markup.count(b"<?") > MANY_COMMENTS
    root, faults = _tree(markup, is_huge=False, without_comments=many)
    is_plain = not any("XML_PARSE_HUGE" in fault for fault in faults)
    if not is_plain:
        # The parser stopped at one of its own limits.
        root, faults = _tree(markup, is_huge=True, without_comments=many)
    if faults and root is None:
        return NotAnArticle(NoArticle.EMPTY, "the response contains no markup that a parser can read")
    if any("xcessive depth" in fault for fault in faults):
        return NotAnArticle(
            NoArticle.TOO_DEEP,
            "elements are nested deeper than 2,048 levels, where the parser drops them",
        )
    if not isinstance(root, HtmlElement):
        return NotAnArticle(NoArticle.EMPTY, "the response contains no element")
    is_small = is_plain and tags <= _FEW_TAGS and len(markup) <= _FEW_BYTES
    may_be_deep = not is_small and (tags * _LEVELS**2 > MAX_NESTING or _IS_DEEPER(root))
    if may_be_deep and _is_nested_too_much(root, len(markup)):
        return NotAnArticle(NoArticle.TOO_DEEP, "too many elements are nested too deep")
    for stray in list(root.itersiblings()):
        # Some templates repeat <html>; the parser then creates a second root.
        if isinstance(stray, HtmlElement):
            root.append(stray)
    return _describe(root, text, encoding, url)


def _tree(markup: bytes, *, is_huge: bool, without_comments: bool) -> tuple[etree._Element | None, list[str]]:
    """Return the tree that the parser makes, None if it can make none, and what the parser says is wrong."""
    parser = HTMLParser(
        encoding="utf-8", huge_tree=is_huge, remove_comments=without_comments, remove_pis=without_comments
    )
    parser.set_element_class_lookup(_CLASSES)
    try:
        root = etree.fromstring(markup, parser)
    except (etree.LxmlError, ValueError) as error:
        return None, [str(error), *(entry.message for entry in parser.error_log)]
    return root, [entry.message for entry in parser.error_log]


def _is_nested_too_much(root: HtmlElement, size: int) -> bool:
    level = deepest = total = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            level += 1
            total += level * level
            deepest = max(deepest, level)
        else:
            level -= 1
    return total > MAX_NESTING or deepest * size > MAX_DEEP_BYTES


def _describe(root: HtmlElement, text: str, encoding: str, url: str | None) -> Page:
    meta: dict[str, str] = {}
    base: str | None = None
    own: str | None = None
    json_ld = False
    title = ""
    head = root.find("head")
    # Some pages have all their metadata in the body by mistake.
    for element in (head if head is not None and len(head) > 1 else root).iter(
        "meta", "base", "link", "script", "title"
    ):
        if element.tag == "title":
            title = title or element.text or ""
        elif element.tag == "script":
            json_ld = json_ld or "ld+json" in (element.get("type") or "")
        elif element.tag == "meta":
            name = element.get("name") or element.get("property") or element.get("itemprop")
            content = element.get("content")
            if name and content:
                meta.setdefault(name.strip().lower(), content)
        elif element.tag == "base":
            base = base or _short(element.get("href"))
        elif (element.get("rel") or "").lower() == "canonical":
            own = own or _short(element.get("href"))
    begin = text.find("<body")
    if begin >= 0 and text.find("<meta", begin) >= 0:
        # What the head does not state. Microdata in the body may be of another article.
        for element in root.iter("meta"):
            name, content = element.get("name") or element.get("property"), element.get("content")
            if name and content:
                meta.setdefault(name.strip().lower(), content)
    if own:
        meta.setdefault("canonical", own.strip())
    declared = (own, _short(meta.get("og:url")))
    address = url or next((a for a in declared if a and a.strip().startswith("http")), None)
    title = " ".join((title or root.findtext(".//title") or "")[:2000].split())[:400]
    json_ld = json_ld or '"application/ld+json"' in text
    return Page(root, text, encoding, url, _base(address, base), meta, json_ld, title)


def _short(address: str | None) -> str | None:
    """Return an address, or None if it is too long to be one."""
    return address if address is not None and len(address) <= MAX_ADDRESS else None


def _base(address: str | None, href: str | None) -> str | None:
    try:
        base = (resolve(address, href) if href else address) or ""
        parts = urlsplit(base)
        ok = parts.scheme in ("http", "https") and _HOST.match(parts.netloc.rpartition("@")[2])
    except ValueError:
        ok, base = None, ""
    return base if ok else (address if address and address.startswith("http") else None)


def _binary_kind(body: bytes) -> str | None:
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            return kind
    head = body[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    # UTF-16 without a byte order mark has a zero in every other byte; other zeros, and control characters, are binary.
    zeros = head.count(0)
    if zeros > 16 and not (head[1:200:2].count(0) > 60 or head[0:200:2].count(0) > 60):
        return "binary data (it has zero bytes)"
    control = len(head) - len(head.translate(None, _CONTROL))
    if control > max(8, len(head) // 20):
        return "binary data (it is full of control characters)"
    return None
