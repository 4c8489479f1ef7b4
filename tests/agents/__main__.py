"""Prints what scripted agents of every kind deliver, and which labelled claims reach people.

python -m tests.agents
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.agents import claiming, matrix


def main() -> int:
    """Entry point."""
    agents = [matrix.HEAD, *(row.cells for row in matrix.rows())]
    claims = [
        ("labelled claims", "made", "delivered as facts"),
        *((label.value, made, reached) for label, (reached, made) in claiming.delivered().items()),
    ]
    sys.stdout.write(f"{_table(agents)}\n\n{_table(claims)}\n")
    return 0


def _table(rows: Sequence[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


if __name__ == "__main__":
    sys.exit(main())
