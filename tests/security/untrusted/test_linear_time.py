"""Work grows with the text and no faster, for inputs made from every pattern to hurt it.

Ratios of processor time within one run, never times: eight times the text may cost eight times the work, with a
margin of four. Quadratic work would cost 64 times as much.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from tests.security.untrusted.test_redaction_corpus import SECRETS
from untrusted import instructions_in, make_visible, redact
from untrusted.patterns import PRIVATE_KEYS, RULES

SMALL, GROWTH, MARGIN = 2_000, 8, 4
TOO_SHORT_S = 2e-4
"""What takes less counts as this much: a fraction of a millisecond cannot be measured."""


def _hurting_a_pattern() -> Iterator[tuple[str, str]]:
    """For each rule what makes it start and never finish, for each planted secret what almost is one."""
    for rule in (*PRIVATE_KEYS, *RULES):
        for hint in rule.hints:
            yield f"{rule.name}: {hint} repeated", hint
            yield f"{rule.name}: {hint} in capitals before letters", f"{hint.upper()}{hint}aA1-_./:"
    for name, case in SECRETS.items():
        text, middle = case["text"], case["text"].find(case["secret"][:6]) + len(case["secret"]) // 2
        yield f"{name}: whole", f"{text} "
        yield f"{name}: cut inside the secret", text[: max(middle, 4)]


OF_PATTERNS = dict(_hurting_a_pattern())
UNITS = {
    "letters": "a",
    "letters and digits": "aA1/",
    "blanks": " ",
    "line ends": "\n",
    "quotes": '"',
    "escaped quotes": '\\"',
    "backslashes": "\\",
    "brackets": "[",
    "braces and quotes": '{"',
    "assignments": "password=",
    "open strings": 'password="',
    "open strings, escaped": 'password=\\"',
    "open strings of the other kind": "token='\" ",
    "names": "password secret token ",
    "pairs": '"name": "password", ',
    "reversed pairs": 'value": "x", "name": "',
    "variables": '"Variables": {"A": "x", ',
    "yaml blocks": "password: |\n  x\n",
    "addresses": "://a:",
    "addresses with dots": "://a.b.c",
    "elements": "<password>",
    "flags": "--password ",
    "colours": "\x1b[31mpassword=",
    "zero width": "a\u200b",
    "combining marks": "a\u0301\u0301",
    "begin key": "-----BEGIN PRIVATE KEY-----\n",
    "end key": "AAAAAAAAAAAAAAAAAAAAAAAA\n-----END ",
    "json lines": '{"a": "b\\nc"}\n',
    "instructions": "ignore all previous ",
    "role markers": "<|im_start|>system: ",
    "images": "![x](https://a/",
    "tool calls": '{"name": "run_python", ',
}


@pytest.mark.parametrize("function", [redact, make_visible, instructions_in])
@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_eight_times_the_text_costs_about_eight_times_the_work(
    function: Callable[[str], object], unit: str
) -> None:
    assert _is_linear(function, unit)


@pytest.mark.parametrize("unit", OF_PATTERNS.values(), ids=OF_PATTERNS)
def test_no_pattern_of_a_secret_can_be_made_to_work_harder(unit: str) -> None:
    assert _is_linear(redact, unit)


def _is_linear(function: Callable[[str], object], unit: str) -> bool:
    """A second look is allowed: another process may have had the processor's cache in between."""
    return any(_growth(function, unit) < GROWTH * MARGIN for _ in range(6))


def _growth(function: Callable[[str], object], unit: str) -> float:
    small = unit * (SMALL // len(unit) + 1)
    least = max(min(_work(function, small) for _ in range(2)), TOO_SHORT_S)
    return _work(function, small * GROWTH) / least


def _work(function: Callable[[str], object], text: str) -> float:
    """Processor time of one run."""
    before = time.process_time()
    function(text)
    return time.process_time() - before


def test_quadratic_work_would_be_noticed() -> None:
    def quadratic(text: str) -> int:
        return sum(text.count("ab", start) for start in range(len(text)))

    assert not _is_linear(quadratic, "ab")
