"""Random samples of articles that can be drawn again: the same archive and the same seed give the same sample.

No generator of random numbers takes part. Each article gets the rank SHA-256(seed, line feed, id), as hexadecimal
digits, and the articles with the lowest ranks are drawn. The ids are the same in every archive, so the sample does not
depend on the order of the rows, on the machine or on the version of Python, and a smaller sample is the beginning of a
larger one. With replacement, the draw number k of a stratum takes the article at the place
SHA-256(seed, line feed, stratum, line feed, k) modulo the size of the stratum, in the order of the ids.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any, Literal

from newscrawler.archive.columns import FROM_VERSIONS
from newscrawler.archive.errors import UserError
from newscrawler.archive.export.selection import Choice, Selection
from newscrawler.archive.filters import near_names

STRATA = {
    "portal": "a.portal",
    "province": "p.province",
    "city": "coalesce(s.city, v.city)",
    "county": "v.county",
    "section": "s.name",
    "source": "v.source",
    "year": "substr(v.published_date, 1, 4)",
    "month": "substr(v.published_date, 1, 7)",
    "article_type": "v.article_type",
    "status": "a.status",
}
"""What a sample can be stratified by: name to SQL on the tables of `columns.FROM`. Each article has one value."""

Allocation = Literal["proportional", "equal"]
Stratum = tuple[str | None, ...]

MOST_DRAWS = 1_000_000
"""Articles that a sample may have."""
_NAMED_STRATA = 5


class SampleError(UserError):
    """A sample that cannot be drawn; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class SampleDesign:
    """How a sample is drawn. Raises SampleError for a design that means nothing."""

    size: int
    seed: int = 1
    strata: tuple[str, ...] = ()
    """Names of STRATA; empty: a simple random sample."""
    allocation: Allocation = "proportional"
    """Strata get a part of the sample as large as their part of the frame, or all the same."""
    replacement: bool = False
    """Whether an article may be drawn several times."""

    def __post_init__(self) -> None:
        if not 1 <= self.size <= MOST_DRAWS:
            raise SampleError("a sample has 1 to {most:,} articles, not {size:,}.", most=MOST_DRAWS, size=self.size)
        for name in self.strata:
            if name not in STRATA:
                near = near_names(name, list(STRATA)) or list(STRATA)
                raise SampleError("cannot stratify by {name!r}; use {near}.", name=name, near=", ".join(near))
            if self.strata.count(name) > 1:
                raise SampleError("the sample is stratified by {name!r} twice.", name=name)
        if self.allocation == "equal" and not self.strata:
            raise SampleError("equal parts need strata: name them, as in --stratify city,month.")


def choose_sample(design: SampleDesign, selection: Selection) -> Choice:
    """Draw a sample from a selection, which is its frame. The articles come in the order of their ranks.

    The facts of the choice are the design, the size and digest of the frame, and the share of each stratum. Raises
    SampleError when the frame, or a stratum, has fewer articles than are to be drawn.
    """
    frame = _Frame.read(selection, design.strata)
    if not frame.size:
        raise SampleError("the frame is empty: no article fits the filters.")
    if frame.size < design.size and not design.replacement:
        raise SampleError(
            "the sample is larger than its frame: {size:,} articles are to be drawn, {frame:,} fit the filters.",
            size=design.size,
            frame=frame.size,
        )
    shares = _shares(design, frame)
    draws = sorted(draw for stratum, share in shares.items() for draw in _drawn(design, stratum, frame, share))
    empty = sum(not share for share in shares.values())
    return Choice(
        [number for _, number in draws],
        {"sample": _facts(design, frame, shares)},
        [f"{empty:,} of {len(shares):,} strata are so small that none of their articles was drawn"] if empty else [],
    )


@dataclass(slots=True)
class _Frame:
    """The articles of a frame by stratum: rows that begin with id and row number, in no order."""

    strata: dict[Stratum, list[Any]]
    size: int
    digest: str

    @classmethod
    def read(cls, selection: Selection, names: Sequence[str]) -> _Frame:
        columns = "".join(f", {STRATA[name]}" for name in names)
        # In the order of the rows, since by id each row would be looked up, and most of them on another page.
        rows = selection.execute(f"a.id, a.n{columns}", tables=FROM_VERSIONS).fetchall()
        strata: dict[Stratum, list[Any]] = defaultdict(list)
        for row in rows:
            strata[row[2:]].append(row)
        digest = hashlib.sha256("".join(f"{identifier}\n" for identifier in sorted(row[0] for row in rows)).encode())
        return cls(dict(sorted(strata.items(), key=lambda item: _order(item[0]))), len(rows), digest.hexdigest())


def _order(stratum: Stratum) -> tuple[tuple[bool, str], ...]:
    """Return the key that sorts strata: by their values, none last."""
    return tuple((value is None, value or "") for value in stratum)


def _rank(*parts: object) -> bytes:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).digest()


def _name(stratum: Stratum) -> str:
    return json.dumps(stratum, ensure_ascii=False)


def _shares(design: SampleDesign, frame: _Frame) -> dict[Stratum, int]:
    """Return how many articles to draw per stratum. What division leaves over goes to the largest fractions."""
    count = len(frame.strata)
    if design.allocation == "equal" and count > design.size:
        raise SampleError(
            "{size:,} articles cannot be divided equally among {count:,} strata; draw at least {count:,}, or stratify "
            "by fewer columns.",
            size=design.size,
            count=count,
        )
    quotas = {
        stratum: divmod(design.size * len(articles), frame.size)
        if design.allocation == "proportional"
        else divmod(design.size, count)
        for stratum, articles in frame.strata.items()
    }
    shares = {stratum: whole for stratum, (whole, _) in quotas.items()}
    left = design.size - sum(shares.values())
    by_fraction = sorted(quotas, key=lambda stratum: (-quotas[stratum][1], _rank(design.seed, _name(stratum))))
    for stratum in by_fraction[:left]:
        shares[stratum] += 1
    if not design.replacement:
        _check_enough(design, frame, shares)
    return shares


def _check_enough(design: SampleDesign, frame: _Frame, shares: dict[Stratum, int]) -> None:
    few = [stratum for stratum, share in shares.items() if share > len(frame.strata[stratum])]
    if not few:
        return
    named = "; ".join(
        f"{_title(design, stratum)} has {len(frame.strata[stratum]):,} of {shares[stratum]:,}"
        for stratum in few[:_NAMED_STRATA]
    )
    more = f"; and {len(few) - _NAMED_STRATA:,} more" if len(few) > _NAMED_STRATA else ""
    raise SampleError(
        "too few articles in {few:,} of {count:,} strata: {named}{more}. Draw fewer, stratify by fewer columns, or "
        "draw proportionally.",
        few=len(few),
        count=len(shares),
        named=named,
        more=more,
    )


def _title(design: SampleDesign, stratum: Stratum) -> str:
    return ", ".join(f"{name} {value or 'none'}" for name, value in zip(design.strata, stratum, strict=True))


def _drawn(design: SampleDesign, stratum: Stratum, frame: _Frame, share: int) -> Iterable[tuple[bytes, int]]:
    """Return rank and row number of the articles that are drawn from a stratum."""
    articles = frame.strata[stratum]
    if design.replacement:
        articles = sorted(articles)
        ranks = [_rank(design.seed, _name(stratum), draw) for draw in range(1, share + 1)]
        return [(rank, articles[int.from_bytes(rank) % len(articles)][1]) for rank in ranks]
    if not share:
        return []
    # What _rank says of each; written out, since it is most of the work.
    seed, digest = f"{design.seed}\n", hashlib.sha256
    return nsmallest(share, [(digest(f"{seed}{row[0]}".encode()).digest(), row[1]) for row in articles])


def _facts(design: SampleDesign, frame: _Frame, shares: dict[Stratum, int]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "size": design.size,
        "seed": design.seed,
        "replacement": design.replacement,
        "order": "SHA-256(seed LF id), lowest first",
        # Whoever draws again sees whether the frame is the same: SHA-256 over the sorted ids, a line feed after each.
        "frame": {"articles": frame.size, "sha256": frame.digest},
    }
    if design.replacement:
        facts["order"] = "SHA-256(seed LF stratum LF draw), modulo the articles of the stratum"
    if design.strata:
        facts["allocation"] = design.allocation
        facts["strata"] = [
            dict(zip(design.strata, stratum, strict=True))
            | {
                "frame": len(frame.strata[stratum]),
                "sample": share,
                "weight": round(len(frame.strata[stratum]) / share, 6) if share else None,
            }
            for stratum, share in shares.items()
        ]
    return facts
