"""URLs: `identity` for comparing two of them, `resolve` for the links of a page.

An identity is never fetched: some servers answer only the form that the page links to.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from newscrawler.text.tracking import without_tracking

_HTTP_PREFIX = re.compile(r"(?:https?:|[/\\])+", re.IGNORECASE)
# What browsers drop anywhere in a URL, and what they strip at its ends (with the Unicode blanks that editors paste).
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_NOISE = re.compile("[\x00-\x1f\x7f\u200b\ufeff]+")
_ENDS = " \x00\t\n\r\u00a0\u3000\u200b\ufeff"
_DOUBLED_SCHEME = re.compile(r"(?:https?:/*)+(?=https?://)", re.IGNORECASE)
_WITHOUT_SCHEME = re.compile(r"www\.[A-Za-z0-9-]+\.[A-Za-z]", re.IGNORECASE)
_HTTP_URL = re.compile(r"https?://(?:[^/?#]*@)?(?:\[|[^/?#@:\[\]])(?![^/?#]*@)", re.IGNORECASE)
# Links that need no repair: most of them. Everything that `resolve` changes is left out of these characters.
_PLAIN_QUERY = r"(?:\?[A-Za-z0-9%&=+_,~./-]+)?"
_PLAIN_URL = re.compile(
    rf"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]+)?(?:/[A-Za-z0-9%&=+_,:@!*()~/.-]*)?{_PLAIN_QUERY}"
)
_PLAIN_PATH = re.compile(
    rf"/(?:[A-Za-z0-9%_,~@!*()+-]+(?:\.[A-Za-z0-9%_,~@!*()+-]+)*(?:/(?!/)|(?=\?|\Z)))*{_PLAIN_QUERY}"
)
_PLAIN_ORIGIN = re.compile(r"(https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::[0-9]+)?)(?:/|\Z)")
_AUTHORITY_END = re.compile(r"[/\\?#]")
_IPV6 = re.compile(r"(\[[0-9A-Fa-f:.]+\])(?::([0-9]*))?")
_ASCII_HOST = re.compile(r"[a-z0-9._-]+")
_FOREIGN_WORDS = "javascript|vbscript|mailto|data|tel|sms|about|blob|file|weixin|intent"
_FOREIGN = re.compile(rf"(?!https?:)(?:[a-z][a-z0-9+.-]*://|(?:{_FOREIGN_WORDS})\s*:)", re.IGNORECASE)
# A host of such a name keeps no port in its identity, which would then read like a scheme.
_SCHEME_LIKE = frozenset({"http", "https", *_FOREIGN_WORDS.split("|")})

_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")
_PLAIN = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?]*")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)
_INDEX_PAGE = re.compile(r"/(?:index|default)\.(?:s?html?|php|jsp|aspx?|do)\Z", re.IGNORECASE)
_SLASHES = re.compile("//+")

_CACHED_LENGTH = 1024
_LONGEST_HOST = 253
MAX_URL_LENGTH = 8_192
"""A longer `href` is not an address. A crawl's own limit is lower, so that it can record what exceeds it."""


def identity(url: str) -> str:
    """Return the text that two URLs of one document share, such as `hbdysh.cn/2019/0710/49629.shtml`.

    These make no difference: http or https, user and password, letter case of the host, `www.`, ports 80 and 443,
    repeated slashes and dot segments, an index page (`index.*`, `default.*`), percent-encoding, the order of the
    query, the fragment unless it is a route (`#/…`, `#!…`), and parameters of tracking and sessions (`tracking`). A
    time stamp or a random number is dropped only if both name and value look like one; `sid` and `v` stay, and so does
    `from=list` unless the rest of the address names a document. A URL of another scheme or without a host is returned
    trimmed. Use it for comparing, never for fetching. Idempotent; accepts any string.
    """
    return _cached_identity(url) if len(url) <= _CACHED_LENGTH else _identity(url)


def _identity(url: str) -> str:
    url = _LINE_NOISE.sub("", url).strip(_ENDS)
    if _FOREIGN.match(url):
        return url
    prefix = _HTTP_PREFIX.match(url)
    host, port, rest = _split(url[prefix.end() :] if prefix else url)
    if not host:
        return url
    path, hash_, fragment = rest.partition("#")
    path, _, query = path.partition("?")
    route = f"#{_escaped(fragment)}" if hash_ and len(fragment) > 1 and fragment[0] in "/!" else ""
    if port and host not in _SCHEME_LIKE:
        host = f"{host}:{port}"
    path = _path(path)
    return f"{host}{path}{_query(query, path)}{route}"


_cached_identity = lru_cache(maxsize=32768)(_identity)


def resolve(base: str | None, href: str) -> str | None:
    """Return the absolute http(s) URL of a link on the page `base`, or None if it leads to no such URL.

    None for empty links, `javascript:`, `mailto:`, `data:`, `tel:` and the like, for a bare `#anchor`, for links longer
    than `MAX_URL_LENGTH`, and for what cannot be resolved. Repaired as browsers do: blanks at the ends, control
    characters and line breaks inside, backslashes, spaces (`%20`). Also repaired: `http://http://…`, `&amp;` left by a
    double escape, and a link to `www.…` without a scheme. Everything else stays as the page has it, the fragment too.

    Without a `base`, a relative link is returned as a relative link. Never raises.
    """
    if len(href) > MAX_URL_LENGTH:
        return None
    if _PLAIN_URL.fullmatch(href):
        return href
    if base is not None and _PLAIN_PATH.fullmatch(href) and (origin := _origin(base)):
        return origin + href
    return _resolve(base, href)


def _resolve(base: str | None, href: str) -> str | None:
    href = _LINE_NOISE.sub("", href).strip(_ENDS)
    if _SURROGATE.search(href):  # no file and no request can hold it
        return None
    if not href or (href[0] == "#" and href[1:2] not in {"/", "!"}) or _FOREIGN.match(href):
        return None
    target, hash_, fragment = href.partition("#")
    target, question, query = target.partition("?")
    target = target.replace("\\", "/")
    if doubled := _DOUBLED_SCHEME.match(target):
        target = target[doubled.end() :]
    if _WITHOUT_SCHEME.match(target):
        target = "http://" + target
    link = f"{target}{question}{query.replace('&amp;', '&')}{hash_}{fragment}"
    try:
        url = urljoin(base, link) if base is not None else link
        is_relative = base is None and not urlsplit(url).scheme
    except ValueError:
        return None
    return url.replace(" ", "%20") if is_relative or _HTTP_URL.match(url) else None


@lru_cache(maxsize=256)
def _origin(base: str) -> str:
    """Return scheme, host and port of a page's URL, or an empty string if the URL is not a plain one."""
    match = _PLAIN_ORIGIN.match(base)
    return match[1] if match else ""


def _split(rest: str) -> tuple[str, str, str]:
    """Split what follows the scheme into host, port (empty if it is a default or not a number) and the rest."""
    end = _AUTHORITY_END.search(rest)
    authority, rest = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    authority = authority.rpartition("@")[2]
    ipv6 = _IPV6.fullmatch(authority)
    if ipv6:
        host, port = ipv6[1].lower(), ipv6[2] or ""
    else:
        name, _, port = authority.partition(":")
        host = _bare_host(name)
    port = port.lstrip("0") if port.isascii() and port.isdigit() and len(port) <= 6 else ""
    return host, "" if port in {"80", "443"} else port, rest


def _bare_host(name: str) -> str:
    name = _host_name(name)
    while name.startswith("www.") and "." in name[4:] and len(name) <= _LONGEST_HOST:
        # With an empty label before it, what follows had no ASCII form.
        name = _host_name(name[4:])
    return name


def _host_name(name: str) -> str:
    """Return a host in lower case, without dots at its ends; an internationalised name in its ASCII form."""
    name = name.strip(_ENDS + ".").lower()
    if not name.isascii() and len(name) <= _LONGEST_HOST:
        try:
            ascii_name = name.encode("idna").decode("ascii").lower().strip(".")
        except (UnicodeError, ValueError):
            return name
        # Some characters unfold to a slash or a colon, which would move the host's end.
        if _ASCII_HOST.fullmatch(ascii_name):
            return ascii_name
    return name


def _escaped(text: str) -> str:
    """Percent-encode what must be, decode what need not be, hexadecimal digits in upper case."""
    return text if _PLAIN.fullmatch(text) else _ESCAPE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    text = match[0]
    if len(text) == 3:
        character = chr(int(text[1:], 16))
        return character if character in _UNRESERVED else text.upper()
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def _path(path: str) -> str:
    path = _SLASHES.sub("/", _escaped(path.replace("\\", "/"))) or "/"
    if ";" in path:
        path = _SLASHES.sub("/", _SESSION_IN_PATH.sub("", path))
    if "/." in path:
        path = _without_dots(path)
    return _INDEX_PAGE.sub("/", path)


def _without_dots(path: str) -> str:
    segments = path.split("/")
    left: list[str] = []
    for segment in segments[1:]:
        if segment == "..":
            if left:
                left.pop()
        elif segment != ".":
            left.append(segment)
    if segments[-1] in {".", ".."}:
        left.append("")
    return "/" + "/".join(left)


def _query(query: str, path: str) -> str:
    if not query:
        return ""
    pieces = without_tracking([piece for piece in _escaped(query).split("&") if piece], path)
    return "?" + "&".join(sorted(pieces)) if pieces else ""
