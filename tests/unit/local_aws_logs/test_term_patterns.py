"""Terms, phrases, exclusions and alternatives, with the user guide's own examples."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.logs.patterns import InvalidPatternError, compile_pattern

GUIDE = [
    "[ERROR 400] BAD REQUEST",
    "[ERROR 401] UNAUTHORIZED REQUEST",
    "[ERROR 419] MISSING ARGUMENTS",
    "[ERROR 420] INVALID ARGUMENTS",
    "[ERROR 500] INTERNAL SERVER ERROR",
    "[INFO] request done",
]


def matching(pattern: str, messages: list[str]) -> list[int]:
    compiled = compile_pattern(pattern)
    return [number for number, message in enumerate(messages) if compiled.matches(message)]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", [0, 1, 2, 3, 4, 5]),
        ('" "', [0, 1, 2, 3, 4, 5]),
        ("ERROR", [0, 1, 2, 3, 4]),
        ("error", []),
        ("ERROR ARGUMENTS", [2, 3]),
        ("?ERROR ?ARGUMENTS", [0, 1, 2, 3, 4]),
        ("?MISSING ?INTERNAL", [2, 4]),
        ('"INTERNAL SERVER ERROR"', [4]),
        ('"SERVER INTERNAL"', []),
        ("ERROR -ARGUMENTS", [0, 1, 4]),
        ("-ERROR", [5]),
        ('ERROR -"BAD REQUEST" -INTERNAL', [1, 2, 3]),
        ('?"BAD REQUEST" ?"[INFO]"', [0, 5]),
    ],
)
def test_given_terms_then_the_messages_of_the_guide_match(pattern: str, expected: list[int]) -> None:
    assert matching(pattern, GUIDE) == expected


def test_given_alternatives_beside_other_terms_then_the_alternatives_are_ignored() -> None:
    assert matching("?MISSING ?INVALID REQUEST", GUIDE) == matching("REQUEST", GUIDE) == [0, 1]
    assert matching("?MISSING -REQUEST", GUIDE) == matching("-REQUEST", GUIDE)


def test_given_escaped_quotes_then_they_are_part_of_the_phrase() -> None:
    assert matching('"say \\"hi\\""', ['they say "hi"', "they say hi"]) == [0]


@pytest.mark.parametrize("pattern", ["order-7", "a.b", "/path", '"open', 'a"b"', "x:1", '"a"b'])
def test_given_a_term_that_needs_quotes_then_it_is_refused_as_aws_words_it(pattern: str) -> None:
    with pytest.raises(
        InvalidPatternError, match=re.escape("Invalid filter pattern: Invalid character(s) in term")
    ):
        compile_pattern(pattern)


def test_given_a_regular_expression_beside_terms_then_it_is_refused_instead_of_being_taken_for_text() -> None:
    with pytest.raises(InvalidPatternError, match="This local AWS does not evaluate"):
        compile_pattern("ERROR %4\\d\\d%")


WORDS = st.text("abAB_1", min_size=1, max_size=3)
SIGNED = st.tuples(st.sampled_from(["", "-", "?"]), WORDS)


@given(st.lists(SIGNED, max_size=6), st.text("abAB_1 ", max_size=12))
def test_given_any_terms_then_the_match_is_that_of_the_definition(
    terms: list[tuple[str, str]], message: str
) -> None:
    required = [word in message for sign, word in terms if sign == ""]
    excluded = [word in message for sign, word in terms if sign == "-"]
    optional = [word in message for sign, word in terms if sign == "?"]
    plain = required or excluded
    expected = all(required) and not any(excluded) if plain else not optional or any(optional)
    assert compile_pattern(" ".join(sign + word for sign, word in terms)).matches(message) == expected


@given(st.text(max_size=40), st.text(max_size=40))
def test_given_any_text_then_it_is_a_pattern_or_one_clear_refusal(pattern: str, message: str) -> None:
    try:
        compiled = compile_pattern(pattern)
    except InvalidPatternError as error:
        assert str(error)
    else:
        assert compiled.matches(message) in {True, False}
