"""The events in tests/fixtures/events, fresh copies that a test may bend."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "fixtures" / "events"


def event(name: str) -> dict[str, Any]:
    """One event by the name of its file without suffix."""
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded
