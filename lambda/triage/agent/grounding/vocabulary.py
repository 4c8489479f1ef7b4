"""Words of the trade: what looks like a name or a number in a claim and is neither (``vocabulary.json``).

A word that is missing there costs a repair turn at worst; a word too many lets a name go unchecked.
"""

from __future__ import annotations

import json
from pathlib import Path

_WORDS: dict[str, list[str]] = json.loads((Path(__file__).parent / "vocabulary.json").read_text(encoding="utf-8"))

PRODUCTS = frozenset(word.casefold() for word in _WORDS["products"])
"""Products, protocols and figures of speech with capitals, digits, dots or slashes inside."""

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
