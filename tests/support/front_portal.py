"""A living portal whose first city has a front page: blocks with a heading and 更多, which lead to its columns."""

from __future__ import annotations

import random

from newscrawler.demo.model import Response
from support.living_portal import SECTIONS, LivingPortal, answer_html

FRONT = "宜昌市"
COLUMNS = {"要闻": "yw", "县区": "xq", "民生": "ms"}
OF_A_BLOCK = 4
"""Headlines of a block."""


class FrontPortal(LivingPortal):
    """With `has_stuck_column` the last column goes on in a way that cannot be followed."""

    def __init__(self, rng: random.Random, *, has_stuck_column: bool, sections: int, stories: int, pager: str) -> None:
        self._has_stuck_column = has_stuck_column
        super().__init__(rng, sections=sections, stories=stories, pager=pager)
        if has_stuck_column:
            self.stuck = {self.leaves[len(COLUMNS) - 1]}

    def paths_of_lists(self, sections: int) -> dict[str, str]:
        columns = {f"{FRONT}/{name}": f"{SECTIONS[FRONT]}{folder}/" for name, folder in COLUMNS.items()}
        return columns | dict(list(SECTIONS.items())[1:sections])

    def fronts(self) -> dict[str, list[str]]:
        return {FRONT: [f"{FRONT}/{name}" for name in COLUMNS]}

    def _answer(self, path: str) -> Response:
        return self._front_page() if path == SECTIONS[FRONT] else super()._answer(path)

    def _front_page(self) -> Response:
        blocks = []
        for name in self.fronts()[FRONT]:
            shown = self.reachable(name)[:OF_A_BLOCK]
            items = "".join(f"<li><a href='{story.path}'>{story.title}</a></li>" for story in shown)
            heading = f"<h2><span>{name.partition('/')[2]}</span><a href='{self.paths[name]}'>更多&gt;&gt;</a></h2>"
            blocks.append(f"<div class='block'>{heading}<ul>{items}</ul></div>")
            self.shown.setdefault((self.crawl, FRONT), set()).update(story.url for story in shown)
        return answer_html(f"<html><body>{''.join(blocks)}</body></html>")
