"""Names of persons in the text of an article, by a model that labels characters (`character_labels.py`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawler.archive.annotations import Annotation
from newscrawler.archive.errors import UnavailableError
from newscrawler.research.annotated_articles import MOST_PER_ARTICLE, AnnotatedArticle
from newscrawler.text.han import fold
from newscrawler.text.installation import install_line
from newscrawler.text.names import DOTS, HAN, SENTENCE, is_name

if TYPE_CHECKING:
    from newscrawler.research.character_labels import CharacterLabels

_LONGEST_SENTENCE = 200
"""Characters; a longer sentence is cut."""
_SENTENCE = re.compile(rf"[^。！？；!?;\n]{{1,{_LONGEST_SENTENCE}}}[。！？；!?;]?")
_NAME = re.compile(rf"[{HAN}A-Za-z{DOTS}]+")
_DOT = re.compile(f"[{DOTS}]")
_HAN = re.compile(f"[{HAN}]")
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width punctuation, letters and digits to half width, as the model learnt them."""
_LONGEST_PLAIN = 4
"""Characters of a name without a dot, unless it is of a people whose names are longer."""
_LONGEST = 40
_SURE = 3
"""Characters from which a name is found again in the rest of its article; shorter ones are ordinary words too often."""

Span = tuple[int, int]


class PeopleAnnotator:
    """Full names of persons, at each place where they stand."""

    kind = "people"

    def __init__(self) -> None:
        """Load nothing yet. Raises UnavailableError when the extra is not installed."""
        spec = find_spec("jieba")
        if spec is None or spec.submodule_search_locations is None or find_spec("threadpoolctl") is None:
            raise UnavailableError(f"names of persons need jieba, which is not installed: {install_line('words')}.")
        self._folder = Path(spec.submodule_search_locations[0]) / "lac_small"

    @property
    def version(self) -> str:
        """The version of the rules, and that of the package that has the model."""
        return f"1 with the small model of LAC in jieba {version('jieba')}"

    @cached_property
    def _model(self) -> CharacterLabels:
        from newscrawler.research.character_labels import CharacterLabels

        return CharacterLabels(self._folder)

    def annotate(self, article: AnnotatedArticle) -> Iterator[Annotation]:
        """Yield one annotation per place, of the first ones: the name as it is written there."""
        return islice(self._annotations(article), MOST_PER_ARTICLE)

    def _annotations(self, article: AnnotatedArticle) -> Iterator[Annotation]:
        for field, text, spans in self._found((("title", article.title), ("body", article.body))):
            for start, stop in spans:
                yield Annotation(_DOT.sub("·", text[start:stop]), field, start, stop)

    def _found(self, fields: Iterable[tuple[str, str]]) -> list[tuple[str, str, list[Span]]]:
        pieces = [(field, text, list(_SENTENCE.finditer(text))) for field, text in fields]
        labels = iter(self._model.of([_as_learnt(match[0]) for _, _, matches in pieces for match in matches]))
        found = []
        for field, text, matches in pieces:
            spans = [span for match in matches for span in _names(match[0], next(labels), match.start())]
            found.append((field, text, spans))
        names = {text[start:stop] for _, text, spans in found for start, stop in spans if stop - start >= _SURE}
        return [(field, text, _with_repeated(text, spans, names)) for field, text, spans in found]


def _as_learnt(text: str) -> str:
    """Return a text as the model knows it, as long as it is: simplified characters, half-width punctuation."""
    return "".join(
        folded if _HAN.match(character) else character
        for character, folded in zip(text.translate(_HALF), fold(text), strict=True)
    )


def _names(text: str, labels: Sequence[str], offset: int) -> Iterator[Span]:
    """Yield where the names of a sentence stand in the field."""
    begins = [place for place, label in enumerate(labels) if not label.endswith("-I")]
    words = [*pairwise([*begins, len(labels)])]
    covered = 0
    for number, (start, stop) in enumerate(words):
        if start < covered or not labels[start].startswith("PER"):
            continue
        start, stop = _with_dotted_parts(text, words, number)
        name = max(_NAME.finditer(text, start, stop), key=lambda match: len(match[0]), default=None)
        if name is not None and _is_person(name[0].strip(DOTS)):
            inside = name[0].index(name[0].strip(DOTS)) + name.start()
            yield offset + inside, offset + inside + len(name[0].strip(DOTS))
        covered = stop


def _with_dotted_parts(text: str, words: Sequence[Span], number: int) -> Span:
    """Join the words that a middle dot joins to a name: 阿依古丽·买买提 is divided by the model now and then."""
    first = last = number
    while last + 1 < len(words) and (text[words[last][1]] in DOTS or text[words[last][1] - 1] in DOTS):
        last += 1
    while first and (text[words[first][0]] in DOTS or text[words[first][0] - 1] in DOTS):
        first -= 1
    return words[first][0], words[last][1]


def _is_person(name: str) -> bool:
    if is_name(name):
        return True
    is_long = len(name) > (_LONGEST if _DOT.search(name) else _LONGEST_PLAIN)
    return len(name) > 1 and not is_long and not SENTENCE.search(name)


def _with_repeated(text: str, spans: list[Span], names: set[str]) -> list[Span]:
    """Add the other places where names stand that were found in the article."""
    if not names:
        return spans
    taken = {place for span in spans for place in range(*span)}
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    repeated = re.compile("|".join(map(re.escape, longest_first)))
    more = (match.span() for match in repeated.finditer(text))
    return sorted([*spans, *(span for span in more if taken.isdisjoint(range(*span)))])
