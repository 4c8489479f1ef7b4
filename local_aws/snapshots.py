"""The whole state of the account, kept and brought back: one incident leaves nothing to the next.

POST /_local/snapshots with `{"take": name}` or `{"restore": name}`. A module that was applied once serves any
number of incidents, each of which finds it as it was applied.
"""

from __future__ import annotations

import copy
import sys
from collections import deque
from typing import TYPE_CHECKING, Any

from ministack import app
from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict

from local_aws.control import UnknownTargetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_SCOPED = (AccountScopedDict, AccountRegionScopedDict)
_CONTAINERS = (dict, list, set, deque)
_OUR_OWN = ("local_aws.metrics.state",)
"""Modules beside the emulator's services that keep the account's state."""


class Snapshots:
    """Copies of what the emulator's services hold."""

    def __init__(self, before_restore: Sequence[Callable[[], None]]) -> None:
        """Args: before_restore: drop what belongs to the state that ends (declared state, warm functions)."""
        self._kept: dict[str, dict[tuple[str, str], Any]] = {}
        self._before_restore = before_restore

    def __call__(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """What POST /_local/snapshots does."""
        if "take" in request:
            self.take(str(request["take"]))
        if "restore" in request:
            self.restore(str(request["restore"]))
        return {"snapshots": sorted(self._kept)}

    def take(self, name: str) -> None:
        """Keep a copy of everything under a name."""
        for module in app._registry_module_names():  # one imported later would be emptied by a restore
            app._get_module(module)
        memo: dict[int, Any] = {}
        self._kept[name] = {key: _copied(value, memo) for key, value in _state()}

    def restore(self, name: str) -> None:
        """Bring a kept state back.

        Raises:
            UnknownTargetError: Nothing is kept under that name.
        """
        kept = self._kept.get(name)
        if kept is None:
            raise UnknownTargetError(f"there is no snapshot named {name!r}")
        for forget in self._before_restore:
            forget()
        memo: dict[int, Any] = {}
        for key, value in _state():
            _replace(value, _copied(kept[key], memo) if key in kept else None)


def _state() -> Iterator[tuple[tuple[str, str], Any]]:
    """Every container a service keeps its state in, by module and name."""
    seen: set[int] = set()
    for module_name, module in sorted(sys.modules.items()):
        if not module_name.startswith("ministack.services.") and module_name not in _OUR_OWN:
            continue
        for name, value in sorted(vars(module).items()):
            inner = value._data if isinstance(value, _SCOPED) else value
            if _is_state(name, inner) and id(inner) not in seen:
                seen.add(id(inner))
                yield (module_name, name), inner


def _is_state(name: str, value: Any) -> bool:
    """Constants are written in capitals."""
    return (
        isinstance(value, _CONTAINERS)
        and name.startswith("_")
        and not name.startswith("__")
        and not name.isupper()
    )


def _copied(value: Any, memo: dict[int, Any]) -> Any:
    """A deep copy; what cannot be copied (a lock, a thread) is shared."""
    if isinstance(value, _SCOPED):
        twin = type(value)()
        twin._data = _copied(value._data, memo)
        return twin
    if isinstance(value, dict):
        return {key: _copied(item, memo) for key, item in value.items()}
    if isinstance(value, list | set | deque | tuple):
        return _rebuilt(value, [_copied(item, memo) for item in value])
    try:
        return copy.deepcopy(value, memo)
    except (TypeError, ValueError):
        return value


def _rebuilt(like: Any, items: list[Any]) -> Any:
    if isinstance(like, deque):
        return deque(items, like.maxlen)
    return tuple(items) if isinstance(like, tuple) else type(like)(items)


def _replace(container: Any, content: Any) -> None:
    """Give a container other content and keep its identity: modules import each other's."""
    container.clear()
    if content is None:
        return
    if isinstance(container, dict | set):
        container.update(content)
    else:
        container.extend(content)
