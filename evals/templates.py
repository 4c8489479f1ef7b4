"""Times, account and region in a scenario's documents: `{{-95m|alarm}}` becomes the moment it stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_TEMPLATE = re.compile(r"\{\{\s*([^{}|]+?)\s*(?:\|\s*(\w+)\s*)?\}\}")
_OFFSET = re.compile(r"([+-])((?:\d+[dhms])+)")
_STEP = re.compile(r"(\d+)([dhms])")
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}

_FORMATS: dict[str, Callable[[datetime], str]] = {
    "iso": lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "alarm": lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}+0000",
    "reason": lambda at: at.strftime("%d/%m/%y %H:%M:%S"),
    "composite": lambda at: at.strftime("%A %d %B, %Y %H:%M:%S UTC"),
    "epoch": lambda at: str(int(at.timestamp())),
    "epoch_ms": lambda at: str(int(at.timestamp() * 1000)),
    "date": lambda at: at.strftime("%Y-%m-%d"),
    "clock": lambda at: at.strftime("%H:%M"),
}


class TemplateError(ValueError):
    """A template that means nothing."""


def offset(text: str) -> timedelta | None:
    """`-95m`, `-2d3h`, `+10m` or `now` as a distance from now; None for anything else."""
    if text == "now":
        return timedelta()
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    seconds = sum(int(count) * _SECONDS[unit] for count, unit in _STEP.findall(match[2]))
    return timedelta(seconds=-seconds if match[1] == "-" else seconds)


@dataclass(frozen=True)
class Setting:
    """Where and when a scenario is played.

    Attributes:
        account: Twelve digits.
        region: Home region of the incident.
        now: The moment the investigator starts; a whole minute, UTC.
    """

    account: str
    region: str
    now: datetime

    def __post_init__(self) -> None:
        """Refuse a moment that is not a whole minute in UTC."""
        if self.now.tzinfo is not UTC or self.now.second or self.now.microsecond:
            raise ValueError(f"now must be a whole minute in UTC, not {self.now!r}")

    def at(self, relative: str) -> datetime:
        """The moment a relative time stands for.

        Raises:
            TemplateError: It is no relative time.
        """
        distance = offset(relative)
        if distance is None:
            raise TemplateError(f"{relative!r} is no relative time: write now, -95m, -2d3h or +10m.")
        return self.now + distance

    def fill(self, document: Any) -> Any:
        """A document with every template in its text (keys included) replaced.

        Raises:
            TemplateError: A template means nothing; the message quotes it.
        """
        if isinstance(document, str):
            return _TEMPLATE.sub(self._replacement, document)
        if isinstance(document, list):
            return [self.fill(item) for item in document]
        if isinstance(document, dict):
            return {self.fill(key): self.fill(value) for key, value in document.items()}
        return document

    def _replacement(self, match: re.Match[str]) -> str:
        what, form = match[1], match[2]
        if what in {"account", "region"} and form is None:
            return str(getattr(self, what))
        if (form or "iso") not in _FORMATS:
            raise TemplateError(f"{match[0]}: write one of {', '.join(_FORMATS)} after the bar.")
        try:
            return _FORMATS[form or "iso"](self.at(what))
        except TemplateError:
            raise TemplateError(
                f"{match[0]}: write account, region, now or a relative time such as -95m."
            ) from None
