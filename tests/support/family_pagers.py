"""The pagers of listings, by family of portals: the address of page 2, and how page 1 and page 2 lead to each other."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Pager:
    second: Callable[[str, str], str]
    """Name and suffix of the first page's file, as `index`, `.shtml`, to the address of page 2 relative to it."""
    html: Callable[[int, str, str], str]
    """Number of the page from 1, address of page 2, name of the first page to the markup of the pager."""
    script: Callable[[str], tuple[str, str]] | None = None
    """Address of page 2 to the address and the text of a script that the pager needs."""

    def second_page(self, url: str) -> str:
        """The address of page 2, relative to that of page 1."""
        parts = urlsplit(url)
        if parts.query:
            return f"{url}&page=2"
        return self.second(*_file(url)).replace("0013001", f"{zlib.crc32(url.encode()) % 10_000_000:07d}")

    def markup(self, number: int, url: str) -> str:
        """The pager on page 1 or 2 of the listing with this address."""
        return self.html(number, self.second_page(url), _file(url)[0])


def _file(url: str) -> tuple[str, str]:
    name, dot, suffix = urlsplit(url).path.rpartition("/")[2].partition(".")
    return name or "index", f"{dot}{suffix}" if name else ".shtml"


def _next_link(number: int, second: str, name: str) -> str:
    return f"<div class='page'><a href='{second}'>下一页</a></div>" if number == 1 else "<div><span>下一页</span></div>"


def _script(number: int, second: str, name: str) -> str:
    suffix = second.rpartition(".")[2]
    return f'<div class="page"><script>createPageHTML(2, {number - 1}, "{name}", "{suffix}");</script></div>'


def _numbers(number: int, second: str, name: str) -> str:
    if number == 1:
        return f"<div class='pages'><b>1</b> <a href='{second}'>2</a> <a href='{second}'>下一页</a></div>"
    return "<div class='pages'><a href='./'>上一页</a> <a href='./'>1</a> <b>2</b></div>"


def _counted(number: int, second: str, name: str) -> str:
    numbers = f"<span>1</span> <a href='{second}'>2</a>" if number == 1 else "<a href='./'>1</a> <span>2</span>"
    following = f" <a href='{second}'>下一页</a>" if number == 1 else ""
    return f"<div id='displaypagenum'><center>{numbers}{following}</center></div>"


def _enorth_second(name: str, suffix: str) -> str:
    return "/system/count//0013001/000000000000/000/000/c0013001000000000000_000000001.shtml"


def _enorth_script(second: str) -> tuple[str, str]:
    """Enorth: a file tells how many pages there are; page 2 has the highest number."""
    folder, _, file = second.rpartition("/000/000/")
    listing = file.removeprefix("c").partition("_")[0]
    text = (
        "var maxpage = 1;\nvar m_nRecordsetSize = 8;\ndocument.write('<a href=\"javascript:toPage()\">下一页</a>');\n"
    )
    return f"{folder}/count_page_list_{listing}.js", text


def _enorth(number: int, second: str, name: str) -> str:
    return f"<div class='fy'><script language='javascript' src='{_enorth_script(second)[0]}'></script></div>"


DEFAULT = Pager(lambda name, suffix: f"{name}_1{suffix}", _next_link)
PAGERS = {
    "enorth": Pager(_enorth_second, _enorth, _enorth_script),
    "trs": Pager(lambda name, suffix: f"{name}_1{suffix or '.shtml'}", _script),
    "dated-shtml": Pager(lambda name, suffix: "2.shtml", _numbers),
    "founder-web": Pager(lambda name, suffix: f"{name}_2{'.html' if suffix == '.shtml' else suffix}", _counted),
    "people": Pager(lambda name, suffix: f"{name}2{suffix}", _numbers),
}
