"""What the pages of a listing show of its pager beside the next page, and a last page that shows nothing of it.

A page that leads no further proves the end of a listing whose pager led to it. What comes in place of a page that is
missing leads no further either: the portal's newest articles below a sentence that the page does not exist, a page of
another template, a page whose pager was lost. Such a page shows its list in another place, or has no way back to the
page before, which the pages of the listing have.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from newscrawler.listings.listing_page import ListingKind, ListingPage
from newscrawler.listings.ways import WaysOn


@dataclass(slots=True)
class PagerTraces:
    """What the pages of one listing showed until now."""

    doubt: str = ""
    """What speaks against an end at the page that was noted last."""
    _path: str = ""
    _has_led_back: bool = False

    def note(self, number: int, listing: ListingPage) -> None:
        """Note the `number`-th page, from 1. Parts of pages and data have no pager."""
        self.doubt = ""
        if listing.kind is not ListingKind.HTML or not listing.answer.is_closed:
            return
        path = listing.main_list.path
        if number > 1 and not listing.leads_back:
            if self._path and path and path != self._path:
                self.doubt = f"page {number} has its list in another place than the page before, and no way back to it"
            elif self._has_led_back:
                self.doubt = f"page {number} has no way back to the page before, as other pages have"
        self._has_led_back = self._has_led_back or (number > 1 and listing.leads_back)
        self._path = path or self._path

    def weighed(self, ways: WaysOn) -> WaysOn:
        """Add the doubt to the ways on from the page that was noted last, if nothing on it proves an end."""
        is_stated = ways.end or ways.pages is not None or ways.entries is not None
        return ways if is_stated or ways.doubt or not self.doubt else replace(ways, doubt=self.doubt)
