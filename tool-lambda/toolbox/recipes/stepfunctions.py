"""Step Functions: traces of what the states call, and in what the inputs of failures differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.plan import Step, answer_of, if_anything, if_traced
from toolbox.recipes.recipe import Recipe
from toolbox.services.executions import execution_inputs
from toolbox.services.traces import failed_traces

if TYPE_CHECKING:
    from toolbox.plan import Done


def machine(done: Done) -> dict[str, Any] | None:
    """The state machine the alarm is about, unless it keeps no list of its executions."""
    name = looking.current().dimensions.get("StateMachineArn")
    listed = answer_of(done, "configuration").get("type") != "EXPRESS"
    return {"name": name} if name and listed else None


RECIPE = Recipe(
    "Step Functions",
    ("AWS/States",),
    "failed traces; the latest failures with error, cause and state by configuration; how many executions fail, "
    "and in what their inputs differ from those that succeed; what starts it nearby",
    (
        Step("traces", "Traces that failed", failed_traces, after=("metric",), shorten=if_traced),
        Step(
            "executions",
            "Inputs of failing executions",
            execution_inputs,
            machine,
            after=("configuration",),
            shorten=if_anything,
        ),
    ),
)
