"""Clients for one call of the tool: short time-outs, few retries, and a count of what they cost.

Whom API calls are counted for is kept in a context variable: steps side by side share the clients and still know
their own numbers.
"""

from __future__ import annotations

import contextlib
import contextvars
import os
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Seconds; a first look has 25 in all.
_CONNECT_TIMEOUT = 2
_READ_TIMEOUT = 8
#: One retry. The account's API rates are shared with the customer: insisting would hurt him, not us.
_ATTEMPTS = 2
#: CloudTrail answers twice a second per account and region; a throttle is a gap, never retried.
_NEVER_RETRIED = frozenset({"cloudtrail"})

#: Where services with one endpoint for the whole partition are asked (AWS General Reference, by service).
_HOME = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
_GLOBAL = frozenset({"iam", "route53", "cloudfront", "health", "organizations", "support"})


class Late(Exception):
    """The deadline has passed: the call was not sent."""


@dataclass
class Costs:
    """What helpers used.

    Attributes:
        deadline: `time.monotonic()` after which no call is sent any more.
        calls: How many requests were sent, by `service:Operation`; retries count.
        log_bytes: Bytes of log lines read or scanned.
    """

    deadline: float | None = None
    calls: Counter[str] = field(default_factory=Counter)
    log_bytes: int = 0

    @property
    def api_calls(self) -> int:
        """Requests sent in all."""
        return self.calls.total()

    def seconds_left(self, most: float = 600.0) -> float:
        """Seconds until the deadline, at most `most`; 0 once it has passed."""
        return most if self.deadline is None else max(0.0, min(most, self.deadline - time.monotonic()))


_costs: contextvars.ContextVar[Costs | None] = contextvars.ContextVar("toolbox_costs", default=None)
_process_costs = Costs()


def costs() -> Costs:
    """Whom calls are counted for now: the current step, else the whole process."""
    return _costs.get() or _process_costs


def count_for(target: Costs) -> None:
    """Count the calls of the current context for `target` from now on."""
    _costs.set(target)


class _Turns:
    """Whose turn it is to ask what answers only so often."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.next = 0.0


class Clients:
    """The clients of one session, made when first used and kept."""

    def __init__(self, session: Any = None, region: str | None = None) -> None:
        """Without a session, boto3's default one; without a region, the session's."""
        self._session = session
        self._region = region
        self._made: dict[tuple[str, str | None], Any] = {}
        # Making clients is not thread-safe in boto3; using them is.
        self._lock = threading.RLock()
        self._turns: dict[str, _Turns] = {}

    @property
    def region(self) -> str:
        """The region of regional services."""
        with self._lock:
            found = self._region or self._source().region_name or os.environ.get("AWS_REGION")
        return found or "us-east-1"

    @property
    def home_region(self) -> str:
        """Where the partition keeps its global services."""
        return _HOME.get(self.partition, self.region)

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn`, `aws-us-gov`."""
        with self._lock:
            return str(self._source().get_partition_for_region(self.region))

    def client(self, service: str, region: str | None = None) -> Any:
        """A client, in the region of the alarm unless told; global services in their own."""
        place = region or (self.home_region if service in _GLOBAL else self.region)
        key = (service, place)
        with self._lock:
            if key not in self._made:
                self._made[key] = self._make(service, place)
            return self._made[key]

    @contextlib.contextmanager
    def in_turn(self, what: str, seconds: float) -> Iterator[None]:
        """Let callers through one by one, each so many seconds after the answer to the one before.

        Counted from the answer and not from when it was sent: requests that wait on the way arrive together.

        Raises:
            Late: The deadline passed while waiting.
        """
        with self._lock:
            turns = self._turns.setdefault(what, _Turns())
        if not turns.lock.acquire(timeout=costs().seconds_left()):
            raise Late(f"{what} was not asked: the time was up")
        try:
            time.sleep(min(max(0.0, turns.next - time.monotonic()), costs().seconds_left()))
            yield
        finally:
            turns.next = time.monotonic() + seconds
            turns.lock.release()

    def _source(self) -> Any:
        if self._session is None:
            if boto3.DEFAULT_SESSION is None:
                boto3.setup_default_session()
            self._session = boto3.DEFAULT_SESSION
        return self._session

    def _make(self, service: str, region: str) -> Any:
        attempts = 1 if service in _NEVER_RETRIED else _ATTEMPTS
        config = Config(
            connect_timeout=_CONNECT_TIMEOUT,
            read_timeout=_READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": attempts},
            max_pool_connections=16,
        )
        made = self._source().client(service, region_name=region, config=config)
        made.meta.events.register("before-call.*.*", _in_time)
        made.meta.events.register("before-send.*.*", _counted)
        return made


def _in_time(model: Any, **_: Any) -> None:
    if costs().seconds_left() <= 0:
        raise Late(f"{model.name} was not asked: the time was up")


def _counted(event_name: str, **_: Any) -> None:
    # before-send.<service>.<Operation>
    costs().calls[event_name.partition(".")[2].replace(".", ":", 1)] += 1
