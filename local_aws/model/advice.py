"""What keeps a kind of failure from coming back, and what would show it sooner."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_aws.model.diagnosis import Diagnosis
    from local_aws.model.reading import Facts


def prevention(diagnosis: Diagnosis) -> list[str]:
    """What to change so that it does not happen again."""
    return _PREVENTION.get(diagnosis.category, [])


def monitoring(diagnosis: Diagnosis, facts: Facts) -> list[str]:
    """What to watch, with the names that came back."""
    function = facts.first("function")
    group = diagnosis.observed.fact.text("group") if diagnosis.observed else ""
    names = {
        "group": f"log group {group}" if group else "its log group",
        "role": f"role {function.text('role')}" if function and function.text("role") else "the role",
    }
    return [advice.format(**names) for advice in _MONITORING.get(diagnosis.category, [])]


_PREVENTION = {
    "permission_denied": ["Test the role against the calls the code makes before it is deployed."],
    "timeout": ["Give calls inside the function time limits of their own, shorter than the function's."],
    "out_of_memory": ["Bound what one invocation loads, and load-test with the largest expected input."],
    "throttled": ["Back off with jitter and bound the rate of calls."],
    "configuration_missing": ["Check required settings at start and in the deployment pipeline."],
    "data_error": ["Validate input at the edge and set refused items aside."],
}

_MONITORING = {
    "permission_denied": [
        "An alarm on a metric filter for AccessDenied on {group} names the cause at its first line.",
        "Where a trail that records such calls writes to CloudWatch Logs: errorCode AccessDenied* of {role}.",
    ],
    "timeout": ["An alarm on the maximum of Duration near the time limit shows this before it fails."],
    "out_of_memory": ["Watch the most memory used against the memory size, as Lambda Insights reports it."],
    "throttled": ["An alarm on Throttles, and on ConcurrentExecutions near the limit."],
}
