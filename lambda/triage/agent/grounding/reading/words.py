"""Words of claims and evidence, so that ``WriteCapacityUnits`` and "write capacity" can be compared."""

from __future__ import annotations

import re

from triage.agent.grounding.reading.vocabulary import SMALL_TALK

MIN_SUBJECT = 3

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_ENDING = re.compile(r"(?:ies|ing|ed|es|e|s|y)$")
_SAYS_NO = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|cannot|hardly|instead|rather|unlike|if|would|could|"
    r"should|might|may(?=\s(?:have|be|well|not)\b)|unless|whether|false|until|previously|earlier|formerly|originally)\b|n't\b",
    re.IGNORECASE,
)


def words_of(text: str) -> list[str]:
    """Every word, small; those written together taken apart at capitals, dashes and underscores."""
    return [found[0].lower() for found in _WORD.finditer(text)]


def stem(word: str) -> str:
    """A word without its ending, as far as two forms of it need to meet."""
    cut = _ENDING.sub("", word)
    return cut if len(cut) >= 3 else word


def subjects(words: list[str]) -> frozenset[str]:
    """Stems of the words that say what something is about."""
    return frozenset(stem(word) for word in words if len(word) >= MIN_SUBJECT and word not in SMALL_TALK)


def is_plain(statement: str) -> bool:
    """Whether a statement denies nothing, supposes nothing and speaks of no time before."""
    return not _SAYS_NO.search(statement)
