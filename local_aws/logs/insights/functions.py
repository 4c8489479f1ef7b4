"""Functions of one row: numbers, texts, addresses, timestamps and presence.

User guide, "Boolean, comparison, numeric, datetime, and other functions". A function of a missing value is
missing, unless its description says otherwise.
"""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local_aws.logs.insights.periods import Period, Timestamp
from local_aws.logs.insights.values import LARGEST_INTEGER, Value, finite, number, text

if TYPE_CHECKING:
    from collections.abc import Callable

_UNLIMITED = 100


@dataclass(frozen=True)
class Function:
    """A function and what it takes.

    Attributes:
        apply: gets the arguments' values; the period, if it takes one, last.
        fewest, most: how many arguments it takes.
        period: whether the last argument is a period of time such as 5m.
    """

    apply: Callable[..., Value]
    fewest: int
    most: int
    period: bool = False


def _numeric(calculate: Callable[..., float]) -> Callable[..., Value]:
    """A function of numbers: nothing where an argument is none, or where there is no result."""

    def apply(*arguments: Value) -> Value:
        numbers = [number(argument) for argument in arguments]
        if None in numbers:
            return None
        try:
            result = calculate(*numbers)
            return result if abs(result) < LARGEST_INTEGER else finite(float(result))
        except (ValueError, OverflowError, ZeroDivisionError):
            return None

    return apply


def _textual(make: Callable[..., Value]) -> Callable[..., Value]:
    """A function of texts (and, from the second argument on, of anything)."""

    def apply(first: Value, *rest: Any) -> Value:
        given = text(first)
        return None if given is None else make(given, *rest)

    return apply


def _trimming(name: str) -> Callable[..., Value]:
    return _textual(lambda given, characters=None: getattr(given, name)(text(characters)))


def _substring(given: str, start: Value, length: Value = None) -> Value:
    first, size = number(start), number(length)
    if first is None or first < 0:
        return None
    begin = int(first)
    return given[begin:] if size is None else given[begin : begin + max(int(size), 0)]


def _address(value: Value) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text(value) or "")
    except ValueError:
        return None


def _is_address(version: int | None = None) -> Callable[..., Value]:
    def apply(value: Value) -> Value:
        address = _address(value)
        return address is not None and version in {None, address.version}

    return apply


def _in_subnet(version: int | None = None) -> Callable[..., Value]:
    def apply(value: Value, subnet: Value) -> Value:
        address = _address(value)
        if address is None or version not in {None, address.version}:
            return False
        try:
            return address in ipaddress.ip_network(text(subnet) or "", strict=False)
        except ValueError:
            return False

    return apply


def _moment(value: Value) -> Timestamp | None:
    if isinstance(value, Timestamp):
        return value
    milliseconds = number(value)
    return None if milliseconds is None or not math.isfinite(milliseconds) else Timestamp(int(milliseconds))


def floor(value: Value, period: Period) -> Value:
    """datefloor and bin: the timestamp cut down to the period."""
    moment = _moment(value)
    return moment.floor(period) if moment else None


def _ceiling(value: Value, period: Period) -> Value:
    moment = _moment(value)
    return moment.ceiling(period) if moment else None


def arithmetic(symbol: str) -> Callable[..., Value]:
    """The operator's function; dividing by zero gives nothing."""
    return _numeric(
        {
            "+": lambda left, right: left + right,
            "-": lambda left, right: left - right,
            "*": lambda left, right: left * right,
            "/": lambda left, right: left / right,
            "%": math.fmod,
            "^": math.pow,
        }[symbol]
    )


FUNCTIONS: dict[str, Function] = {
    "abs": Function(_numeric(abs), 1, 1),
    "ceil": Function(_numeric(math.ceil), 1, 1),
    "floor": Function(_numeric(math.floor), 1, 1),
    "greatest": Function(_numeric(max), 2, _UNLIMITED),
    "least": Function(_numeric(min), 2, _UNLIMITED),
    "log": Function(_numeric(math.log), 1, 1),
    "sqrt": Function(_numeric(math.sqrt), 1, 1),
    "mod": Function(_numeric(math.fmod), 2, 2),
    "ispresent": Function(lambda value: value is not None, 1, 1),
    "coalesce": Function(
        lambda *values: next((value for value in values if value is not None), None), 1, _UNLIMITED
    ),
    "isempty": Function(lambda value: not text(value), 1, 1),
    "isblank": Function(lambda value: not (text(value) or "").strip(), 1, 1),
    "concat": Function(lambda *values: "".join(text(value) or "" for value in values), 1, _UNLIMITED),
    "ltrim": Function(_trimming("lstrip"), 1, 2),
    "rtrim": Function(_trimming("rstrip"), 1, 2),
    "trim": Function(_trimming("strip"), 1, 2),
    "strlen": Function(_textual(len), 1, 1),
    "toupper": Function(_textual(str.upper), 1, 1),
    "tolower": Function(_textual(str.lower), 1, 1),
    "substr": Function(_textual(_substring), 2, 3),
    "replace": Function(
        _textual(lambda given, old, new: given.replace(text(old) or "", text(new) or "") if text(old) else given),
        3,
        3,
    ),
    "strcontains": Function(lambda value, sought: (text(sought) or "") in (text(value) or ""), 2, 2),
    "isvalidip": Function(_is_address(), 1, 1),
    "isvalidipv4": Function(_is_address(4), 1, 1),
    "isvalidipv6": Function(_is_address(6), 1, 1),
    "isipinsubnet": Function(_in_subnet(), 2, 2),
    "isipv4insubnet": Function(_in_subnet(4), 2, 2),
    "isipv6insubnet": Function(_in_subnet(6), 2, 2),
    "datefloor": Function(floor, 2, 2, period=True),
    "dateceil": Function(_ceiling, 2, 2, period=True),
    "frommillis": Function(_moment, 1, 1),
    "tomillis": Function(lambda value: value.milliseconds if isinstance(value, Timestamp) else None, 1, 1),
}
