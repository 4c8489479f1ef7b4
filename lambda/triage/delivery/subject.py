"""Subjects within the rules of SNS.

Amazon SNS API reference, ``Publish``: a subject is ASCII, begins with a letter, number or punctuation mark, has no
line breaks or control characters, and is less than 100 characters long.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from triage.delivery.origin import name_of, noun_of
from triage.delivery.presentable import one_line
from triage.domain.report import Origin

if TYPE_CHECKING:
    from triage.domain.investigation import Investigation
    from triage.domain.signal import Signal

MAX_SUBJECT = 99
MAX_NAME = 45
_ELLIPSIS = "..."
_PUNCTUATION = str.maketrans(
    {
        "\u27e8": "<",
        "\u27e9": ">",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2013": "-",
        "\u2014": "-",
    }
)
_NOT_PRINTABLE_ASCII = re.compile(r"[^\x20-\x7e]+")
_ESCAPE_CUT_IN_HALF = re.compile(r"(?:<(?:U(?:\+[0-9A-F]{0,6})?)?|\[[a-z:_ -]{0,24})$")


def report_subject(investigation: Investigation) -> str:
    """``[CRITICAL] alarm-name: headline`` for a cleaned investigation; a report without a model says so.

    A name or headline in a script that has no ASCII is replaced by what else tells the alarm apart.
    """
    report, signal = investigation.report, investigation.signal
    first_look = ", first look" if report.origin is Origin.FIRST_LOOK else ""
    return subject(
        f"[{report.severity.value}{first_look}]",
        _ascii(name_of(signal)) or f"{noun_of(signal).one} in {signal.account_id} {signal.region}",
        _ascii(_without_group(report.headline, signal)) or report.root_cause.category.value.replace("_", " "),
    )


def _without_group(headline: str, signal: Signal) -> str:
    """A headline behind the log group, which need not name it once more."""
    return headline.replace(f" in {signal.log.log_group},", ",", 1) if signal.log is not None else headline


def subject(mark: str, name: str, headline: str) -> str:
    """A subject from its parts; the headline is shortened first, an overlong name at its end.

    Args:
        mark: ``[CRITICAL]``, ASCII and short.
        name: of the alarm or the log group, any length and script.
        headline: any length and script.
    """
    short_name = _shortened(_ascii(name) or "alarm", MAX_NAME)
    return _shortened(f"{mark} {short_name}: {_ascii(headline) or 'see the message'}", MAX_SUBJECT)


def _ascii(text: str) -> str:
    """The nearest printable ASCII on one line, each run of other characters as one question mark.

    Empty when little would be left to read: less than half of the letters and digits.
    """
    line = one_line(text).translate(_PUNCTUATION)
    line = unicodedata.normalize("NFKD", line)
    line = "".join(character for character in line if not unicodedata.combining(character))
    kept = one_line(_NOT_PRINTABLE_ASCII.sub("?", line))
    readable = sum(character.isalnum() for character in kept)
    return kept if readable and readable * 2 >= sum(character.isalnum() for character in line) else ""


def _shortened(text: str, limit: int) -> str:
    """The text in at most ``limit`` characters, cut between words where one ends near, never inside an escape."""
    if len(text) <= limit:
        return text
    kept = text[: limit - len(_ELLIPSIS)]
    space = kept.rfind(" ")
    if space > limit * 2 // 3:
        kept = kept[:space]
    kept = _ESCAPE_CUT_IN_HALF.sub("", kept)
    return kept.rstrip(" ,;:-") + _ELLIPSIS
