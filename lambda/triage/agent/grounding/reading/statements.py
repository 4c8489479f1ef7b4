"""What a claim states that evidence can show: times, numbers, names and words it quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.identifiers import names_in
from triage.agent.grounding.reading.normalising import normalised
from triage.agent.grounding.reading.number_words import SPOKEN, in_digits
from triage.agent.grounding.reading.numbers import NUMBER, Kind, Number, number
from triage.agent.grounding.reading.times import TIME, Moment, moment
from triage.agent.grounding.reading.vocabulary import PROPER, SMALL_TALK
from triage.agent.grounding.reading.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BEFORE = 30
MIN_WORD = 4

_PROPER = re.compile(r"(?<=[a-z,;:] )([A-Z][a-z]{3,})\b(?![-\w]|\.\w)")
"""A plain word with a capital in the middle of a sentence: the name of a customer, a partner, a town."""
_TICKED = re.compile(r"`([^`]{2,400})`")
_QUOTED = re.compile(r'"([^"]{3,400})"')
_EVIDENCE_ID = re.compile(r"\bE\d{1,3}(?:\s?(?:,|and|-)\s?E\d{1,3})*\b")
_NO_NUMBER = re.compile(
    r"\b(?:Route 53|EC2|S3|(?:IPv|HTTP/|TLS |SSL |SHA-?|MD|UTF-)\d[\d.]*|p\d\d(?:\.\d+)?|\dxx|24/7|UTC\+0)\b",
    re.IGNORECASE,
)
NUMBERED = re.compile(
    r"(?:^|[\s(])(?:v|versions?|revision|build|release|number|no\.|nr|#|ports?|status|code|HTTP|line|shard|"
    r"partition|generation|qualifier|account|Python|Node(?:\.js)?|Java|PostgreSQL|MySQL|Redis|Kafka|Aurora|SQLSTATE|"
    r"exit code|exit status|signal)\.?\s?[:=#]?\s?$",
    re.IGNORECASE,
)
_STATUS = re.compile(r"[45]\d\ds?", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:about|around|approximately|approx\.?|roughly|nearly|almost|circa|some|~|≈)\s?"
    r"(?:[\d.,]{1,12}\s?(?:-|to|and)\s?)?$",
    re.IGNORECASE,
)
_OR_SO = re.compile(r"\s?(?:or so|or thereabouts|-?odd)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s$|\bbetween\s[^.;]{1,25}?\sand\s$", re.IGNORECASE)
"""Before each end of a range, which people draw around what they saw."""
_BOUND = re.compile(r"\b(?:after|since|from|until|before|between)\s$", re.IGNORECASE)
_AFTER = frozenset({"after", "since"})
_BEFORE = frozenset({"until", "before"})
_NONE = re.compile(r"\b(?:no|none|nothing|zero|never|not)\b|(?<![\w.,:-])0(?![\w:-]|[.,]\d)", re.IGNORECASE)
_OR_MORE = re.compile(r"(?:over|more than|at least|above|exceeding|>=?|≥)\s?$", re.IGNORECASE)
_OR_LESS = re.compile(r"(?:under|less than|fewer than|at most|below|up to|within|<=?|≤)\s?$", re.IGNORECASE)
_TO_NEXT = re.compile(r"\s?(?:-|/|,|to|of|and|or|of the|out of|->|→|vs\.?|versus)\s?")
_RANGE = re.compile(
    r"(?<![\w.-])(?!20\d\d-[01]\d\b)(\d+(?:\.\d+)?%?)-(?=\d+(?:\.\d+)?(?:\s?[a-zA-Z%µ]+)?(?![\w:-]))"
)
_DURATION = re.compile(
    r"\b(?P<many>\d+)\s?(?P<long>h|hours?|m|min|minutes?),?(?:\s|\sand\s)?"
    r"(?P<few>[0-5]?\d)\s?(?P<short>m|min|minutes?|s|sec|seconds?)\b",
    re.IGNORECASE,
)
_SECONDS_IN = {"h": 3600, "m": 60, "s": 1}
_MOST_AT_AN_END = 0.1
_WORD_AFTER = re.compile(r"\s?([A-Za-z]{2,30})\b")
_PER = re.compile(r"(\d\s?[A-Za-z]{0,12})/(?:s|sec|second|min|minute|h|hour|day)\b", re.IGNORECASE)
"""``10 MiB/s`` names no path."""
_COUNTED = re.compile(r"(?<![\w.-])(\d[\d,.]{0,15})-([a-z]+)\b(?!-)")
"""``5-minute`` and ``3-node``."""


@dataclass(frozen=True)
class StatedTime:
    """A point in time that a claim states.

    Attributes:
        about: the claim says that it is no exact one.
        bounds_nothing: the claim says that nothing was before or after it; evidence of nothing has no times.
    """

    text: str
    moment: Moment
    about: bool = False
    bounds_nothing: bool = False
    bound: str = ""

    def bounds(self, told: Moment) -> bool:
        """Whether the claim says of it that something was after it, or before, as a time told is."""
        seconds = told.seconds_since(self.moment) or 0.0
        return (seconds > 0 and self.bound in _AFTER) or (seconds < 0 and self.bound in _BEFORE)


@dataclass(frozen=True)
class StatedNumber:
    """A number that a claim states.

    Attributes:
        label: it numbers a thing (a version, a port, a status) instead of counting or measuring.
        status: it may be the status of an answer or a count: 412 answers.
        low: how much smaller what evidence states may be, as a share; ``high`` how much larger.
        spoken: it was said in words.
        of: the word after it: what it counts.
    """

    text: str
    number: Number
    label: bool = False
    status: bool = False
    low: float = 0.0
    high: float = 0.0
    spoken: bool = False
    of: str = ""


@dataclass(frozen=True)
class Stated:
    """Everything in a text that evidence can be asked for, and the text itself."""

    times: tuple[StatedTime, ...]
    numbers: tuple[StatedNumber, ...]
    names: tuple[str, ...]
    words: tuple[str, ...]
    text: str = ""

    @cached_property
    def proper_names(self) -> tuple[str, ...]:
        """Names of one plain word, told from others by their capital alone."""
        found = (match[1] for match in _PROPER.finditer(TIME.sub("@", self.text)))
        return tuple(dict.fromkeys(word for word in found if word.casefold() not in PROPER))

    @cached_property
    def plain_words(self) -> tuple[str, ...]:
        """The words that say what it is about, small."""
        return tuple(word for word in words_of(self.text) if len(word) >= MIN_WORD and word not in SMALL_TALK)


def stated_in(text: str) -> Stated:
    """Take a claim apart. Ids of evidence (``E2``) state nothing."""
    text = _EVIDENCE_ID.sub(" ", normalised(text).replace(SPOKEN, ""))
    words = (found[1].strip() for pattern in (_TICKED, _QUOTED) for found in pattern.finditer(text))
    plain = _QUOTED.sub(" ; ", _TICKED.sub(" ; ", text))
    countable = in_digits(_NO_NUMBER.sub(" ; ", TIME.sub(" ; ", plain)))
    numbers = _with_units_of_the_next(tuple(_numbers(_RANGE.sub(r"\1 - ", _COUNTED.sub(r"\1 \2", countable)))))
    nameable = NUMBER.sub(" ", _RANGE.sub(" ", _COUNTED.sub(" ", _PER.sub(r"\1 ", countable)))).replace(SPOKEN, "")
    return Stated(
        tuple(_times(plain)),
        tuple(numbers),
        tuple(dict.fromkeys(names_in(nameable))),
        tuple(word for word in words if word),
        text,
    )


def _times(text: str) -> Iterator[StatedTime]:
    for found in TIME.finditer(text):
        stated = moment(found)
        if stated is not None:
            before = _before(text, found)
            bound = _BOUND.search(before)
            word = bound[0].strip().lower() if bound else ""
            yield StatedTime(
                found[0],
                stated,
                bool(_ABOUT.search(before) or _BETWEEN.search(before)),
                bool(word and _NONE.search(text)),
                word,
            )


@dataclass(frozen=True)
class _Placed:
    stated: StatedNumber
    before_next: str


def _numbers(text: str) -> Iterator[_Placed]:
    text = _DURATION.sub(_in_one_unit, text)
    found = list(NUMBER.finditer(text))
    starts = [*(each.start() for each in found[1:]), len(text)]
    for here, next_start in zip(found, starts, strict=False):
        before, after = _before(text, here), text[here.end() : next_start]
        of = _WORD_AFTER.match(after)
        stated = _stated_number(here, f"{before} about " if _OR_SO.match(after) else before)
        yield _Placed(replace(stated, of=of[1].lower() if of else ""), after.replace(SPOKEN, ""))


def _before(text: str, found: re.Match[str]) -> str:
    """The few words before a number or time: none that matter here are longer."""
    return text[max(0, found.start() - MAX_BEFORE) : found.start()]


def _in_one_unit(found: re.Match[str]) -> str:
    """``5 minutes 39 seconds`` as ``339 s``: the difference of two times is one number."""
    long, short = (_SECONDS_IN[found[unit][0].lower()] for unit in ("long", "short"))
    seconds = int(found["many"]) * long + int(found["few"]) * short
    return f"{seconds // short} {found['short']}"


def _stated_number(found: re.Match[str], before: str) -> StatedNumber:
    stated, spoken = number(found), before.endswith(SPOKEN)
    before = before.removesuffix(SPOKEN)
    low, high = _slack(before) if not _BETWEEN.search(before) else _of_a_range(stated)
    is_status = _STATUS.fullmatch(found[0]) and not (spoken or low or high)
    is_numbered = bool(NUMBERED.search(before))
    if is_numbered or is_status:
        bare = Number(stated.value, stated.decimals)
        return StatedNumber(found[0], bare, label=True, status=not is_numbered, spoken=spoken)
    return StatedNumber(found[0], stated, low=low, high=high, spoken=spoken)


def _slack(before: str) -> tuple[float, float]:
    if _ABOUT.search(before):
        return 0.1, 0.1
    if _OR_MORE.search(before):
        return 0.0, 0.25
    if _OR_LESS.search(before):
        return 0.25, 0.0
    return 0.0, 0.0


def _of_a_range(end: Number) -> tuple[float, float]:
    """What stands at an end of a range is rounded away from what was seen by up to one of its last digit."""
    digits = f"{end.value:.{end.decimals}f}"
    zeros = len(digits) - len(digits.rstrip("0")) if "." not in digits else -end.decimals
    share = float(10**zeros) / end.value if end.value else 0.0
    return min(share, _MOST_AT_AN_END), min(share, _MOST_AT_AN_END)


def _with_units_of_the_next(placed: tuple[_Placed, ...]) -> Iterator[StatedNumber]:
    """In ``31 to 47 ms`` and ``128 of 512 MB`` the unit is said once."""
    later: StatedNumber | None = None
    backwards = []
    for here in reversed(placed):
        stated = here.stated
        if (
            later is not None
            and stated.number.kind is Kind.BARE
            and stated.number.factor == 1.0
            and not stated.label
            and _TO_NEXT.fullmatch(here.before_next)
        ):
            shared = replace(stated.number, kind=later.number.kind, factor=later.number.factor)
            stated = replace(stated, number=shared)
        backwards.append(stated)
        later = stated
    yield from reversed(backwards)
