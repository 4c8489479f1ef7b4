"""Numbers as people write them: ``1,470 s``, ``94 %``, ``12 ms``, ``3.2 GiB``."""

from __future__ import annotations

from dataclasses import dataclass

MAX_UNIT = 16
_SCIENTIFIC_FROM = 1e15
_SCIENTIFIC_BELOW = 1e-4
_LONG_FROM = 10_000
_COMPACT = ((1e12, "T"), (1e9, "G"), (1e6, "M"))

_WRITTEN = {
    "none": "",
    "count": "",
    "percent": "%",
    "seconds": "s",
    "second": "s",
    "sec": "s",
    "milliseconds": "ms",
    "microseconds": "µs",
    "us": "µs",
    "bytes": "B",
    "b": "B",
    "kilobytes": "kB",
    "megabytes": "MB",
    "gigabytes": "GB",
    "terabytes": "TB",
    "bits": "bit",
    "kilobits": "kbit",
    "megabits": "Mbit",
    "gigabits": "Gbit",
    "terabits": "Tbit",
}
"""CloudWatch's units (API reference, ``StandardUnit``) and how short forms of them are written."""

_LARGER = {
    "µs": ("ms", 1000, _LONG_FROM),
    "ms": ("s", 1000, _LONG_FROM),
    "B": ("KiB", 1024, 1024),
    "KiB": ("MiB", 1024, 1024),
    "MiB": ("GiB", 1024, 1024),
    "GiB": ("TiB", 1024, 1024),
    "bit": ("kbit", 1000, _LONG_FROM),
    "kbit": ("Mbit", 1000, _LONG_FROM),
    "Mbit": ("Gbit", 1000, _LONG_FROM),
}
"""The next larger unit, how many it takes of the smaller one, and from how many on it is used."""
_SMALLER_OF_BYTES = {"TiB": "GiB", "GiB": "MiB", "MiB": "KiB", "KiB": "B"}


@dataclass(frozen=True)
class Scale:
    """One unit for all numbers that are to be compared.

    Attributes:
        unit: written behind a number; empty for plain counts.
        divisor: how many of the original unit make one of this one.
    """

    unit: str = ""
    divisor: float = 1.0

    def text(self, value: float) -> str:
        """A number that is in this scale already, with its unit; bytes below one in the next smaller unit."""
        unit, slash, per = self.unit.partition("/")
        while unit in _SMALLER_OF_BYTES and 0 < abs(value) < 1:
            unit, value = _SMALLER_OF_BYTES[unit], value * 1024
        return with_unit(number(value, 4 if self.divisor == 1 else 3), f"{unit}{slash}{per}")


def scale_for(unit: str, largest: float) -> Scale:
    """The scale in which numbers up to ``largest`` are short.

    Args:
        unit: a unit of CloudWatch, or any other text.
        largest: the largest absolute value in that unit.
    """
    base, slash, per = " ".join(unit.split()).partition("/")
    written = _WRITTEN.get(base.lower(), base)
    divisor = 1.0
    while written in _LARGER and abs(largest) / divisor >= _LARGER[written][2]:
        written, factor, _ = _LARGER[written]
        divisor *= factor
    rate = f"/{_WRITTEN.get(per.lower(), per)}" if slash else ""
    return Scale(_shortened(written + rate), divisor)


def amount(value: float, unit: str) -> str:
    """One number with its unit, by itself: ``110 KiB``."""
    scale = scale_for(unit, abs(value))
    return scale.text(value / scale.divisor)


def number(value: float, digits: int = 4) -> str:
    """Significant digits, and never fewer than the whole ones: ``45,628``, ``0.3007``."""
    value = value or 0.0  # no minus in front of nothing
    if abs(value) >= _SCIENTIFIC_FROM:
        return f"{value:.3g}"
    if abs(value) >= 1000 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"


def with_unit(text: str, unit: str) -> str:
    """A written number and its unit, a rate's slash directly behind it."""
    return f"{text}{'' if unit.startswith('/') else ' '}{unit}".strip()


def tick(value: float, step: float) -> str:
    """A number of an axis whose numbers are ``step`` apart: as many decimals as tell them apart."""
    value = value or 0.0
    for factor, sign in _COMPACT:
        if step >= factor / 1000 and abs(value) >= factor and abs(value) < _SCIENTIFIC_FROM:
            return f"{value / factor:.6g} {sign}"
    if abs(value) >= _SCIENTIFIC_FROM or step < _SCIENTIFIC_BELOW:
        return f"{value:.3g}"
    decimals = next((places for places in range(6) if round(step, places) == step), 6)
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def _shortened(unit: str) -> str:
    return unit if len(unit) <= MAX_UNIT else f"{unit[: MAX_UNIT - 1]}…"
