"""Pages with known fields: a corpus of saved pages, reported cases, and generated pages; each in two halves.

Rules are written while looking at the *seen* half only; the *unseen* half is counted, and no page of it is named.
Corpus and cases lie outside of the project; where they are absent, they are left out.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from extractors import FIELDS, Document, Prediction

from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import read_page

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
SEEN, UNSEEN = "seen", "unseen"
GOOD_BODY = 0.95

Verdict = dict[str, float]
"""Per field that counts on this page 1 or 0; for `body` an F1 or, where only right and wrong are known, 1 or 0."""


@dataclass(frozen=True)
class Sample:
    """A page and how to judge what an extractor finds on it."""

    id: str
    half: str
    page: Document
    judge: Callable[[Prediction], Verdict]


def half_of(name: str) -> str:
    """Return the half to which a page belongs: by a hash, so that nobody chose it."""
    return UNSEEN if int(hashlib.sha256(name.encode()).hexdigest()[:2], 16) % 2 else SEEN


def corpus(folder: Path) -> list[Sample]:
    """Return the saved pages of a folder with `gold.jsonl`, `pages/` and its own `score.py`."""
    if not (folder / "gold.jsonl").is_file():
        return []
    scorer = _module(folder / "score.py")
    golds = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
    samples = []
    for gold in golds:
        if gold["kind"] in ("article", "photo"):
            page = Document((folder / "pages" / f"{gold['id']}.html").read_bytes(), gold["encoding"], gold["url"])
            samples.append(Sample(gold["id"], half_of(gold["id"]), page, _corpus_judge(scorer, gold)))
    return samples


def _corpus_judge(scorer: ModuleType, gold: dict[str, Any]) -> Callable[[Prediction], Verdict]:
    def judge(prediction: Prediction) -> Verdict:
        fields = scorer.judge(prediction, gold)
        counted = {
            name: float(good)
            for name, good in fields.items()
            if name not in gold.get("open", ()) and not (name == "published" and not gold[name])
        }
        return counted | {"body": scorer.body_score(prediction.get("body"), gold["body"])[2]}

    return judge


def cases(folder: Path) -> list[Sample]:
    """Return the reported cases of a folder with `cases.jsonl`: each names the fields that matter to it."""
    if not (folder / "cases.jsonl").is_file():
        return []
    samples = []
    for line in (folder / "cases.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        body = (folder / case["page"]).read_bytes()
        page = read_page(body)
        encoding = "utf-8" if isinstance(page, NotAnArticle) else page.encoding
        samples.append(
            Sample(
                case["id"], half_of(case["id"]), Document(body, encoding, case["url"]), _case_judge(case["expected"])
            )
        )
    return samples


def _case_judge(expected: dict[str, Any]) -> Callable[[Prediction], Verdict]:
    def judge(prediction: Prediction) -> Verdict:
        verdict: Verdict = {}
        for name, want in expected.items():
            field = "body" if name == "body_not" else name
            have = prediction.get(field)
            if name == "body_not":
                good = want not in (have or "")
            elif name in ("editors", "authors"):
                good = (set(have) if isinstance(have, list) else {have} - {None, ""}) == set(want)
            elif name == "body":
                good = _lines(have or "") == _lines(want)
            else:
                good = (have or None) == want
            verdict[field] = min(verdict.get(field, 1.0), float(good))
        return verdict

    return judge


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def generated(count: int) -> list[Sample]:
    """Return so many generated pages of each half, which `tests/support/page_generator` makes from their numbers."""
    sys.path.insert(0, str(ROOT / "tests"))
    from support.page_generator.page import make_page
    from support.page_generator.scoring import judge_fields

    samples = []
    for seed in range(2 * count):
        page = make_page(seed)
        encoding = "gb18030" if page.traits["charset"].startswith("gbk") else "utf-8"
        document = Document(page.html, encoding, page.url)
        samples.append(
            Sample(
                str(seed), UNSEEN if seed % 2 else SEEN, document, lambda found, page=page: judge_fields(page, found)
            )
        )
    return samples


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_score", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path}: no scorer")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Result:
    """What an extractor reached on samples: per field wrong and counted pages, and the bodies."""

    wrong: dict[str, int]
    counted: dict[str, int]
    body: float
    """The mean of the bodies' F1; of bodies right where only right and wrong are known."""
    good_bodies: int
    held: int
    """Pages on which nothing is wrong, a body with an F1 of at least 0.95 counting as right."""
    pages: int
    wrong_pages: list[tuple[str, list[str], float]]
    """Pages of the seen half that are not held: id, wrong fields, F1 of the body."""


def result_of(samples: list[Sample], predictions: list[Prediction]) -> Result:
    """Judge predictions, one per sample."""
    wrong, counted = dict.fromkeys(FIELDS, 0), dict.fromkeys(FIELDS, 0)
    bodies, wrong_pages = [], []
    held = 0
    for sample, prediction in zip(samples, predictions, strict=True):
        verdict = sample.judge(prediction)
        bad = [name for name, value in verdict.items() if value < (GOOD_BODY if name == "body" else 1)]
        held += not bad
        bodies += [verdict["body"]] if "body" in verdict else []
        for name in FIELDS:
            counted[name] += name in verdict
            wrong[name] += name in bad
        if bad and sample.half == SEEN:
            wrong_pages.append((sample.id, bad, verdict.get("body", 1.0)))
    good = sum(body >= GOOD_BODY for body in bodies)
    mean = sum(bodies) / max(1, len(bodies))
    return Result(wrong, counted, mean, good, held, len(samples), sorted(wrong_pages, key=lambda page: page[2]))
