"""Several questions at once, within one step of a look: each counts for that step."""

from __future__ import annotations

import contextvars
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from toolbox.clients import Costs, costs, count_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

_MOST = 6


def side_by_side(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What each call returns, in their order; they must not raise what one could go on without."""
    if len(calls) < 2:
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


def _counted(call: Callable[[], T], part: Costs) -> T:
    count_for(part)
    return call()
