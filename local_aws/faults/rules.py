"""Which calls of AWS's APIs fail, how, how often and for how long; pure rules, asked once per call.

A fault is switched on before the failure it stands for, and says what it has met, so that a test can tell a fault
that was survived from one that never happened.
"""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Effect(StrEnum):
    """What the caller sees.

    UNAVAILABLE: the service's own 5xx.
    THROTTLED: the service's own throttling error.
    DROPPED: the connection ends without an answer; the call was not carried out.
    ANSWER_LOST: the call was carried out, and the connection ended without its answer.
    SLOW: the answer comes late.
    """

    UNAVAILABLE = "unavailable"
    THROTTLED = "throttled"
    DROPPED = "dropped"
    ANSWER_LOST = "answer_lost"
    SLOW = "slow"


@dataclass(frozen=True)
class Fault:
    """One failure of one service. What is left out is not looked at.

    Attributes:
        service: as IAM abbreviates it: `dynamodb`, `sqs`, `s3`, `sns`, `lambda`, `bedrock`.
        effect: what the caller sees.
        actions: API operations, such as `UpdateItem`; all of the service when empty.
        role: name of the calling role.
        about: text in the event that the calling invocation works on (the alarm's name), or in the request.
        containing: texts in the request, all of them.
        calls: how many calls fail; then the service is well again.
        seconds: for how long calls fail, from the first one on.
        delay_s: how late a SLOW answer comes.
    """

    service: str
    effect: Effect
    actions: tuple[str, ...] = ()
    role: str | None = None
    about: str | None = None
    containing: tuple[str, ...] = ()
    calls: int | None = None
    seconds: float | None = None
    delay_s: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """As the control endpoint takes it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Fault:
        """Read what :meth:`to_json` wrote.

        Raises:
            ValueError: a field is unknown, or its value is none it can have.
        """
        unknown = set(data) - set(cls.__dataclass_fields__)
        if unknown or "service" not in data:
            raise ValueError(f"a fault has a service and an effect; {sorted(unknown)} is unknown")
        values = {**data, "effect": Effect(data.get("effect", ""))}
        return cls(**{**values, **{name: tuple(values.get(name) or ()) for name in ("actions", "containing")}})


@dataclass(frozen=True)
class Call:
    """One call of an API.

    Attributes:
        role: name of the calling role; empty for the administrator.
        request: path and body as text.
        event: the event of the invocation that makes the call; empty outside of functions.
    """

    service: str
    action: str
    role: str
    request: str
    event: str = ""


@dataclass
class _Active:
    fault: Fault
    hits: int = 0
    first_hit: float = field(default=0.0)

    def takes(self, call: Call, now: float) -> bool:
        fault = self.fault
        exhausted = fault.calls is not None and self.hits >= fault.calls
        over = fault.seconds is not None and self.hits > 0 and now - self.first_hit >= fault.seconds
        return not exhausted and not over and _matches(fault, call)


def _matches(fault: Fault, call: Call) -> bool:
    return (
        fault.service == call.service
        and (not fault.actions or call.action in fault.actions)
        and fault.role in (None, call.role)
        and (fault.about is None or fault.about in call.event or fault.about in call.request)
        and all(text in call.request for text in fault.containing)
    )


class Faults:
    """The faults that are switched on. Safe to ask from several threads.

    Args:
        monotonic: seconds from an arbitrary point.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._active: dict[str, _Active] = {}
        self._count = 0

    def add(self, fault: Fault) -> str:
        """Switch a fault on; returns the name it is cleared by."""
        with self._lock:
            self._count += 1
            name = f"fault-{self._count}"
            self._active[name] = _Active(fault)
            return name

    def clear(self, name: str | None = None) -> None:
        """Switch one fault off, or all of them.

        Raises:
            LookupError: there is no fault of this name.
        """
        with self._lock:
            if name is None:
                self._active.clear()
            elif self._active.pop(name, None) is None:
                raise LookupError(f"there is no fault {name!r}")

    def hits(self) -> dict[str, int]:
        """How many calls each fault has met."""
        with self._lock:
            return {name: active.hits for name, active in self._active.items()}

    def meet(self, call: Call) -> Fault | None:
        """The fault this call runs into, which is counted."""
        now = self._monotonic()
        with self._lock:
            found = next((active for active in self._active.values() if active.takes(call, now)), None)
            if found is None:
                return None
            found.first_hit = found.first_hit if found.hits else now
            found.hits += 1
            return found.fault
