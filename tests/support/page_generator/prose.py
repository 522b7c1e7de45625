"""Sentences, paragraphs, titles and captions from word lists."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from . import words


class Writer:
    """Writes text with one random generator, about a topic: titles name its place and thing, sentences often do."""

    def __init__(self, rng: Random):
        self.rng = rng
        self._places = [rng.choice(words.PLACES) + rng.choice(words.DIVISIONS) for _ in range(4)]
        self._thing = rng.choice(words.THINGS)

    def fill(self, templates: Sequence[str], *, topic: float = 0.4) -> str:
        """Return one template with its slots filled; `topic` is the probability that it names the topic."""
        pick = self.rng.choice
        place, other = self.rng.sample(self._places, 2)
        thing, thing2 = self.rng.sample(words.THINGS, 2)
        if self.rng.random() < topic:
            place, other, thing = self._places[0], self._places[1], self._thing
        return pick(templates).format(
            place=place,
            place2=other,
            unit=pick(words.UNITS),
            thing=thing,
            thing2=thing2,
            people=pick(words.PEOPLE),
            verb=pick(words.VERBS),
            time=pick(words.TIMES),
            adverb=pick(words.ADVERBS),
            quality=pick(words.QUALITIES),
            n=self.rng.randint(2, 98),
            m=self.rng.randint(100, 9800),
        )

    def sentence(self) -> str:
        """Return a sentence of some 20 to 50 characters."""
        return self.fill(words.SENTENCES)

    def paragraph(self, length: int) -> str:
        """Return sentences of about `length` characters together, at least one."""
        text = self.sentence()
        while len(text) < length:
            text += self.sentence()
        return text

    def paragraphs(self, length: int) -> list[str]:
        """Return paragraphs of about `length` characters together, at least one."""
        lines: list[str] = []
        while not lines or sum(map(len, lines)) < length:
            left = length - sum(map(len, lines))
            lines.append(self.paragraph(min(left, self.rng.choice((30, 60, 90, 140, 220)))))
        return lines

    def other_title(self) -> str:
        """Return the headline of another article."""
        return self.fill(words.TITLES, topic=0)

    def title(self) -> str:
        """Return a headline of some 8 to 30 characters."""
        return self.fill(words.TITLES, topic=1)
