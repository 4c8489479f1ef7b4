"""Whatever attempts wrote and when, the next one goes on from one history without gaps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from triage.domain.checkpoint import CheckpointKey, history


def keys(*pairs: tuple[int, int]) -> list[CheckpointKey]:
    """Keys of attempts and numbers."""
    return [CheckpointKey(*pair) for pair in pairs]


def test_nothing_was_kept() -> None:
    assert history([], 2) == ()


def test_an_attempt_goes_on_from_the_one_before() -> None:
    assert history(keys((1, 1), (1, 0)), 2) == ((1, 0), (1, 1))


def test_attempts_that_resumed_make_one_history() -> None:
    assert history(keys((1, 0), (1, 1), (2, 2), (3, 3)), 4) == ((1, 0), (1, 1), (2, 2), (3, 3))


def test_what_an_attempt_wrote_after_another_went_on_is_not_part_of_it() -> None:
    assert history(keys((1, 0), (1, 1), (1, 2), (1, 3), (2, 2)), 3) == ((1, 0), (1, 1), (2, 2))


def test_an_attempt_that_began_anew_leaves_out_those_before() -> None:
    assert history(keys((1, 0), (1, 1), (2, 0)), 3) == ((2, 0),)


def test_what_is_missing_ends_the_history() -> None:
    assert history(keys((1, 0), (1, 2), (1, 3)), 2) == ((1, 0),)
    assert history(keys((1, 1)), 2) == ()


def test_an_attempt_does_not_read_itself_or_later_ones() -> None:
    assert history(keys((1, 0), (2, 1), (3, 2)), 2) == ((1, 0),)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 6))), st.integers(1, 6))
def test_a_history_counts_up_from_zero_and_never_goes_back_to_an_earlier_attempt(
    pairs: list[tuple[int, int]], before: int
) -> None:
    found = history(keys(*pairs), before)

    assert [key.number for key in found] == list(range(len(found)))
    assert [key.attempt for key in found] == sorted(key.attempt for key in found)
    assert all(key.attempt < before for key in found)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=5), st.data())
def test_whenever_attempts_are_killed_and_whatever_they_write_late_nothing_is_lost_or_doubled(
    written_by_each: list[int], data: st.DataObject
) -> None:
    """Each attempt goes on from what it finds, writes some, is killed; some write once more afterwards."""
    kept: set[CheckpointKey] = set()
    expected: tuple[CheckpointKey, ...] = ()
    for attempt, count in enumerate(written_by_each, 1):
        found = history(kept, attempt)
        assert found[: len(expected)] == expected
        own = [CheckpointKey(attempt, len(found) + number) for number in range(count)]
        kept |= set(own)
        expected = (*found, *own) if own else found
        late = data.draw(st.integers(0, attempt - 1))
        if late and any(key.attempt == late for key in kept) and own:
            last = max(key.number for key in kept if key.attempt == late)
            kept.add(CheckpointKey(late, last + 1))

    assert history(kept, len(written_by_each) + 1) == expected
