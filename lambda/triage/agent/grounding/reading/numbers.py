"""Numbers with their units, as claims and evidence write them.

A number in a claim holds when evidence states it: equal, or equal when rounded to the digits of the claim, in any
unit of the same kind (``3 s`` is shown by ``2984.12 ms``). Evidence often leaves the unit to a name beside the
number (``"Timeout": 3``), so a bare number shows one with a unit, as it is or as the small unit that AWS uses for
it (milliseconds or seconds, bytes, a fraction for a percentage).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.times import TIME

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(StrEnum):
    """What a number counts."""

    BARE = "bare"
    TIME = "time"
    BYTES = "bytes"
    RATIO = "ratio"


_UNITS: dict[str, tuple[Kind, float]] = {
    name: (kind, factor)
    for names, kind, factor in (
        ("ns nanosecond nanoseconds", Kind.TIME, 1e-9),
        ("us µs microsecond microseconds", Kind.TIME, 1e-6),
        ("ms msec millisecond milliseconds", Kind.TIME, 1e-3),
        ("s sec secs second seconds", Kind.TIME, 1.0),
        ("m min mins minute minutes", Kind.TIME, 60.0),
        ("h hr hrs hour hours", Kind.TIME, 3600.0),
        ("d day days", Kind.TIME, 86_400.0),
        ("week weeks", Kind.TIME, 604_800.0),
        ("b byte bytes", Kind.BYTES, 1.0),
        ("kb kilobyte kilobytes", Kind.BYTES, 1e3),
        ("kib ki", Kind.BYTES, 1024.0),
        ("mb megabyte megabytes", Kind.BYTES, 1e6),
        ("mib mi", Kind.BYTES, 1024.0**2),
        ("gb gigabyte gigabytes", Kind.BYTES, 1e9),
        ("gib gi", Kind.BYTES, 1024.0**3),
        ("tb terabyte terabytes", Kind.BYTES, 1e12),
        ("tib ti", Kind.BYTES, 1024.0**4),
        ("% percent pct", Kind.RATIO, 1.0),
        ("k thousand", Kind.BARE, 1e3),
        ("million", Kind.BARE, 1e6),
        ("billion bn g", Kind.BARE, 1e9),
        ("trillion tn t", Kind.BARE, 1e12),
    )
    for name in names.split()
}
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_DIGITS = r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?)"
NUMBER = re.compile(
    rf"(?<![A-Za-z0-9_.])(?<![A-Za-z0-9_]-){_DIGITS}"
    rf"(?:(?P<glue>\s?|-)(?P<unit>(?:{_UNIT})(?![A-Za-z0-9_])|(?<!\s)[xX](?![A-Za-z0-9_])))?"
    r"(?![A-Za-z0-9_]|-\w|\.\d)",
    re.IGNORECASE,
)
_SCALES_OF_COMMANDS = {"M": 1e6, "G": 1e9, "T": 1e12}
"""As ``df -h`` and ``kubectl`` write them, without a space."""
_LETTERS = frozenset({"g", "t"})
_LASTED = re.compile(r"(?<![\w:.T+-])(\d{1,3}):([0-5]\d):([0-5]\d)(?![\w:]|\.?\d*Z)")
_LIST = re.compile(r"\d{1,3}(?:,\d{3})+")
_BINARY = {1e3: 1024.0, 1e6: 1024.0**2, 1e9: 1024.0**3, 1e12: 1024.0**4}
# Units of bare numbers in AWS answers and metrics.
_BARE_AS = {Kind.TIME: (1e-3, 1.0), Kind.BYTES: (1.0, 1e3, 1e6), Kind.RATIO: (100.0,), Kind.BARE: ()}


@dataclass(frozen=True)
class Number:
    """A number as it is written.

    Attributes:
        value: without its unit.
        decimals: digits after the point.
        factor: of its unit: seconds, bytes, percent or ones.
    """

    value: float
    decimals: int = 0
    kind: Kind = Kind.BARE
    factor: float = 1.0

    @property
    def base(self) -> float:
        """In seconds, bytes, percent or ones."""
        return self.value * self.factor

    @property
    def half_digit(self) -> float:
        """Half of what the last digit is worth: how far rounding may lead away."""
        return 0.5 * float(10**-self.decimals)

    @property
    def _factors(self) -> tuple[float, ...]:
        """Of the unit: a megabyte may be meant in powers of ten or of two."""
        return (self.factor, _BINARY.get(self.factor, self.factor)) if self.kind is Kind.BYTES else (self.factor,)

    def is_shown_by(self, stated: Number, durations_in: frozenset[float] | None = None) -> bool:
        """Whether evidence that states ``stated`` shows this number.

        Args:
            durations_in: the units, in seconds, in which the evidence gives durations as numbers without a unit;
                any when not known.
        """
        if self.kind is stated.kind:
            return self._is_same_kind(stated)
        if stated.kind is Kind.BARE:
            if self.kind is Kind.TIME and durations_in is not None:
                return any(self._rounds(stated.value * unit / self.factor) for unit in durations_in)
            return self._equals(stated.value, stated.decimals) or self._is_bare(stated.value)
        # A number so particular that the missing unit is a matter of style.
        return self.kind is Kind.BARE and self.decimals > 0 and self.value == stated.value

    def _is_bare(self, value: float) -> bool:
        """Whether a number without a unit shows this one, in the units that AWS leaves out."""
        if self.kind is Kind.RATIO and value > 1:
            return False
        return any(
            self._rounds(value * left_out / factor) for left_out in _BARE_AS[self.kind] for factor in self._factors
        )

    def _is_same_kind(self, stated: Number) -> bool:
        if self.factor == stated.factor:
            return self._equals(stated.value, stated.decimals)
        bases = {stated.base}
        if self.kind is Kind.BYTES:
            bases.add(stated.value * _BINARY.get(stated.factor, stated.factor))
        return any(self._rounds(base / factor) for base in bases for factor in self._factors)

    def _equals(self, value: float, decimals: int) -> bool:
        """Equal, or rounded from more digits."""
        return self.value == value or (decimals > self.decimals and self._rounds(value))

    def _rounds(self, value: float) -> bool:
        """Whether ``value`` rounds to this number as it is written."""
        return abs(value - self.value) <= self.half_digit * (1 + 1e-9)


def numbers_in(text: str) -> Iterator[Number]:
    """Every number of evidence; digits of times, names, addresses and versions are none.

    ``1,200`` may be one number or two of a list: all three count.
    """
    distinct = {found[0]: found for found in NUMBER.finditer(TIME.sub(_unless_a_count, text))}
    for found in distinct.values():
        yield number(found)
        if _LIST.fullmatch(found["digits"]):
            yield from (Number(float(part)) for part in found["digits"].split(","))


def _unless_a_count(found: re.Match[str]) -> str:
    """Seconds since 1970 may be any large number as well."""
    return found[0] if found["epoch"] else " ; "


def durations_in(text: str) -> Iterator[Number]:
    """What may be a duration in hours, minutes and seconds: ``00:41:22``."""
    for hours, minutes, seconds in _LASTED.findall(text):
        yield Number(float(int(hours) * 3600 + int(minutes) * 60 + int(seconds)), kind=Kind.TIME)


def number(found: re.Match[str]) -> Number:
    """What a match of :data:`NUMBER` says."""
    digits = found["digits"].replace(",", "")
    kind, factor = _unit_of(found)
    decimals = 0 if "e" in digits.lower() else len(digits.partition(".")[2])
    return Number(float(digits), decimals, kind, factor)


def _unit_of(found: re.Match[str]) -> tuple[Kind, float]:
    written = found["unit"] or ""
    if written in _SCALES_OF_COMMANDS and not found["glue"]:
        return Kind.BARE, _SCALES_OF_COMMANDS[written]
    if written.lower() in _LETTERS:
        return Kind.BARE, 1.0
    return _UNITS.get(written.lower(), (Kind.BARE, 1.0))
