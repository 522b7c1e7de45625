"""The key words of an article: those that it has often, and that other texts have seldom.

The measure is tf-idf: the share of a word among the words of the article, times its inverse document frequency, the
natural logarithm of how many texts there are per text with the word. The frequencies are those of a list in the package
jieba, not those of the archive. So an article has the same key words in every archive, however large that becomes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from newscrawler.archive.annotations import Annotation
from newscrawler.archive.errors import UnavailableError
from newscrawler.research.annotated_articles import AnnotatedArticle
from newscrawler.research.segmentation import Segmentation, Segmenter, make_segmenter
from newscrawler.text.han import fold
from newscrawler.text.installation import install_line

MOST_WORDS = 10
"""Key words of an article: those of 200,000 articles take 1.3 GB, which is less than the rest of their archive."""
_SHORTEST = 2


class WordAnnotator:
    """Key words, each at the first place where it stands, with the number of its occurrences and its weight."""

    kind = "words"

    def __init__(self, chosen: Segmentation) -> None:
        """Load nothing yet. Raises UnavailableError when the extra is not installed."""
        spec = find_spec("jieba")
        if spec is None or spec.submodule_search_locations is None:
            raise UnavailableError(f"key words need jieba, which is not installed: {install_line('words')}.")
        self._list = Path(spec.submodule_search_locations[0]) / "analyse" / "idf.txt"
        self._chosen = chosen

    @cached_property
    def _segmenter(self) -> Segmenter:
        return make_segmenter(self._chosen)

    @property
    def version(self) -> str:
        """The version of the rules, and what divides texts into words."""
        return f"1 ({self._segmenter.description}; {MOST_WORDS} words by tf-idf)"

    def annotate(self, article: AnnotatedArticle) -> Iterator[Annotation]:
        """Yield the key words, the weightiest first. Their reference is the number of occurrences."""
        rarity, middle = _rarities(self._list)
        places: dict[str, list[tuple[str, int]]] = {}
        total = 0
        for field, text in (("title", article.title), ("body", article.body)):
            for word, start in self._segmenter.tokens(text):
                total += 1
                if len(word) >= _SHORTEST and any(map(str.isalpha, word)):
                    places.setdefault(word, []).append((field, start))
        # A word that the list does not have is as rare as the middle one; a pair that it does not have is no word.
        unknown = middle if self._chosen.name == "jieba" else 0.0
        weights = {word: len(found) / total * rarity.get(word, unknown) for word, found in places.items()}
        for word in sorted(weights, key=lambda word: (-weights[word], word))[:MOST_WORDS]:
            if weights[word]:
                field, start = places[word][0]
                number = str(len(places[word]))
                yield Annotation(word, field, start, start + len(word), number, round(weights[word], 4))


@cache
def _rarities(path: Path) -> tuple[dict[str, float], float]:
    """Return the inverse document frequency of each word of the list, and the one in the middle."""
    lines = (line.rpartition(" ") for line in path.read_text(encoding="utf-8").splitlines())
    rarities = {fold(word): float(value) for word, _, value in lines}
    return rarities, median(rarities.values())
