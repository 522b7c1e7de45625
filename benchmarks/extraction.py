"""Quality and speed of extraction, compared with the extractors that the `bench` extra installs.

    python benchmarks/extraction.py [--corpus DIR] [--rounds N] [--only NAME]... [--worst N]

The corpus is a directory with `gold.jsonl`, `pages/` and `score.py`; it is not part of the project (see
`docs/extraction.md`). Every extractor reads the same bytes with the charset that the gold line names, in one process
and one thread; speed is pages per second of CPU, the best of N rounds. Extractors that are not installed are left out.
Exit status: 0, or 1 when a target of ours is missed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import ModuleType
from typing import Any

from newscrawler.extraction.article import extract_article
from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import read_page
from newscrawler.normalization.article import normalize

FIELDS = ("title", "published", "source", "editors", "authors")
DEFAULT = Path(__file__).resolve().parents[1].parent / "shared" / "corpus"
Extractor = Callable[[bytes, dict[str, Any]], dict[str, Any]]
_NOW = datetime(2025, 1, 1, tzinfo=timezone(timedelta(hours=8)))


def ours(body: bytes, gold: dict[str, Any]) -> dict[str, Any]:
    """Read a page with this project."""
    page = read_page(body, url=gold["url"])
    raw = page if isinstance(page, NotAnArticle) else extract_article(page)
    if isinstance(raw, NotAnArticle):
        return {}
    article = normalize(raw, base=_NOW)
    return {name: getattr(article, name) for name in (*FIELDS, "body")}


def parse_only(body: bytes, gold: dict[str, Any]) -> dict[str, Any]:
    """Parse a page and do nothing else: the floor for all that use lxml."""
    from parsel import Selector

    Selector(text=body.decode(gold["encoding"], "replace"))
    return {}


def with_trafilatura(body: bytes, gold: dict[str, Any]) -> dict[str, Any]:
    """Read a page with trafilatura and its metadata."""
    import trafilatura

    found = trafilatura.bare_extraction(body.decode(gold["encoding"], "replace"), url=gold["url"], with_metadata=True)
    if found is None:
        return {}
    data = found.as_dict()
    return {
        "title": data["title"],
        "published": data["date"],
        "source": data["sitename"],
        "authors": data["author"],
        "body": data["text"],
    }


def with_gne(body: bytes, gold: dict[str, Any]) -> dict[str, Any]:
    """Read a page with GeneralNewsExtractor."""
    from gne import GeneralNewsExtractor

    data = GeneralNewsExtractor().extract(body.decode(gold["encoding"], "replace"))
    return {
        "title": data["title"],
        "published": data["publish_time"],
        "authors": data["author"],
        "body": data["content"],
    }


def with_newspaper(body: bytes, gold: dict[str, Any]) -> dict[str, Any]:
    """Read a page with newspaper4k."""
    from newspaper import Article, Config

    config = Config()
    config.fetch_images = False
    config.language = "zh"
    article = Article(gold["url"] or "http://example.com/", config=config)
    article.download(input_html=body.decode(gold["encoding"], "replace"))
    article.parse()
    published = article.publish_date.isoformat() if isinstance(article.publish_date, datetime) else ""
    return {"title": article.title, "published": published, "authors": article.authors, "body": article.text}


def with_readability(body: bytes, gold: dict[str, Any]) -> dict[str, Any]:
    """Read a page with readability-lxml."""
    from lxml.html import fromstring
    from readability import Document

    document = Document(body.decode(gold["encoding"], "replace"))
    return {"title": document.title(), "body": fromstring(document.summary()).text_content()}


def with_resiliparse(body: bytes, gold: dict[str, Any]) -> dict[str, Any]:
    """Read a page with resiliparse."""
    from resiliparse.extract.html2text import extract_plain_text

    return {"body": extract_plain_text(body.decode(gold["encoding"], "replace"), main_content=True)}


EXTRACTORS: dict[str, tuple[str, Extractor]] = {
    "newscrawler": ("newscrawler", ours),
    "trafilatura": ("trafilatura", with_trafilatura),
    "gne": ("gne", with_gne),
    "newspaper4k": ("newspaper", with_newspaper),
    "readability-lxml": ("readability", with_readability),
    "resiliparse": ("resiliparse", with_resiliparse),
    "parsing only (parsel)": ("parsel", parse_only),
}


def load_scorer(corpus: Path) -> ModuleType:
    """Import the corpus's own scorer."""
    spec = importlib.util.spec_from_file_location("corpus_score", corpus / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"{corpus / 'score.py'}: no scorer")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(extractor: Extractor, pages: Iterable[tuple[dict[str, Any], bytes]]) -> tuple[dict[str, dict[str, Any]], float]:
    """Return the predictions by page id, and the seconds of CPU that they took."""
    predictions = {}
    begin = time.process_time()
    for gold, body in pages:
        try:
            predictions[gold["id"]] = extractor(body, gold)
        except Exception as error:  # a peer's crash is its result
            predictions[gold["id"]] = {}
            print(f"{gold['id']}: {type(error).__name__}: {error}"[:120], file=sys.stderr)
    return predictions, time.process_time() - begin


def score(scorer: ModuleType, golds: list[dict[str, Any]], predictions: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return misses per field, the body's mean precision, recall and F1, and what was wrong."""
    misses = dict.fromkeys(FIELDS, 0)
    bodies, wrong = [], []
    for gold in golds:
        predicted = predictions.get(gold["id"], {})
        for name, good in scorer.judge(predicted, gold).items():
            if name in gold.get("open", ()) or (name == "published" and not gold[name]):
                continue
            if not good:
                misses[name] += 1
                wrong.append((gold["id"], name))
        bodies.append((*scorer.body_score(predicted.get("body"), gold["body"]), gold["id"]))
    count = len(golds)
    means = [sum(body[i] for body in bodies) / count for i in range(3)]
    good = sum(body[2] >= 0.95 for body in bodies)
    return {
        "misses": misses,
        "means": means,
        "good": good,
        "wrong": wrong,
        "bodies": sorted(bodies, key=lambda b: b[2]),
    }


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=DEFAULT)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", action="append", help="extractors to run; default all that are installed")
    parser.add_argument("--worst", type=int, default=0, help="print our worst pages, by id")
    options = parser.parse_args()
    if not (options.corpus / "gold.jsonl").is_file():
        raise SystemExit(f"{options.corpus}: no gold.jsonl there; name the corpus with --corpus")
    lines = (options.corpus / "gold.jsonl").read_text("utf-8").splitlines()
    golds = [gold for gold in map(json.loads, lines) if gold["kind"] in ("article", "photo")]
    pages = [(gold, (options.corpus / "pages" / f"{gold['id']}.html").read_bytes()) for gold in golds]
    scorer = load_scorer(options.corpus)
    names = [
        name
        for name, (module, _) in EXTRACTORS.items()
        if (not options.only or name in options.only) and importlib.util.find_spec(module)
    ]
    results, seconds = {}, dict.fromkeys(names, float("inf"))
    for name in names:
        predictions, _ = run(EXTRACTORS[name][1], pages)
        results[name] = score(scorer, golds, predictions)
    for _ in range(options.rounds):
        for name in names:
            seconds[name] = min(seconds[name], run(EXTRACTORS[name][1], pages)[1])
    total = len(golds)
    print(f"wrong of {total} pages; body over 4-grams of characters; pages per second of CPU\n")
    print("| extractor | title | published | source | editors | authors | body P | R | F1 | F1 ≥ 0.95 | pages/s |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for name in names:
        result = results[name]
        fields = (
            ["–"] * (len(FIELDS) + 4)
            if re.match("parsing", name)
            else [
                *map(str, result["misses"].values()),
                *(f"{mean:.3f}" for mean in result["means"]),
                str(result["good"]),
            ]
        )
        print(f"| {name} | {' | '.join(fields)} | {total / seconds[name]:.0f} |")
    return report(names, results, seconds, options.worst)


def report(names: list[str], results: dict[str, Any], seconds: dict[str, float], worst: int) -> int:
    """Print the ratios, our worst pages and what target was missed; return the exit status."""
    if "newscrawler" not in names:
        return 0
    mine = results["newscrawler"]
    print()
    for name, row in (("trafilatura", 8.0), ("parsing only (parsel)", 0.35)):
        if name in names:
            print(f"newscrawler is {seconds[name] / seconds['newscrawler']:.2f} × as fast as {name}; target {row}")
    for score_ in mine["bodies"][:worst]:
        fields = [name for page, name in mine["wrong"] if page == score_[3]]
        print(f"{score_[3]}: body F1 {score_[2]:.3f}, wrong: {', '.join(fields) or 'no field'}")
    if worst:
        for page, name in mine["wrong"]:
            print(f"{page}: {name}")
    limits = {"title": 2, "published": 2, "source": 4, "editors": 3, "authors": 6}
    missed = [name for name, most in limits.items() if mine["misses"][name] > most]
    if mine["means"][2] < 0.965 or mine["good"] < 72:
        missed.append("body")
    if missed:
        print(f"missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
