"""POST /_local/state: what plain API calls cannot bring about, declared.

The body names sections. `resources` is read here; the others belong to the parts of the local AWS that keep them.
A malformed document adds nothing at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

from local_aws.declared.errors import MalformedStateError
from local_aws.declared.resources import Resources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local_aws.declared.state import Declared, Place

_ACCOUNT = re.compile(r"\d{12}")


class Section(Protocol):
    """A part of the state that is kept elsewhere."""

    def prepare(self, account: str, region: str, items: object) -> Callable[[], None]:
        """Check the items; what is returned adds them.

        Raises:
            ValueError: Something is malformed; the message names its path.
        """

    def clear(self) -> None:
        """Forget all that was added."""


class StateCommand:
    """What POST /_local/state does."""

    def __init__(self, declared: Declared, home: Place, sections: Mapping[str, Section]) -> None:
        self._home = home
        self._sections = {**sections, "resources": Resources(declared)}

    def __call__(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Add the sections of a request, or drop all that was ever added with `{"clear": true}`.

        Raises:
            ValueError: Something is malformed; nothing was added.
        """
        if request.get("clear"):
            self.forget()
            return {"cleared": sorted(self._sections)}
        account, region = str(request.get("account", self._home.account)), request.get("region", self._home.region)
        if not _ACCOUNT.fullmatch(account):
            raise MalformedStateError(f"account: {account!r} must have twelve digits")
        given = {name: items for name, items in request.items() if name not in {"account", "region", "clear"}}
        for name in given:
            if name not in self._sections:
                raise MalformedStateError(
                    f"{name}: no such section; there are {', '.join(sorted(self._sections))}"
                )
        additions = [self._sections[name].prepare(account, str(region), items) for name, items in given.items()]
        for add in additions:
            add()
        return {"added": sorted(given)}

    def forget(self) -> None:
        """Drop all that was ever added."""
        for section in self._sections.values():
            section.clear()
