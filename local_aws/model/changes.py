"""Which of the changes CloudTrail shows are worth a look."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_aws.model.reading import moment

if TYPE_CHECKING:
    from datetime import datetime

    from local_aws.model.reading import Fact, Facts

_MOST = 10

_TELLING = re.compile(
    r"(Put|Delete|Attach|Detach)RolePolicy|(Put|Delete)RolePermissionsBoundary|UpdateAssumeRolePolicy"
    r"|CreatePolicyVersion|SetDefaultPolicyVersion|DeletePolicyVersion|DeleteRole|DeletePolicy"
    r"|Update(FunctionConfiguration|FunctionCode|EventSourceMapping|Alias)\w*|(Add|Remove)Permission\w*"
    r"|(Put|Delete)FunctionConcurrency\w*|Put(Key|Bucket|Resource)Policy|SetQueueAttributes|SetTopicAttributes"
    r"|(Update|Delete)(Table|Stream|DBInstance|Cluster|Service)|Delete(Queue|Topic|Bucket|Secret|Parameter)"
)
"""Changes of configuration, code or permissions of something that exists: what a working resource fails after."""


def changes(facts: Facts) -> list[Fact]:
    """The changes to tell, oldest first: of many the telling and the latest. A refused call changed nothing.

    CloudTrail answers newest first with times in whole seconds, so that order tells those of one second apart.
    """
    done = [fact for fact in reversed(facts.all("change")) if not fact.text("refused") and moment(fact.text("at"))]
    done.sort(key=_when)
    kept = sorted(range(len(done)), key=lambda index: (_is_telling(done[index]), index))[-_MOST:]
    return [done[index] for index in sorted(kept)]


def suspect(facts: Facts, onset: datetime | None) -> Fact | None:
    """The last telling change that was made by the onset; without one the last of any kind."""
    before = [fact for fact in changes(facts) if onset is None or _when(fact) <= onset.timestamp()]
    return next(iter([fact for fact in reversed(before) if _is_telling(fact)] or before[::-1]), None)


def creation(facts: Facts) -> Fact | None:
    """When the function itself was created, if that was in the time that was read."""
    function = facts.first("function")
    own = [fact for fact in changes(facts) if function and fact.text("of") == function.text("name")]
    return next((fact for fact in own if fact.text("event").startswith("CreateFunction")), None)


def _is_telling(change: Fact) -> bool:
    return bool(_TELLING.fullmatch(change.text("event")))


def _when(change: Fact) -> float:
    at = moment(change.text("at"))
    return at.timestamp() if at else 0.0
