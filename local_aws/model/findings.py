"""Single facts worth telling, each with where it can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_aws.model.reading import clipped, message_of
from local_aws.model.shapes import match_shape
from local_aws.model.timeline import recently_modified
from local_aws.model.wording import counted, since_of

if TYPE_CHECKING:
    from local_aws.model.backend import JsonObject
    from local_aws.model.diagnosis import Diagnosis, Observed
    from local_aws.model.reading import Fact, Facts

_ENDED = {"stopped": "stopped at the time limit", "other": "not stopped at the time limit"}


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
    if asked and not changed and not any(fact.data.get("unread") for fact in asked):
        against.append(_no_change(asked))
    function = facts.first("function")
    for fact in facts.all("durations", which="other") if diagnosis.category != "timeout" else []:
        if function and 0 < fact.number("longest_ms") < 500 * function.number("timeout_s"):
            reason = f"The longest took {fact.text('longest_ms')} ms of {function.text('timeout_s')} s."
            citations = fact.cite("longest_ms") + function.cite("timeout_s")
            against.append(
                {"hypothesis": "Invocations that take too long", "reason": reason, "citations": citations}
            )
    return against


def _no_change(asked: list[Fact]) -> JsonObject:
    names = ", ".join(fact.text("name") for fact in asked)
    return {
        "hypothesis": "A recent change of the resource, its role or its alarm",
        "reason": f"CloudTrail shows none for {names}{since_of(asked[0])}; it may lag by minutes.",
        "citations": [citation for fact in asked for citation in fact.cite("name", "found")],
    }


def _reason(alarm: Fact) -> JsonObject:
    return _finding(f"The alarm's reason: {alarm.text('reason')}", alarm.cite("reason"))


def _error(error: Fact) -> JsonObject:
    words = clipped(message_of(error.text("sample")).partition(" Traceback ")[0], 400)
    statement = f"Log group {error.text('group')} has {counted(error.text('count'), 'line')} like: {words}"
    return _finding(statement, error.cite("group", "count") + error.cite_text(words))


def _configured(function: Fact) -> JsonObject:
    statement = (
        f"Function {function.text('name')} has a time limit of {function.text('timeout_s')} s, "
        f"{function.text('memory_mb')} MB of memory and role {function.text('role')}."
    )
    return _finding(statement, function.cite("name", "timeout_s", "memory_mb", "role"))


def _durations(fact: Fact) -> JsonObject:
    ended, longest = _ENDED.get(fact.text("which"), "read"), f"{fact.number('longest_ms'):,.6g} ms"
    memory = f"{fact.text('most_memory_used_mb')} of {fact.text('memory_mb')} MB"
    if fact.text("count") == "1":
        statement = f"One invocation{since_of(fact)} was {ended}: it took {longest} and used {memory}."
    else:
        statement = (
            f"{fact.text('count')} invocations{since_of(fact)} were {ended}: the longest took {longest}, and the "
            f"most memory used was {memory}."
        )
    return _finding(statement, fact.cite("which", "count", "longest_ms", "most_memory_used_mb", "memory_mb"))


def _besides(other: Observed) -> JsonObject:
    kind = other.category.replace("_", " ")
    if "count" in other.fact.data:
        lines = counted(other.fact.text("count"), "line")
        statement = f"Besides, the log has {lines} of another kind of failure: {kind}."
        return _finding(statement, other.cite() + other.fact.cite("count"))
    statement = f"Besides, metric {other.fact.text('name')} adds up to {other.fact.text('sum')}: {kind}."
    return _finding(statement, other.fact.cite("name", "sum"))


def _finding(statement: str, citations: list[JsonObject]) -> JsonObject:
    return {"statement": statement, "citations": citations}
