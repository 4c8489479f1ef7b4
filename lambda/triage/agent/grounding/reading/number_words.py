"""Numbers in words, put into digits so that they are checked as numbers are.

``four hundred and fifty orders`` states 450, ``half a dozen pods`` six, ``twice`` two times, ``half of the calls``
about 50 %, ``doubled`` two-fold. What is only a manner of speaking states nothing: ``one of them``, ``a few``,
``zero-downtime``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.vocabulary import COUNTED_IN_ORDER, FRACTIONS, NUMBER_WORDS, ORDINALS, SCALES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SPOKEN = "\u2063"
"""An invisible mark before digits that were words: small ones may count what the evidence lists."""

MULTIPLE = "fold"
"""What a number is of that says how many times as much something is."""

_FOLD = f"{SPOKEN}{{}} {MULTIPLE} "


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_SMALL = _any_of(NUMBER_WORDS)
_SCALE = _any_of(SCALES)
_OF_TIME_WORDS = r"(?:milli)?seconds?|minutes?|hours?|days?|weeks?"
_NUMBER = re.compile(
    rf"(?<![\w.-])(?:an?\s(?=(?:{_SCALE})\b)|(?=(?:{_SMALL})\b))(?P<words>(?:{_SMALL}|{_SCALE})\b"
    rf"(?:(?:[\s-]|(?<=hundred)\sand\s|(?<=thousand)\sand\s)(?:{_SMALL}|{_SCALE})\b){{0,12}})(?P<joined>-(?=[a-z]))?",
    re.IGNORECASE,
)
_SHARE = re.compile(
    rf"(?<![\w-])(?<!first\s)(?<!second\s)(?<!other\s)(?<!latter\s)"
    rf"(?:half|(?P<many>an?|{_SMALL})[\s-](?P<part>{_any_of(FRACTIONS)})s?)"
    r"(?=\s(?:of|the|all|its|their)\b)",
    re.IGNORECASE,
)
_FIXED = (
    (re.compile(r"\b(?:a|an|one) (minute|hour|day) and a half\b", re.IGNORECASE), rf"{SPOKEN}1.5 \1s"),
    (re.compile(r"\b(?:half an hour|a half-hour|half-hour)\b", re.IGNORECASE), f"{SPOKEN}30 minutes"),
    (re.compile(r"\b(?:a )?quarter of an hour\b", re.IGNORECASE), f"{SPOKEN}15 minutes"),
    (re.compile(r"\bhalf a dozen\b|\ba half-dozen\b", re.IGNORECASE), f"{SPOKEN}6"),
    (
        re.compile(r"(?<![\w-])(?:twice\s(?=as|the|its|their|that)|halved|doubled)\b", re.IGNORECASE),
        _FOLD.format(2),
    ),
    (re.compile(r"(?<![\w-])twice\b(?!-)", re.IGNORECASE), f"{SPOKEN}2 times"),
    (re.compile(r"(?<![\w-])tripled\b", re.IGNORECASE), _FOLD.format(3)),
    (re.compile(r"(?<![\w-])quadrupled\b", re.IGNORECASE), _FOLD.format(4)),
    (
        re.compile(
            r"\btimes(?=\s(?:as|more|higher|larger|greater|faster|slower|longer|the|its|their|those|what|that)\b)"
        ),
        MULTIPLE,
    ),
    (re.compile(rf"(?<![\w-])one(?=\s(?:of|out of)\s(?:the\s)?(?:\d|(?:{_SMALL})\b))", re.IGNORECASE), "1"),
)
_ORDINAL = re.compile(
    rf"(?<!\ba\s)(?<![\w-])(?:(?P<word>{_any_of(ORDINALS)})|(?P<digits>\d{{1,4}})(?:st|nd|rd|th))"
    rf"(?=\s(?:{_any_of(COUNTED_IN_ORDER)})\b)",
    re.IGNORECASE,
)
_ONE_IN = re.compile(
    rf"(?<![\w-])(?P<part>\d|{_SMALL})\s(?:[a-z]+\s)?in\s(?P<many>\d{{1,4}}|{_SMALL})\b(?!\s(?:{_OF_TIME_WORDS})\b)",
    re.IGNORECASE,
)
_AND_A_HALF = re.compile(rf"(?<![\w.-])(?P<many>\d{{1,3}}|{_SMALL}) and a half\b", re.IGNORECASE)
_OF_TIME = re.compile(rf"(?:{_OF_TIME_WORDS})\b", re.IGNORECASE)


def in_digits(text: str) -> str:
    """The text with every number in words as digits."""
    for pattern, digits in _FIXED:
        text = pattern.sub(digits, text)
    text = _AND_A_HALF.sub(lambda found: f"{SPOKEN}{_plain(found['many'])}.5", text)
    text = _ONE_IN.sub(_one_in, _SHARE.sub(_share, text))
    return _NUMBER.sub(_digits, _ORDINAL.sub(_ordinal, text))


def _one_in(found: re.Match[str]) -> str:
    """``one in eight`` as about 12 %."""
    part, many = (_plain(found[of]) for of in ("part", "many"))
    if not 0 < part < many:
        return found[0]
    return f"about {SPOKEN}{round(100 * part / many)} %"


def _plain(word: str) -> int:
    return int(word) if word.isdigit() else NUMBER_WORDS[word.lower()]


def _ordinal(found: re.Match[str]) -> str:
    """``the third attempt`` as what evidence writes: number 3."""
    return f"number {SPOKEN}{found['digits'] or ORDINALS[found['word'].lower()]}"


def _share(found: re.Match[str]) -> str:
    """``half of`` as ``about 50 %``: nobody says it of exactly a half."""
    many = NUMBER_WORDS.get((found["many"] or "one").lower(), 1)
    return f"about {SPOKEN}{round(100 * many / FRACTIONS[(found['part'] or 'half').lower()])} %"


def _digits(found: re.Match[str]) -> str:
    words = [word for word in re.split(r"[\s-]+", found["words"].lower()) if word != "and"]
    if words == ["one"] or (found["joined"] and not _OF_TIME.match(found.string, found.end())):
        return found[0]
    return " ".join(f"{SPOKEN}{value}" for value in _values(words)) + ("-" if found["joined"] else "")


def _values(words: list[str]) -> Iterator[int]:
    """One number, or several where words that stand side by side do not make one: ``two three``."""
    done, here, last = 0, 0, 1000
    for word in words:
        if word in SCALES:
            done, here = _scaled(done, here, SCALES[word])
            last = 1000
        elif last > NUMBER_WORDS[word] and (last >= 100 or (last >= 20 and NUMBER_WORDS[word] < 10)):
            last = NUMBER_WORDS[word]
            here += last
        else:
            yield done + here
            done, here = 0, NUMBER_WORDS[word]
            last = here
    yield done + here


def _scaled(done: int, here: int, scale: int) -> tuple[int, int]:
    """A hundred stays to be scaled by what follows, a thousand does not."""
    return (done, max(here, 1) * scale) if scale <= 100 else (done + max(here, 1) * scale, 0)
