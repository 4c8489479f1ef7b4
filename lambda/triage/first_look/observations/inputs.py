"""What the inputs of failing executions have that those of others lack."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triage.first_look.observations.facts import Row, Scene

_HELPER = "execution_inputs"
_COUNTED = re.compile(r"^(?:at least )?\d+ of \d+ executions that began ")
_VALUE = re.compile(r" that fail have [^\s=]+=(?P<value>\S.*), [\w ]+ that succeed$")


def counted(scene: Scene) -> list[Row]:
    """How many executions fail."""
    return [row for row in scene.rows if row.helper == _HELPER and _COUNTED.match(row.text)]


def differing(scene: Scene) -> list[Row]:
    """In what inputs differ, the most telling first."""
    return [row for row in scene.rows if row.helper == _HELPER and not _COUNTED.match(row.text)]


def values(scene: Scene) -> frozenset[str]:
    """Values that only failing inputs have: the name of who sent them may be among them."""
    found = (_VALUE.search(row.text) for row in differing(scene))
    return frozenset(each["value"] for each in found if each and len(each["value"]) > 3)
