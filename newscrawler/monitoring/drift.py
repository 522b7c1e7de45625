"""Detecting drift: one run compared with the runs before it, for each portal, section and field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

from newscrawler.monitoring.measures import FIELDS, RULED, SAMPLES, Measures, pooled
from newscrawler.monitoring.statistics import LEAST_LENGTHS, Share, has_fallen, has_shifted, is_large

WINDOWS = (1, 3, 7)
"""How many of the newest runs are pooled: one alone, then several, for sections with one article per day."""
USUAL = 0.6
"""The lowest share at which a charset, a content system or a rule counts as the usual one."""
MOST_RUNS = 60
"""How many of the newest runs make up the history."""
WELL_AGAIN = 3
"""How many normal articles or entries in a row close an alarm."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an alarm is about."""

    section: str
    """Empty: the portal as a whole."""
    field: str
    kind: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A measure that departs from its history."""

    subject: Subject
    message: str
    before: str
    after: str
    level: float
    """How bad: the share that was lost, 0 to 1."""
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Aspect:
    """One tally that is watched, and the names of its alarm."""

    name: str
    kind: str
    field: str
    says: str
    usual: str | None
    """The category that should prevail; None: the one that prevailed so far."""


ASPECTS = (
    *(Aspect(f"filled {name}", "field-empty", name, f"{name} is filled in", "yes") for name in FIELDS),
    *(Aspect(f"rule {name}", "rule-lost", name, f"{name} is found by rule", None) for name in RULED),
    Aspect("unsure body", "body-unsure", "body", "the body may not belong to the headline in", "no"),
    Aspect("template", "redesign", "body", "the text stands where other pages of the portal have it in", "yes"),
    Aspect("encoding", "charset-changed", "", "the charset is", None),
    Aspect("cms", "cms-changed", "", "the content system is", None),
    Aspect("dated", "dates-lost", "", "a date stands beside", "yes"),
    Aspect("no-article", "no-article", "", "no article is on", "no"),
    Aspect("errors", "errors", "", "not fetched:", "no"),
    Aspect("blocked", "blocked", "", "blocked:", "no"),
    Aspect("gone", "gone", "", "listed but missing:", "no"),
)
LENGTHS = Aspect("lengths", "length-shifted", "body", "", None)

Run = Mapping[str, Measures]
"""The measures of one run, by section."""
Covered = Callable[[Subject], Collection[int]]
"""The indexes of runs that are not a standard for a subject: an alarm was open, or a later state was accepted."""


@dataclass(slots=True)
class Drift:
    """The result of comparing a run with its history."""

    findings: list[Finding]
    well: set[Subject]
    """Subjects that match their history, with enough articles to be sure."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One aspect of one scope, run by run, oldest first. Runs without data on it are left out."""

    subject: Subject
    numbers: list[int]
    """Index of the run."""
    parts: list[Measures]
    covered: Collection[int]

    def history(self, size: int) -> list[Measures]:
        """Return the runs that the newest `size` runs are compared with."""
        older = zip(self.numbers[:-size], self.parts[:-size], strict=True)
        return [part for number, part in older if number not in self.covered][-MOST_RUNS:]


Test = Callable[[_Line], "Finding | bool | None"]
"""Compares the newest run of a line: a finding, True if it is normal, None if the data do not suffice."""


def detect_drift(runs: Sequence[Run], covered: Covered) -> Drift:
    """Compare the newest of `runs` (oldest first), alone and pooled with those before it, with the earlier ones."""
    drift = Drift([], set())
    for aspect in ASPECTS:
        _compare_scopes(runs, covered, aspect, partial(_compare_tally, aspect=aspect), drift)
    _compare_scopes(runs, covered, LENGTHS, _compare_lengths, drift)
    _drop_consequences(drift)
    return drift


def _compare_scopes(runs: Sequence[Run], covered: Covered, aspect: Aspect, test: Test, drift: Drift) -> None:
    """Compare each section. If most sections changed, or all others together, one finding covers the portal."""
    sections = [name for name, measures in runs[-1].items() if measures.has(aspect.name)]
    results = {name: test(_line(runs, {name}, name, aspect, covered)) for name in sections}
    bad = {name: found for name, found in results.items() if isinstance(found, Finding)}
    compared = [name for name, answer in results.items() if answer is not None]
    rest = set(sections) - set(bad)
    scope = rest if bad and rest and len(bad) <= len(compared) / 2 else set(sections)
    whole = test(_line(runs, scope, "", aspect, covered))
    if isinstance(whole, Finding) and len(sections) > 1:
        drift.findings.append(whole)
    else:
        drift.findings += bad.values()
    subjects = {Subject(name, aspect.field, aspect.kind) for name, answer in results.items() if answer is True}
    drift.well |= subjects | ({Subject("", aspect.field, aspect.kind)} if whole is True else set())


def _line(runs: Sequence[Run], scope: set[str], section: str, aspect: Aspect, covered: Covered) -> _Line:
    subject = Subject(section, aspect.field, aspect.kind)
    numbers, parts = [], []
    for number, run in enumerate(runs):
        part = pooled([run[name] for name in run if name in scope], aspect.name)
        if part.has(aspect.name):
            numbers.append(number)
            parts.append(part)
    return _Line(subject, numbers, parts, covered(subject))


def _compare_tally(line: _Line, aspect: Aspect) -> Finding | bool | None:
    if not line.parts:
        return None
    for size in WINDOWS[: len(line.parts)]:
        tallies = [measures.tallies[aspect.name] for measures in line.history(size)]
        usual = aspect.usual or _usual(tallies)
        if usual is None:
            continue
        history = [_share(tally, usual) for tally in tallies]
        before = _sum(history)
        own = _share(line.parts[-1].tallies[aspect.name], usual)
        if not before.total or not is_large(own, before):
            continue  # a normal run opens no alarm because of the runs before it
        now = pooled(line.parts[-size:], aspect.name)
        share = _share(now.tallies[aspect.name], usual)
        if has_fallen(share, history):
            return _finding(line.subject, aspect, usual, share, before, now)
    return _is_well(line, aspect)


def _is_well(line: _Line, aspect: Aspect) -> bool | None:
    """Whether the newest runs match the history; None if they have too few articles."""
    tallies = [measures.tallies[aspect.name] for measures in line.history(1)]
    usual = aspect.usual or _usual(tallies)
    if usual is None or not tallies:
        return None
    before = _sum([_share(tally, usual) for tally in tallies])
    total = 0
    for measures in reversed(line.parts):
        share = _share(measures.tallies[aspect.name], usual)
        if is_large(share, before):
            break
        total += share.total
        if total >= WELL_AGAIN:
            return True
    return None


def _usual(tallies: Iterable[Counter[str]]) -> str | None:
    """Return the category that prevailed, if one did."""
    whole: Counter[str] = Counter()
    for tally in tallies:
        whole.update(tally)
    for category, number in whole.most_common(1):
        if number >= USUAL * whole.total():
            return category
    return None


def _share(tally: Counter[str], category: str) -> Share:
    return Share(tally[category], tally.total())


def _sum(shares: Sequence[Share]) -> Share:
    return Share(sum(share.hits for share in shares), sum(share.total for share in shares))


def _finding(subject: Subject, aspect: Aspect, usual: str, now: Share, before: Share, measures: Measures) -> Finding:
    odd = [category for category, _ in measures.tallies[aspect.name].most_common() if category != usual]
    samples = tuple(url for category in odd for url in measures.samples.get((aspect.name, category), ()))[:SAMPLES]
    level = round(before.rate - now.rate, 3)
    if aspect.usual is None:
        instead = odd[0] if odd else "none"
        old, new = f"{usual} {before}", f"{instead} {1 - now.rate:.0%} of {now.total}"
        return Finding(subject, f"{aspect.says} {new}; it was {old}", old, new, level, samples)
    if aspect.usual == "no":
        old, new = str(_others(before)), str(_others(now))
    else:
        old, new = str(before), str(now)
    return Finding(subject, f"{aspect.says} {new}; it was {old}", old, new, level, samples)


def _others(share: Share) -> Share:
    return Share(share.total - share.hits, share.total)


def _compare_lengths(line: _Line) -> Finding | bool | None:
    if not line.parts:
        return None
    own = line.parts[-1].lengths
    for size in WINDOWS[: len(line.parts)]:
        history = [measures.lengths for measures in line.history(size)]
        before = [length for lengths in history for length in lengths]
        now = [length for measures in line.parts[-size:] for length in measures.lengths]
        if before and _is_far(own, before) and has_shifted(now, history):
            old, new = median(before), median(now)
            return Finding(
                subject=line.subject,
                message=f"the median body has {new:.0f} characters; it was {old:.0f}",
                before=f"{old:.0f} characters",
                after=f"{new:.0f} characters",
                level=round(min(1.0, abs(new - old) / max(new, old, 1)), 3),
                samples=tuple(line.parts[-1].samples.get(("lengths", ""), ())),
            )
    before = [length for measures in line.history(1) for length in measures.lengths]
    recent = [length for measures in line.parts[-3:] for length in measures.lengths]
    is_well = bool(before) and len(recent) >= LEAST_LENGTHS // 2 and not _is_far(recent, before)
    return True if is_well and not _is_far(own, before) else None


def _is_far(own: Sequence[int], before: Sequence[int]) -> bool:
    old, new = median(before), median(own)
    return new * 1.5 < old or new > old * 1.5


def _drop_consequences(drift: Drift) -> None:
    """Drop alarms that follow from a changed content system, for rules and the design: one alarm, not one per field."""
    scopes = {finding.subject.section for finding in drift.findings if finding.subject.kind == "cms-changed"}

    def follows(finding: Finding) -> bool:
        if finding.subject.kind == "redesign":
            return finding.subject.section in scopes or "" in scopes
        of_system = not finding.before.startswith(("override ", "generic:"))
        is_covered = finding.subject.section in scopes or "" in scopes
        return finding.subject.kind == "rule-lost" and of_system and is_covered

    drift.findings = [finding for finding in drift.findings if not follows(finding)]
