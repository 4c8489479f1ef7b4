"""A claim about a change or a count holds; turned round, said in other words or of a sibling, it does not."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.unit.agent.grounding.checked import problems
from tests.unit.agent.grounding.test_mutations import names
from triage.agent.grounding.reading.number_words import SPOKEN, in_digits

MAX_EXAMPLES = 40

UP = ("rose", "grew", "increased", "climbed")
DOWN = ("fell", "dropped", "decreased", "declined")
UNITS = ("", " ms", " MB", " %")
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


@dataclass(frozen=True)
class Change:
    """A value that became another one."""

    name: str
    old: int
    new: int
    unit: str

    @property
    def series(self) -> str:
        """As a metric tells it."""
        return f"Load of {self.name}: 10:00 {self.old}, 10:05 {self.new}"

    @property
    def record(self) -> str:
        """As a trail tells it."""
        return f"2026-11-21T10:03:11Z Modify {self.name} limit {self.old} -> {self.new}"

    def said(self, verb: str, *, turned: bool = False) -> str:
        """As a report tells it, or with its figures exchanged."""
        old, new = (self.new, self.old) if turned else (self.old, self.new)
        return f"{self.name} {verb} from {old}{self.unit} to {new}{self.unit}."


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """A change that is no matter of rounding."""
    old, new = draw(st.integers(1, 10**5)), draw(st.integers(1, 10**5))
    assume(old != new)
    return Change(draw(names()), old, new, draw(st.sampled_from(UNITS)))


def verbs(change: Change) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those that say which way it went, and the others."""
    return (UP, DOWN) if change.new > change.old else (DOWN, UP)


@settings(max_examples=MAX_EXAMPLES)
@given(changes(), st.data())
def test_the_way_it_went_is_accepted(change: Change, data: st.DataObject) -> None:
    verb = data.draw(st.sampled_from((*verbs(change)[0], "changed")))

    assert problems(change.series, change.said(verb)) == ()
    assert problems(change.record, change.said(verb)) == ()


@settings(max_examples=MAX_EXAMPLES)
@given(changes(), st.data())
def test_the_other_way_is_caught(change: Change, data: st.DataObject) -> None:
    verb = data.draw(st.sampled_from(verbs(change)[1]))

    assert problems(change.series, change.said(verb))
    assert problems(change.record, change.said(verb))


@settings(max_examples=MAX_EXAMPLES)
@given(changes(), st.data())
def test_exchanged_figures_are_caught(change: Change, data: st.DataObject) -> None:
    verb = data.draw(st.sampled_from((*UP, *DOWN, "changed", "went")))

    assert problems(change.series, change.said(verb, turned=True))
    assert problems(change.record, change.said(verb, turned=True))


def spelled(number: int) -> str:
    """From 21 to 999, without tens."""
    hundreds, rest = divmod(number, 100)
    words = [f"{ONES[hundreds - 1]} hundred"] if hundreds else []
    tens, ones = divmod(rest, 10)
    return " and ".join([*words, f"{TENS[tens - 2]}-{ONES[ones - 1]}"])


SPELT = st.integers(21, 999).filter(lambda number: number % 100 > 20 and number % 10)


@settings(max_examples=MAX_EXAMPLES)
@given(SPELT)
def test_words_are_read_as_the_number_they_spell(number: int) -> None:
    assert in_digits(spelled(number)).replace(SPOKEN, "") == str(number)


@settings(max_examples=MAX_EXAMPLES)
@given(SPELT, SPELT)
def test_another_number_in_words_is_caught(number: int, other: int) -> None:
    assume(number != other)
    line = f"{number} calls were refused"

    assert problems(line, f"{spelled(number).capitalize()} calls were refused.") == ()
    assert problems(line, f"{spelled(other).capitalize()} calls were refused.")


@settings(max_examples=MAX_EXAMPLES)
@given(st.from_regex(r"[0-9a-f]{9}-[bcdfghjklmnpqrstvwxz2456789]{5}", fullmatch=True), st.data())
def test_a_sibling_is_caught(generated: str, data: st.DataObject) -> None:
    letters = st.text("bcdfghjklmnpqrstvwxz2456789", min_size=5, max_size=5)
    one = f"cart-{generated}"
    other = f"{one[:-5]}{data.draw(letters)}"
    assume(one != other)
    lines = f"pod {one} was OOMKilled\npod {other} is Running"

    assert problems(lines, f"{one} was OOMKilled.", "was OOMKilled") == ()
    assert problems(lines, f"{other} was OOMKilled.", "was OOMKilled")
