"""Resources that were made long ago: calls that carry a time are carried out as if it were that time.

The emulator stamps what it makes with the machine's clock, so that everything an incident is told with would look
as if it had been made seconds before. A call with the header `x-local-aws-now` (epoch seconds; it needs the token
of the state folder) stamps what it makes with that time instead. Log events and datapoints carry times of their
own; sessions and running code keep the machine's clock.
"""

from __future__ import annotations

import contextvars
import datetime as dt
import hmac
import sys
import time as real_time
from typing import TYPE_CHECKING, Any

from ministack import app

from local_aws.control import NOW_HEADER, TOKEN_HEADER

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import ModuleType

    Dispatch = Callable[..., Awaitable[Any]]

_KEPT = frozenset({"cloudwatch", "cloudwatch_logs", "lambda_core", "sts", "stepfunctions"})
"""Services whose times are given by the caller, or which measure how long something takes."""

_shift: contextvars.ContextVar[float] = contextvars.ContextVar("local_aws_clock_shift", default=0.0)


class _Time:
    """The module `time`, with `time()` as the call has it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(real_time, name)

    def time(self) -> float:
        """Epoch seconds."""
        return real_time.time() + _shift.get()

    def gmtime(self, seconds: float | None = None) -> real_time.struct_time:
        """Now, unless told otherwise."""
        return real_time.gmtime(self.time() if seconds is None else seconds)

    def strftime(self, form: str, moment: real_time.struct_time | None = None) -> str:
        """Now, unless told otherwise."""
        return real_time.strftime(form, moment or real_time.localtime(self.time()))


class _Kind(type):
    """What is a datetime is one, whoever made it."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, dt.datetime)


class _Datetime(dt.datetime, metaclass=_Kind):
    """The class `datetime`, with `now()` as the call has it."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Any:
        """The moment, in a time zone."""
        return dt.datetime.now(tz) + dt.timedelta(seconds=_shift.get())

    @classmethod
    def utcnow(cls) -> Any:
        """The moment in UTC, without a time zone."""
        return cls.now(dt.UTC).replace(tzinfo=None)


class _DatetimeModule:
    """The module `datetime`, with the class above."""

    datetime = _Datetime

    def __getattr__(self, name: str) -> Any:
        return getattr(dt, name)


_TIME, _DATETIMES = _Time(), _DatetimeModule()
_adopted: set[str] = set()


def now() -> float:
    """Epoch seconds, as the call that is being answered has them."""
    return _TIME.time()


def is_told() -> bool:
    """Whether the call that is being answered says when it is made."""
    return _shift.get() != 0.0


def install(token: str) -> None:
    """Let the calls of whoever holds the token say when they are made."""
    app._dispatch_service_request = _dated(app._dispatch_service_request, token)
    original = app._get_module

    def get_module(*names: Any, **options: Any) -> Any:
        module = original(*names, **options)
        adopt(module)
        return module

    app._get_module = get_module
    for name, module in list(sys.modules.items()):
        if name.startswith("ministack.services.") or name == "ministack.core.responses":
            adopt(module)


def adopt(module: ModuleType) -> None:
    """Give one of the emulator's services the clock of its calls."""
    name = getattr(module, "__name__", "")
    if name in _adopted or name.rpartition(".")[2] in _KEPT:
        return
    _adopted.add(name)
    for attribute, value in list(vars(module).items()):
        if value is real_time:
            setattr(module, attribute, _TIME)
        elif value is dt:
            setattr(module, attribute, _DATETIMES)
        elif value is dt.datetime:
            setattr(module, attribute, _Datetime)


def _dated(original: Dispatch, token: str) -> Dispatch:
    async def dispatch(method: str, path: str, headers: dict[str, str], *rest: Any) -> Any:
        given = headers.get(NOW_HEADER)
        if given is None or not hmac.compare_digest(headers.get(TOKEN_HEADER, ""), token):
            return await original(method, path, headers, *rest)
        before = _shift.set(float(given) - real_time.time())
        try:
            return await original(method, path, headers, *rest)
        finally:
            _shift.reset(before)

    return dispatch
