"""Single facts worth telling, each with where it can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_aws.model.reading import clipped
from local_aws.model.shapes import match_shape
from local_aws.model.timeline import recently_modified

if TYPE_CHECKING:
    from local_aws.model.backend import JsonObject
    from local_aws.model.diagnosis import Diagnosis, Observed
    from local_aws.model.reading import Fact, Facts

_ENDED = {"stopped": "were stopped at the time limit", "other": "were not stopped at the time limit"}


def findings(diagnosis: Diagnosis, facts: Facts) -> list[JsonObject]:
    """What the alarm says, what the log says, how the function is configured, how its invocations went."""
    errors = [
        error
        for error in facts.all("log_error")[:4]
        if diagnosis.category == "unknown" or match_shape(error.text("sample"))
    ]
    others = [other for other in diagnosis.others if other.category != "unknown"]
    return [
        *(_reason(alarm) for alarm in facts.all("alarm")),
        *(_error(error) for error in errors),
        *(_configured(function) for function in facts.all("function")),
        *(_durations(durations) for durations in facts.all("durations")),
        *(_besides(other) for other in others),
    ]


def ruled_out(diagnosis: Diagnosis, facts: Facts) -> list[JsonObject]:
    """Hypotheses the facts speak against."""
    against = []
    asked = facts.all("changes_of")
    changed = any(fact.number("found") for fact in asked) or recently_modified(facts)
    if asked and not changed:
        names = ", ".join(fact.text("name") for fact in asked)
        against.append(
            {
                "hypothesis": "A recent change of the resource, its role or its alarm",
                "reason": f"CloudTrail shows none for {names}; it may lag by minutes.",
                "citations": [citation for fact in asked for citation in fact.cite("name", "found")],
            }
        )
    function = facts.first("function")
    for fact in facts.all("durations", which="other") if diagnosis.category != "timeout" else []:
        if function and 0 < fact.number("longest_ms") < 500 * function.number("timeout_s"):
            reason = f"The longest took {fact.text('longest_ms')} ms of {function.text('timeout_s')} s."
            citations = fact.cite("longest_ms") + function.cite("timeout_s")
            against.append(
                {"hypothesis": "Invocations that take too long", "reason": reason, "citations": citations}
            )
    return against


def _reason(alarm: Fact) -> JsonObject:
    return _finding(f"The alarm's reason: {alarm.text('reason')}", alarm.cite("reason"))


def _error(error: Fact) -> JsonObject:
    words = clipped(error.text("sample"), 200)
    statement = f"Log group {error.text('group')} has {error.text('count')} lines like: {words}"
    return _finding(statement, error.cite("group", "count") + error.cite_text(words))


def _configured(function: Fact) -> JsonObject:
    statement = (
        f"Function {function.text('name')} has a time limit of {function.text('timeout_s')} s, "
        f"{function.text('memory_mb')} MB of memory and role {function.text('role')}."
    )
    return _finding(statement, function.cite("name", "timeout_s", "memory_mb", "role"))


def _durations(fact: Fact) -> JsonObject:
    statement = (
        f"Of the {fact.text('count')} invocations that {_ENDED.get(fact.text('which'), 'were read')}, the longest "
        f"took {fact.text('longest_ms')} ms; the most memory used was {fact.text('most_memory_used_mb')} of "
        f"{fact.text('memory_mb')} MB."
    )
    return _finding(statement, fact.cite("which", "count", "longest_ms", "most_memory_used_mb", "memory_mb"))


def _besides(other: Observed) -> JsonObject:
    counted = "count" if "count" in other.fact.data else "sum"
    statement = f"Besides, {other.fact.text(counted)} lines or datapoints speak for {other.category}."
    return _finding(statement, other.cite() + other.fact.cite(counted))


def _finding(statement: str, citations: list[JsonObject]) -> JsonObject:
    return {"statement": statement, "citations": citations}
