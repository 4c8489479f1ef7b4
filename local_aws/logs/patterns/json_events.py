"""JSON patterns: `{ $.a.b = "x*" && ($.n > 3 || $.f IS NULL) }`.

User guide, "Using filter patterns to match terms in JSON log events". A selector that points to an array, an
object or nothing makes no comparison true, `!=` included; IS NULL, IS TRUE, IS FALSE and NOT EXISTS ask for these.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from local_aws.logs.patterns.comparisons import comparison
from local_aws.logs.patterns.conditions import SYMBOLS, ConditionReader, tokens
from local_aws.logs.patterns.model import InvalidPatternError, Pattern
from local_aws.logs.patterns.regular_expressions import MOST_IN_A_PATTERN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Steps = tuple[str | int, ...]
    Predicate = Callable[[Any], bool]

_SELECTOR = re.compile(r"\$(\.[A-Za-z0-9_-]+|\[\d+\])+")
_STEP = re.compile(r"\.([A-Za-z0-9_-]+)|\[(\d+)\]")
_MISSING: Final = object()


def parse_selector(text: str) -> Steps:
    """The steps of `$.a.b[0]`.

    Raises:
        InvalidPatternError: it is no property selector, or one this local AWS does not follow.
    """
    if not _SELECTOR.fullmatch(text):
        if text.startswith("$") and ("['" in text or '["' in text or "[*]" in text):
            raise InvalidPatternError(
                f"This local AWS does not follow the selector {text}; it follows $.name, $.name.name, $.name[0]."
            )
        raise InvalidPatternError.because(f"'{text}' is no property selector such as $.name")
    return tuple(name or int(index) for name, index in _STEP.findall(text))


def _follow(document: object, steps: Steps) -> object:
    found = document
    for step in steps:
        if isinstance(step, int):
            found = found[step] if isinstance(found, list) and step < len(found) else _MISSING
        else:
            found = found.get(step, _MISSING) if isinstance(found, dict) else _MISSING
    return found


def _text(value: object) -> str | None:
    """A scalar as text; None for everything that cannot be compared."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, (int, float)) else None


@dataclass(frozen=True)
class JsonPattern(Pattern):
    """A condition on the JSON document that a message is."""

    condition: Predicate
    selectors: Mapping[str, Steps]
    regular_expressions: int = 0
    names_fields = True

    def matches(self, message: str) -> bool:
        """Whether the message is JSON and the condition holds."""
        document = _document(message)
        return document is not _MISSING and self.condition(document)

    def extracted(self, message: str) -> Mapping[str, str]:
        """The values of the selectors that the pattern names."""
        found = {selector: self.value(message, selector) for selector in self.selectors}
        return {selector: value for selector, value in found.items() if value is not None}

    def value(self, message: str, selector: str) -> str | None:
        """The scalar at any selector, named in the pattern or not."""
        try:
            steps = parse_selector(selector)
        except InvalidPatternError:
            return None
        return _text(_follow(_document(message), steps))


def _document(message: str) -> object:
    start = message.lstrip()[:1]
    if start not in {"{", "["}:
        return _MISSING
    try:
        return json.loads(message)
    except (ValueError, RecursionError):
        return _MISSING


def parse_json_pattern(text: str) -> Pattern:
    """A pattern in braces.

    Raises:
        InvalidPatternError: it is none, or holds more than two regular expressions.
    """
    if not text.endswith("}"):
        raise InvalidPatternError("If a filter pattern starts with '{' it must end with '}'")
    selectors: dict[str, Steps] = {}
    found = tokens(text[1:-1])
    regular_expressions = sum(token.startswith("%") for token in found)
    if regular_expressions > MOST_IN_A_PATTERN:
        raise InvalidPatternError.because(f"more than {MOST_IN_A_PATTERN} regular expressions")

    def one(reader: ConditionReader[Any]) -> Predicate:
        selector = reader.take()
        steps = selectors[selector] = parse_selector(selector)
        symbol = reader.take()
        if symbol in SYMBOLS:
            return _compared(steps, symbol, reader.take())
        return _asked(steps, f"{symbol} {reader.take()}")

    condition = ConditionReader(found, one).whole()
    return JsonPattern(condition, selectors, regular_expressions)


def _compared(steps: Steps, symbol: str, operand: str) -> Predicate:
    compare = comparison(symbol, operand)

    def holds(document: object) -> bool:
        value = _follow(document, steps)
        text = _text(value)
        if text is None:
            return False
        number = float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
        return compare.holds(text, number)

    return holds


def _asked(steps: Steps, words: str) -> Predicate:
    """IS NULL, IS TRUE, IS FALSE, NOT EXISTS; the user guide: IS NOT and EXISTS are not supported."""
    wanted = {"IS NULL": None, "IS TRUE": True, "IS FALSE": False, "NOT EXISTS": _MISSING}
    if words not in wanted:
        raise InvalidPatternError.because(f"unexpected '{words}'")
    expected = wanted[words]
    return lambda document: _follow(document, steps) is expected
