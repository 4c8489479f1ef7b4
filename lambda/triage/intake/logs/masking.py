"""Masking: a row of a log with everything that varies from one occurrence to the next replaced.

The rule decides what is the same error for months, so it looks at one row by itself: no list of what was seen
before, no likeness, no number that a deployment changes. It is not the clustering of the toolbox, which compares
lines of one window with each other and may become better with every version.

Everything that varies becomes the same ``<*>``: an id of hexadecimal digits may have no letter the next time. What
is left holds no digit, except where digits are the name of an error (``ORA-00942``, ``status 503``). Words of
letters alone stay, since nothing tells an id of letters from a word.
"""

from __future__ import annotations

import re

MAX_RAW = 4_000
"""Characters of a row that are looked at."""

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},?\s"
_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?:\s?[AP]M\b)?(?:\s?(?:Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d\b))?"
_TIME = (
    rf"\b\d{{4}}[-/]\d\d[-/]\d\d(?:[T ,]{{1,2}}{_CLOCK})?"
    rf"|\b\d{{1,2}}[-/ ]{_MONTH}[-/ ]\d{{4}}(?:[: ]{{1,2}}{_CLOCK})?"
    rf"|\b(?:{_DAY})?{_MONTH}\s{{1,2}}\d{{1,2}}(?:,?\s\d{{4}})?,?\s{_CLOCK}(?:\s\d{{4}}\b)?"
    rf"|(?<![\w:.]){_CLOCK}(?![\w:])"
)
_UUID = r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"

_VARYING = re.compile(
    # Digits that are the name of an error.
    r"(?P<keep>\bORA-\d{5}\b|\bSQLSTATE\W{0,3}[0-9A-Z]{5}\b|\bE\d{5}\b|"
    r"\b(?:[Ss]tatus(?:[ _]?[Cc]ode)?|HTTP(?:/\d(?:\.\d)?)?|[Ee]rrno|[Ee]rror [Cc]ode|"
    r"[Ee]xit (?:[Cc]ode|[Ss]tatus))"
    r"[\"']?[\s:=(]{1,3}[\"']?\d{1,5}(?![\dA-Za-z]))"
    r"|(?P<secret>\[redacted:[\w-]{1,40}\])"
    rf"|(?P<uuid>{_UUID})|(?P<time>{_TIME})"
    r"|(?P<email>[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,100}\.[A-Za-z][A-Za-z0-9-]{1,40}\b)"
    r"|(?P<query>(?<=\?)[\w.~%-]{1,100}=[^\s\"'<>)]{0,2000})"
    # A Kubernetes pod: hash of the replica set, hash of the pod (alphabet: rand.SafeEncodeString of apimachinery).
    r"|(?P<pod>(?<=-)[bcdfghjklmnpqrstvwxz2456789]{7,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b)"
    r"|(?P<ip>\b\d{1,3}(?:[.-]\d{1,3}){3}\b(?::\d{1,5}\b)?"
    r"|(?<![\w:.])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![\w:]))"
    r"|(?P<field>\b\w{0,40}(?:[iI][dD]|[uU]ser|[nN]ame|[hH]ost|[tT]race|[sS]ession|[tT]enant|[cC]ustomer|[kK]ey)="
    r"(?:\"[^\"]{0,300}\"|'[^']{0,300}'|[^\s,;&)\]}]{1,300}))"
    r"|(?P<base64>(?<![A-Za-z0-9+/])(?=[A-Za-z0-9/]{0,300}[+=])[A-Za-z0-9+/]{20,2000}={0,2}(?![A-Za-z0-9+/=]))"
    r"|(?P<number>(?<![A-Za-z0-9_])[+-]?\d+(?:[.,:]\d+)*"
    r"(?:[eE][+-]?\d+|[nuµm]?s|min|[hdx]|[KMGTP]i?[bB]?|[kmg]?[bB])?(?![A-Za-z0-9_]))"
    r"|(?P<word>(?<![A-Za-z0-9])[A-Za-z]*\d[A-Za-z0-9]*)"
)
_NAMED = re.compile(r"[A-Za-z0-9]{1,120}(?:Error|Exception|Fault|Failure|Warning|Timeout)\Z")
# worker12, S3, Base64Decoder; not 7d9f, x2x, and no hash that happens to end in digits.
_WITH_NUMBER = re.compile(r"(?=.{2,15}\Z)(?:[A-Z]{1,4}\d{1,2}|[A-Za-z]{3,}\d+|[A-Za-z]{4,}\d{1,3}[A-Za-z]{4,})\Z")
_HEX = re.compile(r"[0-9a-fA-F]{6,}\Z")
_DIGITS = re.compile(r"\d+")
_REPEATED = re.compile(r"<\*>(?:[\s,;:|/._+-]{0,3}<\*>)+")
_BLANKS = re.compile(r"\s+")
_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]*\d[A-Za-z0-9]*")

VARIES = "<*>"
_LEVEL = r"(\[?[A-Z]{4,8}\]?[\s:|-]{1,3})?"
_STAMPS = rf"(?:[\[(]?(?:{re.escape(VARIES)}|{_TIME}|{_UUID})[\])]?[\s:|,-]*){{0,6}}"
_LEADING = re.compile(f"^{_STAMPS}{_LEVEL}{_STAMPS}")


def masked(row: str) -> str:
    """The row with what varies replaced; several in a row are one, since how many there are varies too."""
    varying = _VARYING.sub(_mask, row[:MAX_RAW])
    return _BLANKS.sub(" ", _REPEATED.sub(VARIES, varying)).strip()


def unstamped(row: str) -> str:
    """A row, masked or as it was written, without the times and ids around its level, which loggers put there."""
    return _LEADING.sub(r"\1", row).strip()


def masked_name(name: str) -> str:
    """A name in code; digits in it are what compilers and bundlers generate: ``pay$0``, ``main.8f3a2b.js``."""
    return _REPEATED.sub(VARIES, _WORD.sub(lambda found: _word(found[0]), name[:300]))


def _mask(found: re.Match[str]) -> str:
    text = found[0]
    if found.lastgroup == "keep":
        return text
    if found.lastgroup == "field":
        return f"{masked_name(text.partition('=')[0])}={VARIES}"
    return _word(text) if found.lastgroup == "word" else VARIES


def _word(text: str) -> str:
    """Letters and digits in one: a name with a number in it, or an id, which says nothing."""
    if _NAMED.match(text) or (_WITH_NUMBER.match(text) and not _HEX.match(text)):
        return _DIGITS.sub(VARIES, text)
    return VARIES
