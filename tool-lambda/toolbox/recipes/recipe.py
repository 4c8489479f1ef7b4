"""A recipe: what is asked of the alarms of a namespace beyond what is asked of every alarm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.plan import answer_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolbox.plan import Done, Step


@dataclass(frozen=True)
class Recipe:
    """What a namespace's alarms are asked besides.

    Attributes:
        title: What it is for, as the documentation lists it.
        namespaces: CloudWatch namespaces whose alarms it serves.
        asks: What its steps find out, in a few words.
        steps: The steps; they may wait for any of the general plan.
    """

    title: str
    namespaces: tuple[str, ...]
    asks: str
    steps: tuple[Step, ...] = ()


def metric_names() -> list[str]:
    """Names of the metrics the alarm watches."""
    return [str(metric.get("name") or "") for metric in looking.current().signal.get("metrics") or ()]


def where(condition: Callable[[Done], bool], **arguments: Any) -> Callable[[Done], dict[str, Any] | None]:
    """Arguments of a step that is only taken where a condition holds."""

    def made(done: Done) -> dict[str, Any] | None:
        return arguments if condition(done) else None

    return made


def changed_metric(done: Done, *words: str) -> bool:
    """Whether the alarm's metric, or one that changed beside it, has one of some words in its name."""
    lines = [
        line for line in answer_of(done, "related_metrics").get("metrics", ()) if "\N{RIGHTWARDS ARROW}" in line
    ]
    return any(word.lower() in text.lower() for text in [*metric_names(), *lines] for word in words)
