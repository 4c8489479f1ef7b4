"""Whether trouble lasts or is over, against the latest that the quoted lines say of it.

``Errors are still being logged`` does not hold where the line quoted says "no further error lines" or where the
last of its values is 0; ``the errors stopped`` does not where the last value is the largest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.normalising import normalised
from triage.agent.grounding.reading.series import series_in
from triage.agent.grounding.reading.times import clocks_in
from triage.agent.grounding.reading.vocabulary import FAILURES
from triage.agent.grounding.reading.words import subjects, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.agent.grounding.reading.passages import Passages
    from triage.agent.grounding.reading.series import Series
    from triage.agent.grounding.reading.times import Moment

_FAILURE = "|".join(sorted(FAILURES, key=len, reverse=True))
_A_FAILURE = rf"(?:\w{{0,30}}(?:{_FAILURE})\w{{0,30}}|[45]xx)"
_STATUS = re.compile(r"[45]xx", re.IGNORECASE)
_GENERAL = frozenset({"incident", "problem", "outage", "alarm", "issue", "disruption"})
_LASTS = re.compile(
    r"\b(?:still|ongoing|continu(?:es?|ing)|persists?|persisting|keeps?|unresolved|"
    r"(?:has|have) (?:not|never) (?:yet )?(?:stopped|ended|recovered|ceased|cleared))\b",
    re.IGNORECASE,
)
_TROUBLE = rf"(?:{_A_FAILURE}|{'|'.join(sorted(_GENERAL))})"
_CAME_TO_AN_END = (
    r"(?:(?:(?:has|have) )?(?:stopped|ended|ceased|cleared|disappeared)"
    r"|(?:is|are|was|were) (?:over|gone|resolved))"
)
_ENDED = re.compile(
    rf"\b{_TROUBLE}\b(?:\s[a-z]+){{0,3}}?\s{_CAME_TO_AN_END}\b"
    rf"|\brecovered\b|\bback to normal\b|\bno (?:longer|more|further) (?:[a-z]+ )?{_A_FAILURE}\b",
    re.IGNORECASE,
)
_ABSENCE = re.compile(
    r"\b(?:no|none|nothing|nobody|0|zero|without|missing|absent|empty|idle|stuck|down|low|"
    r"not (?!yet\b|recovered\b|stopped\b|ended\b|over\b))\b",
    re.IGNORECASE,
)
_SAYS_OVER = re.compile(
    rf"\bno (?:further|more|new|other)\b[^;,.]{{0,30}}?{_A_FAILURE}"
    rf"|\b(?:no|0|zero) (?:[a-z]+ )?{_A_FAILURE}\b[^;,.]{{0,30}}?\b(?:since|after|from|now)\b"
    r"|\bnone (?:since|after|now)\b|\bOK since\b|\bALARM (?:->|→|to) OK\b|\brecovered\b|\bresolved\b"
    r"|\bback to normal\b",
    re.IGNORECASE,
)
_SAYS_STILL = re.compile(
    r"\bstill\b|\bongoing\b|\bin ALARM\b|\bALARM since\b|\bOK (?:->|→|to) ALARM\b|\bunresolved\b", re.IGNORECASE
)
_STILL_HIGH = re.compile(r"\bstill (?:very |as )?(?:high|elevated|failing|rising)\b", re.IGNORECASE)
_STILL = re.compile(r"\b(?:still|continues?|goes on|ongoing|persists?|keeps?)\b", re.IGNORECASE)
_CANNOT = re.compile(r"\b(?:cannot|unable)\b", re.IGNORECASE)
_ENDS_IN_NONE = re.compile(r"[\w)\"']\W{1,3}0(?:\.0+)?\W{0,3}$")
_OF_A_NAME = re.compile(r"[-/._]")
_RESIDUE = 0.5
SLIGHTLY = 0.1


def against_what_lasts(statement: str, passages: Passages) -> Iterator[str]:
    """Where the latest that the quoted lines say of the trouble is otherwise."""
    text = normalised(statement)
    yield from _against_nothing_left(text, passages)
    kinds = _kinds(text)
    if not kinds:
        return
    lines = [line for line in passages.lines if kinds & _kinds(line) or kinds & _GENERAL]
    series = [each for line in lines for each in series_in(line) if kinds & _kinds(each.label)]
    telling = [
        quote for quote in passages.quotes if _SAYS_OVER.search(quote) or _SAYS_STILL.search(quote)
    ] or lines
    said_over = [found[0] for line in telling if (found := _SAYS_OVER.search(line))]
    said_still = any(_SAYS_STILL.search(line) for line in telling)
    if _LASTS.search(text) and not _ABSENCE.search(text):
        if (said_over or series) and not said_still and all(_is_over(each, text) for each in series):
            yield f"the line quoted says it is over ({(said_over or ['see its last value'])[0]!r}); say so"
    elif _ENDED.search(text) and not said_over and any(_goes_on(each, text) for each in series):
        yield "the last value of the line quoted shows that it goes on; say so, or quote what shows the end"


def _against_nothing_left(text: str, passages: Passages) -> Iterator[str]:
    """``still connected`` where every text quoted ends with a count of none."""
    of_it = subjects(words_of(" ".join(word for word in text.split() if not _OF_A_NAME.search(word))))
    is_of_it = any(of_it & subjects(words_of(line)) for line in passages.lines)
    if not (_STILL.search(text) and (is_of_it or _kinds(text) or _CANNOT.search(text))) or _ABSENCE.search(text):
        return
    if passages.quotes and all(_ENDS_IN_NONE.search(quote) for quote in passages.quotes):
        yield "the text quoted counts none by its end: say so, or quote what shows it"


def _is_over(series: Series, text: str) -> bool:
    """Whether the last value is nothing, or next to nothing where the claim says that it is still high."""
    return series.last == 0 or (bool(_STILL_HIGH.search(text)) and series.last < SLIGHTLY * max(series.values))


def _kinds(text: str) -> frozenset[str]:
    """Which kinds of trouble a text names."""
    words = words_of(text)
    named = {kind for kind in FAILURES for word in words if kind in word}
    if _STATUS.search(text):
        named.add("error")
    return frozenset(named | (_GENERAL & {word.removesuffix("s") for word in words}))


def _goes_on(series: Series, text: str) -> bool:
    """Whether the last value is no mere residue, at a time of which the claim says that it was over."""
    stated = clocks_in(text)
    last = series.points[-1][0]
    return series.last >= _RESIDUE * max(series.values) > 0 and _covers(stated, last)


def _covers(stated: Sequence[Moment], last: Moment) -> bool:
    return all((last.seconds_since(each) or 0) > 0 for each in stated)
