"""Fixed, read-only Python that runs in the tool Lambda, beside what a model writes.

The modules here are never imported: their source is sent as the code of a tool call, with its ``inputs`` bound as
data. As modules they are checked like all other code.
"""

from __future__ import annotations

from importlib.resources import files


def source_of(look: str) -> str:
    """The code of a look, by its name: ``alarm_states``."""
    return files(__name__).joinpath(f"{look}.py").read_text(encoding="utf-8")
