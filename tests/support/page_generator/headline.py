"""Headlines of generated pages: their words, the element that shows them, and `<title>`."""

from __future__ import annotations

from html import escape

from . import words
from .draw import Draw
from .prose import Writer

ONLY_IN_TITLE = "only <title>"
PLACES = {
    "h1": 6.0,
    "h1 > a": 0.7,
    "h1 > span": 0.7,
    "h2": 2,
    "h3": 0.7,
    "div.title": 2,
    "p.title": 0.7,
    "div.Heading": 0.4,
    "div of large print": 1,
    "td > strong": 1,
    "font": 0.6,
    "plain div": 0.4,
    ONLY_IN_TITLE: 0.8,
}
_HEADINGS = frozenset({"h1", "h1 > a", "h1 > span", "h2", "h3", "div.title", "p.title"})
"""Where a headline of few characters stands: elsewhere no reader could tell it from a label."""
WINDOW_TITLES = {
    "title_site": 5.0,
    "title-column-site": 3,
    "title": 2,
    "site only": 1,
    "site_title": 0.6,
    "title - site": 1,
    "title - column - site": 0.5,
    "title_column_site - domain": 0.5,
    "absent": 0.4,
    "untitled": 0.3,
}


class Headline:
    """The headline of one page."""

    def __init__(self, draw: Draw, writer: Writer):
        self._draw = draw
        self.text = writer.title()
        self._is_usual = draw.trait("headline", {"usual": 30, "few characters": 1}) == "usual"
        if not self._is_usual:
            self.text = draw.rng("short headline").choice(words.SHORT_TITLES)

    def draw_place(self) -> str:
        """Draw the element that shows the headline."""
        places = PLACES if self._is_usual else {name: PLACES[name] for name in PLACES if name in _HEADINGS}
        return self._draw.trait("title", places)

    def html(self, place: str) -> str:
        """Return the element that shows the headline, empty if only `<title>` does."""
        title = escape(self.text)
        forms = {
            "h1 > a": f'<h1><a href="/c/1234.html">{title}</a></h1>',
            "h1 > span": f"<h1><span>{title}</span></h1>",
            "div.title": f'<div class="title">{title}</div>',
            "p.title": f'<p class="title">{title}</p>',
            "div.Heading": f'<div class="Heading">{title}</div>',
            "div of large print": f'<div class="k3" style="font-size:26px;text-align:center">{title}</div>',
            "td > strong": f"<table><tr><td align=center><strong>{title}</strong></td></tr></table>",
            "font": f'<center><font size="5"><b>{title}</b></font></center>',
            "plain div": f"<div>{title}</div>",
            ONLY_IN_TITLE: "",
        }
        return forms.get(place, f"<{place}>{title}</{place}>")

    def window_title(self, place: str, site: str) -> str:
        """Return the `<title>` element, empty if the page has none. It holds the headline where the page shows none."""
        weights = WINDOW_TITLES
        if place == ONLY_IN_TITLE or not self._is_usual:
            weights = {name: weight for name, weight in weights.items() if name.startswith("title")}
        form = self._draw.trait("<title>", weights)
        title, column = escape(self.text), self._draw.rng("column").choice(words.COLUMNS)
        text = {
            "title_site": f"{title}_{site}",
            "title-column-site": f"{title}-{column}-{site}",
            "title": title,
            "site only": site,
            "site_title": f"{site}_{title}",
            "title - site": f"{title} - {site}",
            "title - column - site": f"{title} - {column} - {site}",
            "title_column_site - domain": f"{title}_{column}_{column}频道_{site} - EXAMPLE.COM",
            "absent": "",
            "untitled": "无标题文档",
        }[form]
        return f"<title>{text}</title>\n" if text else ""
