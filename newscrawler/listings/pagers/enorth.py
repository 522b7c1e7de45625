"""The pager of Enorth's content system (北方网 and a dozen provincial portals): its pages are counted in a script file.

A listing loads `/system/count//CODE/NODE/count_page_list_CODENODE.js`, which says `var maxpage = 304;`. The first
page is the section's own address; the second is `/system/count//CODE/NODE/000/000/cCODENODE_000000304.shtml`, and
the numbers count down to 1. Folders hold a thousand pages each. From public spiders of such portals.
"""

from __future__ import annotations

import re

from newscrawler.listings.pagers.reading import PagerReading
from newscrawler.listings.pagers.view import PagerView

_SCRIPT = re.compile(r"^(?P<folder>.+/)count_page_list_(?P<code>\w{1,80})\.js(?:\?.*)?$")
_PAGE = re.compile(r"^(?P<folder>.+/)\d{3}/\d{3}/c(?P<code>\w{1,80})_(?P<number>\d{9})\.\w+$")
_MAX_PAGE = re.compile(r"\bmaxpage\s*=\s*['\"]?(\d{1,9})")


def read_enorth(view: PagerView) -> PagerReading | None:
    """Ask for the script that counts the pages of this listing."""
    page = _PAGE.match(view.page_url)
    if page is not None:
        return _following(page["folder"], page["code"], int(page["number"]))
    url = next((url for url in view.script_urls if _SCRIPT.match(url)), None)
    return PagerReading("count_page_list", script_url=url) if url else None


def read_enorth_script(url: str, text: str) -> PagerReading | None:
    """Read the script that `read_enorth` asked for; None if it is another script."""
    script, maximum = _SCRIPT.match(url), _MAX_PAGE.search(text)
    if script is None or maximum is None:
        return None
    return _following(script["folder"], script["code"], int(maximum[1]) + 1)


def _following(folder: str, code: str, number: int) -> PagerReading:
    """Return the page below a number."""
    below = number - 1
    if below < 1:
        return PagerReading("count_page_list", is_last=True)
    digits = f"{below:09d}"
    address = f"{folder}{digits[:3]}/{digits[3:6]}/c{code}_{digits}.shtml"
    return PagerReading("count_page_list", address)
