"""``all``, ``none`` and ``only``, against counts and siblings that the cited evidence states."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.normalising import normalised
from triage.agent.grounding.reading.number_words import SPOKEN, in_digits
from triage.agent.grounding.reading.series import series_in
from triage.agent.grounding.reading.times import TIME
from triage.agent.grounding.reading.vocabulary import FAILURES
from triage.agent.grounding.reading.words import stem, subjects, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.agent.grounding.reading.passages import Passages

_ALL = re.compile(
    r"(?<!\bnot\s)(?<!\bnearly\s)(?<!\balmost\s)(?<!\bin\s)(?<!\bat\s)\b(?:all|every|each)\s(?:of\s)?(?:the\s|its\s)?(?:\d+\s)?(?P<rest>[^.;,]{3,80})",
    re.IGNORECASE,
)
_NONE = re.compile(r"\b(?:none of(?:\sthe|\sits)?|no)\s(?:\d+\s)?(?P<rest>[^.;,]{3,80})", re.IGNORECASE)
_OF = re.compile(
    r"(?<![\w.,:/-])(?P<part>\d{1,6})\s?(?:/|of|out of)\s?(?:the\s|its\s)?(?P<whole>\d{1,6})(?![\w:/-]|[.,]\d)"
)
_MAX_AFTER = 50
_IS = re.compile(r"\b(?:is|are|was|were|stays?|stayed|remains?|remained)\s(?P<what>\S+(?:\s\S+)?)", re.IGNORECASE)
_WANTED = re.compile(r"\b(?P<kind>desired|expected|requested|total|wanted)", re.IGNORECASE)
_COUNT = re.compile(r"""["']?\b(?P<name>[A-Za-z]{3,40})["']?\s?[:=]?\s?(?P<count>\d{1,6})(?![\w:/-]|[.,]\d)""")
_NO_FAILURE = re.compile(
    r"(?:there (?:was|were|is|are) )?(?:no|zero|0|not a single) "
    rf"(?P<what>(?:[a-z]+ )?\w{{0,30}}(?:{'|'.join(sorted(FAILURES))})\w{{0,30}})"
    r"(?:\s(?:was|were|is|are|has been|have been|at all|logged|seen|recorded|reported|returned|found|occurred|"
    r"happened|came)){0,3}[.]?",
    re.IGNORECASE,
)
_HOLDS_NONE = re.compile(r"\b(?:no|none|zero|without)\b|(?<![\d.,:/-])0(?![\d:/-]|\.\d*[1-9])", re.IGNORECASE)
_UNIVERSAL = re.compile(
    r"(?<!\bnot\s)(?<!\bnearly\s)(?<!\balmost\s)(?<!\bin\s)(?<!\bat\s)(?<!\bof\s)\b(?:all|both|every|each|neither|none)\b"
    r"(?!\s(?:the time|minute|hour|day|second))",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\b(?:but|except|apart|other than|(?<!-)only|while|whereas|nearly|almost)\b", re.IGNORECASE)
_GOOD = re.compile(
    r"\b(?:ok|up|succe\w+|available|healthy|running|active|issued|completed?|passed|ready|inservice|true|enabled|allowed)\b"
    r"(?!\s?[:=]?\s?\d)",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"\b(?:down|fail\w*|errors?|unhealthy|unavailable|expired|crash\w*|denied|refused|rejected|stopped|disabled|false|"
    r"full|storage-full|timed? ?out|lost|impaired|abandoned|inactive|pending|offline)\b(?!\s?[:=]?\s?\d)"
    r"|\w+BackOff\b|\bnot ready\b",
    re.IGNORECASE,
)
_BAD_IF_NOT = re.compile(r"\bnot\s(?:ok|up|available|healthy|running|active|ready)\b", re.IGNORECASE)
_FAILS = re.compile(rf"{'|'.join(sorted(FAILURES))}", re.IGNORECASE)
_NAMED_COUNT = re.compile(r"(?:^|[,;]\s?)[\w./:-]*[/-]?[\w.-]+\s(?P<count>\d{1,9})(?=\s*(?:[,;]|$))")
_TELLS_ZERO = re.compile(r"\b(?:0|zero|no|none|not|never|neither)\b", re.IGNORECASE)


def against_totals(statement: str, passages: Passages) -> Iterator[str]:
    """Where the quoted lines count otherwise."""
    text = in_digits(TIME.sub("@", normalised(statement))).replace(SPOKEN, "")
    lines = [TIME.sub("@", line) for line in passages.lines]
    if _OF.search(text):
        yield from _against_other_shares(text, lines)
    else:
        yield from _against_shares(text, lines)
    yield from _against_counts(text, lines)
    yield from _against_none(text, passages)
    yield from _against_mixed(text, passages)


def _against_mixed(text: str, passages: Passages) -> Iterator[str]:
    """``both have failed`` where the texts quoted say ``up`` of one and ``down`` of the other, or count none."""
    if not _UNIVERSAL.search(text) or _EXCEPT.search(text) or (_GOOD.search(text) and _BAD.search(text)):
        return
    quotes = [TIME.sub("@", quote) for quote in passages.quotes if not next(series_in(quote), None)]
    told = " ; ".join(_BAD_IF_NOT.sub(" down ", quote) for quote in quotes)
    counts = [found["count"] for quote in quotes for found in _NAMED_COUNT.finditer(quote)]
    mixed = _GOOD.search(told) and _BAD.search(told)
    partly = len(counts) > 1 and "0" in counts and set(counts) != {"0"} and not _TELLS_ZERO.search(text)
    whole = [max(map(float, each.values)) for line in passages.lines for each in series_in(line)]
    if mixed or partly or (len(whole) > 1 and 0 in whole and any(whole) and _FAILS.search(text)):
        yield "the texts quoted say it of some and not of all: say of which"


def _against_shares(text: str, lines: list[str]) -> Iterator[str]:
    """``all pods are ready`` where the line quoted says ``2 of 6 pods are ready``."""
    for pattern, is_all in ((_ALL, True), (_NONE, False)):
        for said in pattern.finditer(text):
            about = subjects(words_of(said["rest"]))
            for line in lines:
                yield from (
                    f"the line quoted says {found[0]!r}: say how many"
                    for found in _OF.finditer(line)
                    if _tells(found, line, about)
                    and _differs(int(found["part"]), int(found["whole"]), is_all=is_all)
                )


def _against_other_shares(text: str, lines: list[str]) -> Iterator[str]:
    """``2 of 3 datapoints`` where the line quoted says ``3 of 3 datapoints``."""
    quoted = [found for line in lines for found in _OF.finditer(line)]
    for stated in _OF.finditer(text):
        like = [each for each in quoted if each["whole"] == stated["whole"] and _counts_same(each, stated)]
        if like and all(each["part"] != stated["part"] for each in like):
            yield f"the line quoted says {like[0][0]!r}, not {stated[0]!r}"


def _counts_same(one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether the words after two shares, ``datapoints`` and ``datapoints``, are the same."""
    first, second = (words_of(each.string[each.end() : each.end() + _MAX_AFTER])[:1] for each in (one, other))
    return bool(first) and bool(second) and stem(first[0]) == stem(second[0])


def _tells(found: re.Match[str], line: str, about: frozenset[str]) -> bool:
    """Whether a share is of what the claim speaks of: both what is counted and what is said of it."""
    clause = re.split(r"[;,.()\n]", line[found.end() : found.end() + _MAX_AFTER])[0]
    beside = [each for word in words_of(clause) if (each := next(iter(subjects([word])), ""))]
    return bool(beside) and beside[-1] in about and len(about & set(beside)) >= min(2, len(about))


def _differs(part: int, whole: int, *, is_all: bool) -> bool:
    return part < whole if is_all else part > 0


def _against_counts(text: str, lines: list[str]) -> Iterator[str]:
    """``all tasks are running`` where the line quoted says ``desiredCount 4, runningCount 1``."""
    for said in _ALL.finditer(text):
        is_what = _IS.search(said["rest"])
        about = subjects(words_of(is_what["what"]) if is_what else words_of(said["rest"])[1:2])
        for line in lines:
            counts = {found["name"]: int(found["count"]) for found in _COUNT.finditer(line)}
            wanted = [count for name, count in counts.items() if _WANTED.match(name)]
            for name, count in counts.items():
                if wanted and subjects(words_of(name)) & about and count < max(wanted) and not _WANTED.match(name):
                    yield f"the line quoted says {name} {count} of {max(wanted)}: say how many"


def _against_none(text: str, passages: Passages) -> Iterator[str]:
    """``no errors were logged`` where the line quoted counts some."""
    said = _NO_FAILURE.fullmatch(text)
    if not said:
        return
    kinds = {stem(kind) for kind in FAILURES if kind in said["what"].lower()}
    for line in passages.lines:
        of_it = [each for each in series_in(line) if any(kind in each.label.lower() for kind in kinds)]
        told = any(_counts(line, kind) for kind in kinds) and not _HOLDS_NONE.search(TIME.sub("@", line))
        if told or (of_it and all(max(each.values) > 0 for each in of_it)):
            yield "the line quoted counts some: say how many, or quote what shows none"


def _counts(line: str, kind: str) -> bool:
    return bool(
        re.search(
            rf"(?<![\w.:/-])[1-9]\d*\s(?:x\s)?\W?(?:\w{{1,30}}\s)?\w{{0,30}}{re.escape(kind)}", line, re.IGNORECASE
        )
    )
