"""Histories of one article from several archives, joined."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from newscrawler.archive.merging.timeline import SeenVersion, join_histories

Version = tuple[str, int, int]


def history(archive: int, versions: list[Version]) -> list[SeenVersion[int]]:
    """Rows are the numbers of runs: each version is from a run of its own, in the order of time."""
    return [
        SeenVersion(content, f"{start:03d}", f"{end:03d}", 1000 * start + 10 * archive + number)
        for number, (content, start, end) in enumerate(versions)
    ]


def plain(versions: list[SeenVersion[int]]) -> list[Version]:
    return [(str(version.content), int(version.seen_from), int(version.seen_to)) for version in versions]


def joint(*histories: list[SeenVersion[int]]) -> list[SeenVersion[int]]:
    return join_histories([[replace(version) for version in own] for own in histories], rank=int, order=int)


def merged(*histories: list[Version]) -> list[Version]:
    return plain(joint(*(history(number, versions) for number, versions in enumerate(histories))))


def test_what_several_saw_is_one_version_with_the_widest_span() -> None:
    assert merged([("x", 3, 5)], [("x", 1, 4)], [("x", 8, 9)]) == [("x", 1, 9)]


def test_an_edit_that_only_one_saw_comes_between() -> None:
    assert merged([("x", 1, 9)], [("y", 4, 5)]) == [("x", 1, 1), ("y", 4, 5), ("x", 9, 9)]
    assert merged([("x", 1, 3), ("y", 6, 8)], [("x", 2, 4)]) == [("x", 1, 4), ("y", 6, 8)]


def test_a_text_that_was_changed_back_stays_three_versions() -> None:
    own = [("x", 1, 3), ("y", 4, 6), ("x", 7, 9)]
    assert merged(own) == own
    assert merged(own, own) == own


def test_readings_of_one_state_stay_together_and_the_newest_rules_come_last() -> None:
    reread = [("x", 1, 5), ("z", 1, 5)]
    assert merged(reread) == reread
    assert merged(reread, [("x", 3, 9)]) == [("x", 1, 9), ("z", 1, 5)]
    assert merged(reread, [("x", 3, 9), ("y", 11, 12)]) == [("x", 1, 9), ("z", 1, 5), ("y", 11, 12)]


def test_a_clock_that_ran_backwards_changes_no_order() -> None:
    assert merged([("x", 5, 6), ("y", 2, 3), ("z", 7, 7)]) == [("x", 5, 6), ("y", 6, 6), ("z", 7, 7)]


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    """What an archive may hold: time goes on from version to version, neighbours differ."""
    moments = sorted(draw(st.lists(st.integers(0, 40), min_size=2, max_size=10, unique=True)))
    pairs = list(zip(moments[::2], moments[1::2], strict=False))
    found: list[tuple[str, int, int]] = []
    for start, end in pairs:
        content = draw(st.sampled_from([letter for letter in "abcd" if not found or letter != found[-1][0]]))
        found.append((content, start, end))
    return found


@given(st.lists(histories(), min_size=1, max_size=3), st.randoms())
def test_the_order_of_the_archives_is_of_no_account(found, chance) -> None:
    owns = [history(number, versions) for number, versions in enumerate(found)]
    shuffled = list(owns)
    chance.shuffle(shuffled)
    assert joint(*owns) == joint(*shuffled)


@given(histories())
def test_one_history_stays_as_it_is(own) -> None:
    assert merged(own) == own
    assert merged(own, own) == own


@given(st.lists(histories(), min_size=1, max_size=3))
def test_joining_again_changes_nothing(found) -> None:
    owns = [history(number, versions) for number, versions in enumerate(found)]
    once = joint(*owns)
    for again in ([once], [once, once], *([once, own] for own in owns), *([own, once] for own in owns)):
        assert joint(*again) == once


@given(st.lists(histories(), min_size=1, max_size=4))
def test_no_content_and_no_moment_is_lost(found) -> None:
    once = merged(*found)
    assert {content for content, _, _ in once} == {content for own in found for content, _, _ in own}
    for own in found:
        for content, start, end in own:
            for moment in (start, end):
                assert any(c == content and s <= moment <= e for c, s, e in once), (content, moment)
    assert [start for _, start, _ in once] == sorted(start for _, start, _ in once)
    assert all(start <= end for _, start, end in once)
