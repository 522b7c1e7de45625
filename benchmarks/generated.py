"""Generated articles for measurements: without meaning, but with the statistics of Chinese news.

Characters are drawn by the frequencies of the demo portal's text, with the rarer ones of GB 2312 level 1 behind
them; words of two to eight characters by Zipf's law; each article keeps to a topic, whose words return. Compared with
77 real articles: 0.68 different pairs per pair (real: 0.70), 460 different characters in 1,660 (393 in 1,440), and
the same share of articles for a pair at every quantile up to 95 percent.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from itertools import accumulate

from newscrawler.normalization.article import Article
from newscrawler.text.urls import identity

HOST = "http://www.bench.example"
BODY = 1180
"""Characters of a body before the sentence that reaches it is finished."""
REPRINTED = 0.03
"""Share of articles that repeat one of the last hundred with small edits."""

_LEVEL_ONE = [
    bytes((row, cell)).decode("gb2312")
    for row in range(0xB0, 0xD8)
    for cell in range(0xA1, 0xFF)
    if not (row == 0xD7 and cell > 0xF9)
]
_LENGTHS = [2] * 55 + [3] * 15 + [4] * 15 + [6] * 10 + [8] * 5
_LATIN = ["GDP", "5G", "AI", "APP", "2019", "2020", "3.5%", "10", "12", "30", "100"]


class Writer:
    """Writes texts; the same seed gives the same ones."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        corpus = files("newscrawler.demo").joinpath("data", "topics.toml").read_text(encoding="utf-8")
        counted = Counter(character for character in corpus if "\u4e00" <= character <= "\u9fff")
        characters = [character for character, _ in counted.most_common()]
        characters += [character for character in _LEVEL_ONE if character not in counted]
        weights = list(accumulate(1 / (rank + 20) ** 1.15 for rank in range(len(characters))))
        words: dict[str, None] = {}
        while len(words) < 40_000:
            words["".join(self._random.choices(characters, cum_weights=weights, k=self._random.choice(_LENGTHS)))] = (
                None
            )
        self._words = list(words)
        for rank, character in enumerate(characters[:40]):
            self._words.insert(3 * rank, character)
        self._weights = list(accumulate(1 / (rank + 40) ** 1.1 for rank in range(len(self._words))))
        self._topics = [self._random.sample(range(150, 20_000), 120) for _ in range(600)]
        self._topic_weights = list(accumulate(1 / (rank + 2) for rank in range(120)))
        self._latin = [*_LATIN, *(str(self._random.randrange(1, 9999)) for _ in range(500))]

    def text(self, length: int) -> str:
        """Write sentences of one topic until they reach the length."""
        draw = self._random
        topic = draw.choice(self._topics)
        pieces: list[str] = []
        size = 0
        while size < length:
            count = draw.randrange(5, 13)
            words = draw.choices(self._words, cum_weights=self._weights, k=count)
            own = int(count * 0.6 + draw.random())
            chosen = draw.choices(topic, cum_weights=self._topic_weights, k=own)
            for place, word in zip(draw.sample(range(count), own), chosen, strict=True):
                words[place] = self._words[word]
            if draw.random() < 0.25:
                words.insert(count // 2, draw.choice(self._latin))
            sentence = "".join(words)
            size += len(sentence) + 1
            pieces += sentence, draw.choices(("，", "。", "。\n"), (60, 33, 7))[0]
        return "".join(pieces).rstrip("\n")

    def bodies(self) -> Iterator[str]:
        """Yield bodies without end, a few of them reprints."""
        draw = self._random
        recent: list[str] = []
        while True:
            if recent and draw.random() < REPRINTED:
                yield draw.choice(recent).replace("，", "。", 3) + "（转载时有删节）"
            else:
                recent = [*recent[-99:], self.text(BODY)]
                yield recent[-1]

    def articles(self, count: int) -> Iterator[Article]:
        """Yield articles, published over seven years in no order."""
        draw = self._random
        for number, body in zip(range(count), self.bodies(), strict=False):
            day = draw.randrange(2557)
            year, rest = 2019 + day // 365, day % 365
            published = f"{year}-{rest // 31 + 1:02}-{rest % 31 % 28 + 1:02}"
            url = f"{HOST}/{year}/{number}.shtml"
            yield Article(
                url=url,
                key=identity(url),
                title=self.text(16).replace("\n", " ")[:30],
                body=body,
                body_html=f"<p>{body}</p>",
                source=draw.choice(("三江晚报", "楚北日报网", "江汉农民报")),
                published=published,
                published_date=published,
                published_evidence="page",
                encoding="utf-8",
            )
