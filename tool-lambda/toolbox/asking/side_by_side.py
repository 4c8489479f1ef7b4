"""Several questions at once, within one step of a look: each counts for that step."""

from __future__ import annotations

import contextvars
import resource
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from toolbox.asking.clients import Costs, costs, count_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

_MOST = 6
#: A look with threads in threads was seen to reserve 1.1 GB of addresses.
_ROOMY = 3 << 29


def side_by_side(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What each call returns, in their order; they must not raise what one could go on without."""
    if len(calls) < 2 or _is_narrow():
        return [call() for call in calls]
    own = [Costs(costs().deadline) for _ in calls]
    with ThreadPoolExecutor(min(_MOST, len(calls)), thread_name_prefix="side-by-side") as pool:
        futures = [
            pool.submit(contextvars.copy_context().run, _counted, call, part)
            for call, part in zip(calls, own, strict=True)
        ]
        found = [future.result() for future in futures]
    for part in own:
        costs().calls.update(part.calls)
        costs().log_bytes += part.log_bytes
    return found


def _is_narrow() -> bool:
    """Whether the process has little address space: each thread reserves a stack and 64 MB for malloc."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return limit != resource.RLIM_INFINITY and limit < _ROOMY


def _counted(call: Callable[[], T], part: Costs) -> T:
    count_for(part)
    return call()
