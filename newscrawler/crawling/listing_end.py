"""What the last page of a listing that was read proves: its end, nothing, or that it goes on."""

from __future__ import annotations

from dataclasses import dataclass

from newscrawler.listings.ways import WaysOn

NOTHING_PROVES = "nothing proves that this is the listing's end"
"""Why an end is unproven of which its page says nothing at all."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a listing was read down to a page that leads no further."""

    pages: int
    """Pages that were read."""
    page: int
    """The number of the last one: it is higher if pages before the first one, or before a bookmark, were left out."""
    entries: int
    stated: int | None
    """How many entries the first page states."""
    stated_pages: int
    """How many pages the pagers of its pages stated or showed, at most."""
    has_followed: bool
    """Whether a way on that a page shows has been followed."""
    signs: tuple[str, ...] = ()
    """Signs of more that the pages showed beside the pager."""


def judge_end(reading: Reading, ways: WaysOn, *, leads_back: bool = False) -> tuple[str, str]:
    """Return `end`, `unproven` or `more`, and the reason, for a listing that ends at a page with these ways on.

    `leads_back`: its way on is an earlier page, which pagers have on their last page, and broken ones anywhere.
    """
    signs = [*reading.signs, *ways.signs]
    if ways.pages is not None and ways.pages > reading.page and not signs:
        signs.append(f"it states {ways.pages} pages, and page {reading.page} leads no further")
    stated = ways.entries if reading.page == reading.pages else None
    doubt = ways.doubt
    if stated is not None:
        before = stated if reading.stated is None else reading.stated
        if stated < reading.entries - max(2, reading.entries // 50):
            stated = before  # what the last page says was refuted by those before it: 0, where a query failed
        missing = min(before, stated) - reading.entries
        shows = f"it states {stated} entries, and shows {reading.entries}"
        if missing > max(2, stated // 50):  # entries come and go while a listing is read
            signs = signs or [shows]
        elif missing > 0:
            doubt = shows
        elif stated < before and reading.entries < before:
            doubt = f"it stated {before} entries on its first page, and {stated} on its last"
    is_cut = reading.stated_pages > reading.page
    if is_cut and not ways.end and not leads_back:
        signs.append(f"its pager showed {reading.stated_pages} pages, and page {reading.page} leads no further")
    elif is_cut and not doubt:
        doubt = f"its pager showed {reading.stated_pages} pages, and now ends at page {reading.page}"
    if signs:
        return "more", "; ".join(dict.fromkeys([*signs, *ways.hints]))
    if doubt:
        return "unproven", doubt
    if ways.end:
        return "end", ways.end
    if stated is not None and stated <= reading.entries:
        return "end", f"all {stated} entries that it states were read"
    if leads_back:
        return "unproven", "its pager leads back to a page that was read"
    if reading.has_followed or reading.page > reading.pages:
        return "end", f"its pager leads no further than page {reading.page}"
    if ways.hints:
        return "more", "; ".join(dict.fromkeys(ways.hints))
    return "unproven", NOTHING_PROVES
