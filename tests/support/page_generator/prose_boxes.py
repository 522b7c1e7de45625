"""Running text beside the article that is longer than many stories: leads, notices, biographies, the next article."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from . import dates, names, words
from .noise import Noise


class ProseBoxes:
    """The boxes with running text of one page. Each method returns HTML, empty if the page has none of that kind."""

    def __init__(self, noise: Noise):
        self._draw, self._writer, self._rng, self._frame = noise.draw, noise.writer, noise.rng, noise.frame
        self._site = noise.site

    def above(self) -> str:
        """Return the lead of another article above the headline, as of a day's top story."""
        if self._draw.trait("lead above the title", {"no": 12, "yes": 1}) == "no":
            return ""
        title, text = escape(self._writer.other_title()), escape(self._writer.paragraph(80))
        return f'<div class="{self._frame.choice(("top", "tt", "k9"))}"><a href="/top.html">{title}</a><p>{text}</p></div>\n'

    def biography(self, authors: Sequence[str]) -> str:
        """Return what a page says about its writer, behind the text; nothing if it has none."""
        if not authors or self._draw.trait("biography", {"no": 10, "yes": 1}) == "no":
            return ""
        name = authors[0]
        text = f"作者简介：{name}，现供职于{names.outlet(self._rng, 'newspaper')}，长期关注{self._writer.fill(('{thing}',))}，著有《{self._writer.fill(('{thing}',))}记》。"
        return f"<p>{text}</p>\n"

    def furniture(self) -> tuple[str, str]:
        """Return a paragraph that stands in front of the body, and one behind it, in its element; mostly none."""
        place = self._draw.trait("furniture in the body", {"no": 10, "first": 0.5, "last": 0.7})
        text = escape(self._frame.choice(words.FURNITURE).format(site=self._site))
        html = f"<p>{text}</p>\n"
        return html if place == "first" else "", html if place == "last" else ""

    def legal(self) -> str:
        """Return a long notice, the same on all pages of a portal."""
        if self._draw.trait("long legal notice", {"no": 8, "yes": 1}) == "no":
            return ""
        site = self._site
        text = (
            f"免责声明：本文仅代表作者个人观点，与{site}无关。其原创性以及文中陈述文字和内容未经本站证实，对本文以及其中全部或者部分内容、"
            f"文字的真实性、完整性、及时性，本站不作任何保证或承诺，请读者仅作参考，并请自行核实相关内容。{site}转载此文，"
            "目的在于传递更多信息，如涉及作品内容、版权和其它问题，请在三十日内与本网联系，我们将在第一时间处理。"
        )
        return f'<div class="{self._frame.choice(("sm", "mzsm", "k8"))}"><p>{text}</p></div>\n'

    def next_article(self) -> str:
        """Return the next article below this one, with headline, meta line and text, as pages that load on have it."""
        if self._draw.trait("next article below", {"no": 14, "yes": 1}) == "no":
            return ""
        date, source = f"{dates.moment(self._rng):%Y-%m-%d %H:%M}", names.outlet(self._rng, "newspaper")
        lines = "".join(f"<p>{escape(text)}</p>\n" for text in self._writer.paragraphs(300))
        title = escape(self._writer.other_title())
        return f'<div class="next"><h2><a href="/next.html">{title}</a></h2><div>{date} 来源：{source}</div>{lines}</div>\n'

    def poll(self) -> str:
        """Return a question to readers with answers, in the side column or behind the text."""
        if self._draw.trait("poll", {"no": 16, "yes": 1}) == "no":
            return ""
        form = self._draw.trait("poll form", {"letters": 1, "radio buttons": 1})
        if form == "letters":
            answers = "".join(f"<p>{letter}、{escape(self._writer.sentence())}</p>\n" for letter in "ABCD")
        else:
            choices = self._frame.sample(words.CHOICES, 4)
            answers = "".join(f'<p><input type="radio" name="q1"> {choice}</p>\n' for choice in choices)
            answers += '<p><a href="#">投票</a> <a href="#">查看结果</a></p>\n'
        return (
            f'<div class="diaocha"><h3>{self._frame.choice(("有奖调查", "你怎么看", "网上调查"))}</h3>'
            f"<p>{escape(self._writer.sentence())}您怎么看？</p>{answers}</div>\n"
        )
