"""Words of the trade: what looks like a name or a number in a claim and is neither (``vocabulary.json``).

A word that is missing there costs a repair turn at worst; a word too many lets a name go unchecked.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_WORDS: dict[str, Any] = json.loads((Path(__file__).parent / "vocabulary.json").read_text(encoding="utf-8"))

PRODUCTS = frozenset(word.casefold() for word in _WORDS["products"])
"""Products, protocols and figures of speech with capitals, digits, dots or slashes inside."""

PROPER = frozenset(word.casefold() for word in _WORDS["proper"])
"""Plain words with a capital that any report may use: products, services of AWS, days."""

COMPOUND_FIRST = frozenset(_WORDS["compound_first"])
"""First parts of English compounds: ``read-only``, ``non-zero``, ``one-off``."""

COMPOUND_MIDDLE = frozenset(_WORDS["compound_middle"])
"""Middle parts of English compounds: ``end-to-end``, ``rule-of-thumb``."""

COMPOUND_LAST = frozenset(_WORDS["compound_last"])
"""Last parts of English compounds: ``time-out``, ``region-wide``, ``fail-over``."""

COMPOUND_ENDINGS = ("ed", "ing", "able", "ible", "ness", "ment", "tion", "ic", "ous", "ive", "ful", "less")
"""Endings that the last part of an English compound has and that of a resource seldom: ``rate-limited``."""

ARN_WORDS = frozenset({"arn", "aws", "aws-cn", "aws-us-gov"})
"""Parts of an ARN that say nothing about which resource it names."""

NUMBER_WORDS: dict[str, int] = _WORDS["number_words"]
"""Words that stand for a number by themselves."""

SCALES: dict[str, int] = _WORDS["scales"]
"""Words that multiply the number before them; ``dozen`` among them."""

FRACTIONS: dict[str, int] = _WORDS["fractions"]
"""Words for a part of a whole, by how many of them make it."""

ORDINALS: dict[str, int] = _WORDS["ordinals"]
"""Ordinals in words. The first two mean too much else: ``at first``, ``per second``."""

COUNTED_IN_ORDER: frozenset[str] = frozenset(_WORDS["counted_in_order"])
"""What ordinals in claims count; of a "fourth quarter" or a "21st" nobody asks evidence."""

UP: frozenset[str] = frozenset(_WORDS["up"])
"""What says that a figure became larger."""

DOWN: frozenset[str] = frozenset(_WORDS["down"])
"""What says that a figure became smaller."""

MOVED: frozenset[str] = frozenset(_WORDS["moved"])
"""What says that something changed, without a direction."""

STAYS: frozenset[str] = frozenset(_WORDS["stays"])
"""What makes "from 3 to 9" a range or a span instead of a change."""

SMALL_TALK: frozenset[str] = frozenset(_WORDS["small_talk"])
"""Words that do not say what a statement is about."""

FAILURES: frozenset[str] = frozenset(_WORDS["failures"])
"""Pieces of words for what goes wrong and is counted: ``error``, ``throttl``, ``denied``."""

Pair = tuple[frozenset[str], frozenset[str]]


def _pairs(name: str) -> tuple[Pair, ...]:
    return tuple((frozenset(one), frozenset(other)) for one, other in _WORDS[name])


OPPOSITE_SIDES = _pairs("opposite_sides")
"""The two directions in which something moves: reads and writes."""

OPPOSITE_ATTRIBUTES = _pairs("opposite_attributes")
"""Words that tell one figure from its counterpart: requests and responses, minimum and maximum."""

OPPOSITE_STATES = _pairs("opposite_states")
"""What was done and what undoes it."""

OPPOSITE_DEEDS = _pairs("opposite_deeds")
"""Those of them that trails record, one call for the one and another for the other."""

OPPOSITE_OUTCOMES = _pairs("opposite_outcomes")
"""What is one or the other; who counts the one knows the other."""
