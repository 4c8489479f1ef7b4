"""The first look at a log error: what is asked of an alarm but the alarm itself, and the lines around it."""

from __future__ import annotations

from typing import Any

toolbox: Any = globals()["toolbox"]
SIGNAL: dict[str, Any] = globals()["inputs"]["signal"]
"""The tool function binds both names."""

ALARM = "alarm"
MOST_LINES = 30


def plan() -> list[Any]:
    """The steps; that of the alarm stays only if others wait for it."""
    general = toolbox.plan.GENERAL
    waited_for = {name for step in general for name in step.after}
    lines = toolbox.plan.Step(
        "lines",
        "Lines around the first one of the error",
        toolbox.log_lines,
        {
            "group": SIGNAL["log"]["log_group"],
            "start": "onset-2m",
            "end": "onset+1m",
            "most": MOST_LINES,
        },
    )
    return [*(step for step in general if step.id != ALARM or ALARM in waited_for), lines]


result = toolbox.first_look.run(SIGNAL, plan())
