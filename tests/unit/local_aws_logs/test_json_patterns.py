"""JSON patterns, with the user guide's own examples and what they leave open."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.logs.patterns import InvalidPatternError, compile_pattern

TRAIL = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "ThisFlag": True,
    "errorCode": 404,
    "ratio": 0.25,
    "nested": {"code": "E-7", "off": False},
}

PEOPLE = {
    "user": {"id": 1, "email": "John.Stiles@example.com"},
    "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
    "actions": ["GET", "PUT", "DELETE"],
    "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
}


def holds(pattern: str, document: object) -> bool:
    return compile_pattern(pattern).matches(json.dumps(document))


@pytest.mark.parametrize(
    "pattern",
    [
        '{ $.eventType = "UpdateTrail" }',
        "{ $.eventType = UpdateTrail }",
        '{ $.eventType = "Update*" }',
        '{ $.eventType = "*" }',
        '{$.eventType="UpdateTrail"&&$.errorCode=404}',
        "{ $.sourceIPAddress != 123.123.* }",
        "{ $.sourceIPAddress = 111.* }",
        '{ $.arrayKey[0] = "value" }',
        "{ $.objectList[1].id = 2 }",
        "{ $.SomeObject IS NULL }",
        "{ $.SomeOtherObject NOT EXISTS }",
        "{ $.ThisFlag IS TRUE }",
        "{ $.nested.off IS FALSE }",
        "{ $.errorCode = 404 }",
        "{ $.errorCode = 4* }",
        '{ $.errorCode = "*" }',
        "{ $.errorCode >= 404 && $.errorCode < 405 }",
        "{ $.errorCode = 4.04e2 }",
        "{ $.ratio = 0.250 }",
        "{ $.ratio > -1 }",
        "{ $.eventType = %Trail$% }",
        "{ $.eventType != %^Create% }",
        "{ $.sourceIPAddress = %111\\.111% }",
    ],
)
def test_given_a_pattern_that_describes_the_event_then_it_matches(pattern: str) -> None:
    assert holds(pattern, TRAIL)


@pytest.mark.parametrize(
    "pattern",
    [
        '{ $.eventType = "updatetrail" }',
        '{ $.eventType = "Update" }',
        '{ $.eventType != "Update*" }',
        "{ $.missing = 1 }",
        "{ $.missing != 1 }",
        "{ $.SomeObject = null }",
        "{ $.SomeObject NOT EXISTS }",
        "{ $.missing IS NULL }",
        '{ $.arrayKey = "value" }',
        '{ $.arrayKey != "value" }',
        '{ $.nested != "x" }',
        '{ $.arrayKey[7] = "value" }',
        "{ $.errorCode > 404 }",
        "{ $.eventType > 1 }",
        "{ $.ThisFlag IS FALSE }",
        "{ $.eventType = %^Trail% }",
    ],
)
def test_given_a_pattern_that_does_not_describe_the_event_then_it_does_not_match(pattern: str) -> None:
    assert not holds(pattern, TRAIL)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', True),
        (
            '{ $.user.email = "John.*" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }',
            True,
        ),
        (
            '{ ($.user.email = "John.*" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "nonmatch" }',
            False,
        ),
        ('{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', False),
        ("{ $.coordinates[2][0] = 7 }", True),
    ],
)
def test_given_compound_expressions_then_and_binds_before_or(pattern: str, expected: bool) -> None:
    assert holds(pattern, PEOPLE) == expected


@pytest.mark.parametrize("message", ["plain text", "", '{"a": 1', '2023 {"a": 1}', "[1]", "7"])
def test_given_a_message_without_the_property_then_no_comparison_holds(message: str) -> None:
    assert not compile_pattern("{ $.a = 1 }").matches(message)
    assert not compile_pattern('{ $.a != "x" }').matches(message)


@pytest.mark.parametrize(
    "pattern",
    [
        "{ $.a = 1",
        "{ }",
        "{ $.a }",
        "{ a = 1 }",
        "{ $.a = }",
        "{ $.a == 1 }",
        '{ $.a > "x" }',
        "{ $.a > x }",
        "{ $.a IS NOT NULL }",
        "{ $.a EXISTS }",
        "{ ($.a = 1 }",
        "{ $.a = 1 && }",
        "{ $.a = 1 $.b = 2 }",
        "{ $.a = x/y }",
        '{ $.a = "x }',
        "{ $.a = %a% && $.b = %b% && $.c = %c% }",
        "{ $.a = %(a)% }",
        "{ $[*].a = 1 }",
        "{ $.a[*] = 1 }",
    ],
)
def test_given_a_broken_pattern_then_it_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidPatternError):
        compile_pattern(pattern)


def test_given_a_match_then_the_selectors_values_are_extracted() -> None:
    pattern = compile_pattern('{ $.eventType = "*" && $.errorCode > 1 }')
    message = json.dumps(TRAIL)
    assert pattern.extracted(message) == {"$.eventType": "UpdateTrail", "$.errorCode": "404"}
    assert pattern.value(message, "$.nested.code") == "E-7"
    assert pattern.value(message, "$.nested") is None


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(["", "a", "ab", "1"]))
CONDITIONS = st.tuples(
    st.sampled_from(["x", "y", "z"]), st.sampled_from(["=", "!=", ">", "<", ">=", "<="]), st.integers(-3, 3)
)


def _expected(document: dict[str, object], condition: tuple[str, str, int]) -> bool:
    name, symbol, operand = condition
    value = document.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        order = {"=": value == operand, "!=": value != operand, ">": value > operand, "<": value < operand}
        return {**order, ">=": value >= operand, "<=": value <= operand}[symbol]
    if isinstance(value, (str, bool)):
        return {"=": str(value) == str(operand), "!=": str(value) != str(operand)}.get(symbol, False)
    return False


@given(
    st.dictionaries(st.sampled_from(["x", "y"]), SCALARS), st.lists(st.lists(CONDITIONS, min_size=1), min_size=1)
)
def test_given_any_conditions_then_the_match_is_that_of_the_definition(
    document: dict[str, object], alternatives: list[list[tuple[str, str, int]]]
) -> None:
    written = " || ".join(
        " && ".join(f"$.{name} {symbol} {operand}" for name, symbol, operand in every) for every in alternatives
    )
    expected = any(all(_expected(document, one) for one in every) for every in alternatives)
    assert holds(f"{{ {written} }}", document) == expected


def test_given_parentheses_without_end_then_the_pattern_is_refused_before_the_stack_ends() -> None:
    with pytest.raises(InvalidPatternError, match="too many parentheses"):
        compile_pattern("{ " + "(" * 500 + "$.a = 1" + ")" * 500 + " }")
