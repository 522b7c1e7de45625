"""The pagers of Chinese content systems: one reader for each form, and what they say together.

A reader takes a page and says where the next page is, that this page is the last one, or that there is a next page
whose address cannot be read. Scripts are read as text and never run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain

from lxml import etree

from newscrawler.extraction.selectors import select
from newscrawler.listings.page_addresses import post_body
from newscrawler.listings.pagers.calls import read_calls
from newscrawler.listings.pagers.composed import COMPOSED, read_composed
from newscrawler.listings.pagers.controls import read_controls
from newscrawler.listings.pagers.countdown import COUNTDOWN, read_countdown
from newscrawler.listings.pagers.counts import read_counts
from newscrawler.listings.pagers.enorth import read_enorth, read_enorth_script
from newscrawler.listings.pagers.function_files import definitions_of, files_of_functions, functions_elsewhere
from newscrawler.listings.pagers.growing import WHEN_SCROLLED, lets_lists_grow, loading_hints
from newscrawler.listings.pagers.icons import ICONS, read_icons
from newscrawler.listings.pagers.labels import ARROW, LOADING, read_labels, read_loaders
from newscrawler.listings.pagers.loaded import LOADED, read_loaded
from newscrawler.listings.pagers.numbers import NUMBERS, first_page_elsewhere, read_numbers
from newscrawler.listings.pagers.page_buttons import read_page_buttons
from newscrawler.listings.pagers.reading import PagerReading
from newscrawler.listings.pagers.signs import (
    empty_shell,
    filled_by_a_script,
    filled_by_script,
    filled_pagers,
    may_be_filled,
    pager_hints,
    pages_stated_by,
    says_newest_only,
    script_of_list,
    script_of_pager,
    shown_behind,
    stated_more,
)
from newscrawler.listings.pagers.variables import read_variables
from newscrawler.listings.pagers.view import PagerView
from newscrawler.listings.ways import DAY, SUBMITTED, WaysOn
from newscrawler.text.xml_text import xml_text

__all__ = [
    "READERS",
    "PagerReading",
    "PagerView",
    "empty_shell",
    "filled_by_a_script",
    "filled_by_script",
    "filled_pagers",
    "may_be_filled",
    "pages_stated_by",
    "read_ways",
    "script_of_list",
    "ways_of_script",
]

READERS: tuple[Callable[[PagerView], PagerReading | None], ...] = (
    read_labels,
    read_calls,
    read_variables,
    read_enorth,
    read_numbers,
    read_page_buttons,
    read_controls,
    read_icons,
    read_loaders,
    read_loaded,
    read_composed,
    read_counts,
)
"""The readers, those first whose answer is the most certain."""


def read_ways(view: PagerView, selector: str | None = None) -> WaysOn:
    """Return the ways on from a listing page. `selector` is the definition's own rule for the link to the next page."""
    if selector:
        for element in select(view.root, selector):
            for link in element.iter("a"):
                if url := view.target(link.get("href") or ""):
                    return WaysOn((url,), pager="listing.next")
    if (countdown := read_countdown(view)) is not None:
        return _together(view, [countdown])
    readings = [reading for reader in READERS if (reading := reader(view)) is not None]
    for weak in (ICONS, LOADED, COMPOSED):
        if any(reading.form != weak and (reading.next_url or reading.is_last) for reading in readings):
            readings = [reading for reading in readings if reading.form != weak]
    if readings and readings[0].form == ARROW:
        # Beside a row of numbers an arrow may lead to its next group.
        readings.sort(key=lambda reading: reading.form != NUMBERS or not reading.next_url)
    return _together(view, readings)


def ways_of_script(url: str, text: str, view: PagerView, before: WaysOn) -> WaysOn:
    """Return the ways on that a script file states, which `before.script_url` named for a page.

    The script of an empty pager may say anything: the page is read again with its text on it.
    """
    reading = read_enorth_script(url, text)
    if reading is None and before.is_script_optional:
        return replace(before, script_url="", hints=(WHEN_SCROLLED,) if lets_lists_grow(text) else ())
    is_of_function = url != script_of_pager(view) and bool(functions := functions_elsewhere(view))
    if reading is None and (before.hints or is_of_function):
        script = etree.SubElement(view.root, "script")
        script.text = xml_text(definitions_of(functions, text) if is_of_function else text, instead=" ")
        again = read_ways(replace(view))
        view.root.remove(script)
        # What the script did not explain stays.
        signs = () if is_of_function else again.signs
        if again.next_urls or again.guess_urls or again.end or signs:
            return replace(again, script_url="", further_scripts=())
        return replace(
            before, script_url="".join(before.further_scripts[:1]), further_scripts=before.further_scripts[1:]
        )
    if reading is None:
        return WaysOn(signs=(f"the script of its pager cannot be read ({url})",))
    if reading.next_url:
        return WaysOn((reading.next_url,), pager=reading.form)
    return WaysOn(end=f"its pager ({reading.form}) ends here")


def _together(view: PagerView, readings: list[PagerReading]) -> WaysOn:
    pages = max((reading.pages for reading in readings if reading.pages is not None), default=None)
    entries = next((reading.entries for reading in readings if reading.entries is not None), None)
    last = next((reading for reading in readings if reading.is_last), None)
    is_counted_out = last is not None and last.pages is not None and last.form != NUMBERS
    stated = [reading.pages for reading in readings if reading.pages is not None and reading.form != NUMBERS]
    is_last_stated = bool(stated) and pages is not None and pages <= view.number
    for reading in readings:
        # A row of numbers is a weaker witness than a pager that states its pages.
        if reading.next_url and not (is_counted_out and reading.form == NUMBERS):
            pager = SUBMITTED if post_body(reading.next_url) is not None else reading.form
            shown = pages or max(one.highest for one in readings) or None
            # The pages of a day, and those that are counted down, have other numbers.
            is_behind = is_last_stated and reading.form not in (DAY, COUNTDOWN)
            first = first_page_elsewhere(view, reading.next_url) if view.number == 1 else ""
            return WaysOn(
                (reading.next_url,),
                pages=shown,
                entries=entries,
                pager=pager,
                is_last_stated=is_behind,
                first_url=first,
            )
    if script := next((reading.script_url for reading in readings if reading.script_url), ""):
        return WaysOn(script_url=script, pages=pages, entries=entries)
    is_counted = pages is not None and pages <= view.number
    signs = [reading.sign for reading in readings if reading.sign and reading.pages is not None]
    if pages is not None and pages > view.number and not signs:
        signs.append(f"its pager states {pages} pages")
    hints = [] if is_counted else [reading.sign for reading in readings if reading.sign and reading.pages is None]
    states_more = False
    if not signs and not is_counted:
        signs += stated_more(view)
        states_more = bool(signs)
        if newest := says_newest_only(view):
            signs.append(newest)
        hints += pager_hints(view) if last is None and not hints else ()
    end = f"its pager ({last.form}) ends here" if last is not None and not signs and not hints else ""
    # A pager without an address on a first page may hold what its script begins with.
    filling = may_be_filled(view) if (end or entries is not None) and view.number == 1 else ""
    doubt = f"its pager has no address, and {filling}" if filling else ""
    if view.number > 1 and not doubt:
        # The pager of the pages before explains an empty one, not a list that grows.
        loading = [reading.sign for reading in readings if reading.sign and reading.form == LOADING]
        doubt = next(chain(loading, loading_hints(view)), "")
        if not doubt and (behind := shown_behind(view)):
            doubt = f"its pager shows {behind}, and leads no further"
        elif not doubt and hints and (filling := may_be_filled(view)):
            doubt = f"its pager has no address, and {filling}"
    whole = () if end else tuple(dict.fromkeys(url for reading in readings for url in reading.whole_urls))
    found = (url for reading in readings for url in reading.guess_urls)
    guesses = () if end else tuple(dict.fromkeys((*found, *whole)))
    scripts = [script_of_pager(view)] if hints and not signs and not guesses else []
    if (hints or signs) and not guesses:
        scripts += files_of_functions(view)
    scripts = list(dict.fromkeys(filter(None, scripts)))
    return WaysOn(
        guess_urls=guesses,
        whole_urls=whole,
        end=end,
        signs=tuple(signs),
        hints=tuple(hints),
        script_url="".join(scripts[:1]),
        further_scripts=tuple(scripts[1:]),
        pages=pages,
        entries=entries,
        doubt=doubt,
        states_more=states_more,
        must_go_on=any(reading.form in (LOADED, COMPOSED) for reading in readings),
        pager=SUBMITTED if any(post_body(guess) is not None for guess in guesses) else "",
    )
