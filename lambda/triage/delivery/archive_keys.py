"""Where things lie in the Archive."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triage.domain.investigation import Investigation

MAX_SLUG = 60


def folder(investigation: Investigation) -> str:
    """``reports/YYYY/MM/DD/<HHMMSSZ>_<alarm>_<investigation id>``, without a slash at its end.

    The date is when the run started, UTC. The alarm's name is there for people who browse; the investigation id
    makes the folder unique, whatever becomes of the name. All characters are among those that S3 calls safe in
    keys ("Naming Amazon S3 objects"), so that no tool has to escape them.
    """
    started = investigation.started_at.astimezone(UTC)
    return f"reports/{started:%Y/%m/%d/%H%M%SZ}_{slug(investigation.signal.name)}_{slug(investigation.id, 64)}"


def slug(name: str, limit: int = MAX_SLUG) -> str:
    """The name in ``A-Z a-z 0-9 . -``, at most ``limit`` characters; ``alarm`` when nothing of it is left."""
    safe = re.sub(r"[^A-Za-z0-9.]+", "-", name)
    return re.sub(r"\.{2,}", ".", safe)[:limit].strip("-.") or "alarm"
