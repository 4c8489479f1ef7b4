"""Whether a text says something: phrases, alternatives, times near a moment, numbers near a value.

A variant is what `truth.json` holds under `any_of`; README.md describes its forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from evals.templates import offset

if TYPE_CHECKING:
    from evals.templates import Setting

_MARKUP = re.compile("[`*\"'\u201c\u201d\u2018\u2019]+")
_BLANKS = re.compile(r"\s+")
_NUMBER = re.compile(r"(?<![\w.-])-?(?:\d{1,3}(?:[,_ ]\d{3})+|\d+)(?:\.\d+)?")
_MOMENT = re.compile(r"(?:(\d{4})-(\d\d)-(\d\d)[T ]\s?)?(?<!\d)([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")


class VariantError(ValueError):
    """A variant nobody can look for; the message says what to write instead."""


class Variant(Protocol):
    """One way to say something."""

    def found_in(self, text: str, setting: Setting) -> bool:
        """Whether the text says it."""


def normalised(text: str) -> str:
    """Lower case, without quotes and Markdown emphasis, blanks as one."""
    return _BLANKS.sub(" ", _MARKUP.sub("", text)).strip().lower()


def any_found(variants: Sequence[Variant], text: str, setting: Setting) -> bool:
    """Whether the text says it in one of these ways."""
    return any(variant.found_in(text, setting) for variant in variants)


def parse(given: Any) -> Variant:
    """Read a variant.

    Raises:
        VariantError: It is none of the forms.
    """
    if isinstance(given, str):
        return Phrase.of(given)
    members = set(given) if isinstance(given, Mapping) else set()
    for form, (known, read) in _FORMS.items():
        if form in members and members <= known:
            return read(given)
    raise VariantError(f"{given!r}: write text, all, regex, time (with within) or number (with tolerance).")


@dataclass(frozen=True)
class Phrase:
    """Text that occurs as it is, whatever its case and emphasis."""

    text: str

    @classmethod
    def of(cls, given: str) -> Phrase:
        """Read one; an empty one would be found everywhere."""
        if not normalised(given):
            raise VariantError("an empty text would be found everywhere: write a phrase.")
        return cls(normalised(given))

    def found_in(self, text: str, setting: Setting) -> bool:
        """Whether the text holds it."""
        del setting  # words do not depend on it
        return self.text in normalised(text)


@dataclass(frozen=True)
class Every:
    """Several variants, all of them."""

    parts: tuple[Variant, ...]

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Every:
        """Read one."""
        parts = given["all"]
        if not isinstance(parts, list) or not parts:
            raise VariantError(f"{given!r}: all is a list with one variant at least.")
        return cls(tuple(parse(part) for part in parts))

    def found_in(self, text: str, setting: Setting) -> bool:
        """Whether the text says all of them."""
        return all(part.found_in(text, setting) for part in self.parts)


@dataclass(frozen=True)
class Expression:
    """A regular expression, case ignored, over the text without quotes and emphasis."""

    pattern: re.Pattern[str]

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Expression:
        """Read one."""
        try:
            return cls(re.compile(given["regex"], re.IGNORECASE | re.DOTALL))
        except (re.error, TypeError) as error:
            raise VariantError(f"regex {given['regex']!r}: {error}") from None

    def found_in(self, text: str, setting: Setting) -> bool:
        """Whether it matches somewhere."""
        del setting  # words do not depend on it
        return self.pattern.search(_MARKUP.sub("", text)) is not None


@dataclass(frozen=True)
class Moment:
    """Any time in the text near enough to a moment; one without a date may be of any day."""

    at: str
    within: timedelta

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Moment:
        """Read one."""
        _relative(given["time"])
        return cls(str(given["time"]), _relative("+" + str(given.get("within", "3m"))))

    def found_in(self, text: str, setting: Setting) -> bool:
        """Whether such a time is named."""
        wanted = setting.at(self.at)
        return any(_distance(match, wanted) <= self.within for match in _MOMENT.finditer(text))


@dataclass(frozen=True)
class Number:
    """Any number in the text near enough to a value."""

    value: float
    tolerance: float

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Number:
        """Read one."""
        value, tolerance = given["number"], given.get("tolerance", 0.05)
        if not isinstance(value, int | float) or not isinstance(tolerance, int | float) or not 0 <= tolerance < 1:
            raise VariantError(f"{given!r}: number is a number, tolerance a share from 0 to below 1.")
        return cls(float(value), float(tolerance))

    def found_in(self, text: str, setting: Setting) -> bool:
        """Whether such a number is named."""
        del setting  # numbers do not depend on it
        slack = max(abs(self.value) * self.tolerance, 1e-9)
        numbers = (float(re.sub(r"[,_ ]", "", found)) for found in _NUMBER.findall(text))
        return any(abs(number - self.value) <= slack for number in numbers)


_FORMS: dict[str, tuple[set[str], Callable[[Mapping[str, Any]], Variant]]] = {
    "all": ({"all"}, Every.of),
    "regex": ({"regex"}, Expression.of),
    "time": ({"time", "within"}, Moment.of),
    "number": ({"number", "tolerance"}, Number.of),
}


def _relative(text: Any) -> timedelta:
    distance = offset(str(text))
    if distance is None:
        raise VariantError(f"{text!r} is no relative time: write -95m, -2d3h or +10m (within: 3m).")
    return distance


def _distance(match: re.Match[str], wanted: datetime) -> timedelta:
    year, month, day, hour, minute, second = match.groups()
    clock = time(int(hour), int(minute), int(second or 0), tzinfo=UTC)
    if year is None:
        nearest = (datetime.combine(wanted + timedelta(days=shift), clock) for shift in (-1, 0, 1))
        return min(abs(moment - wanted) for moment in nearest)
    try:
        return abs(datetime.combine(date(int(year), int(month), int(day)), clock) - wanted)
    except ValueError:
        return timedelta.max
