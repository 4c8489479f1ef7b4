"""From facts to the input of ``submit_report``, and to a smaller one when the agent refuses it."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from local_aws.model.actions import actions
from local_aws.model.diagnosis import Diagnosis, diagnose
from local_aws.model.reading import clipped
from local_aws.model.shapes import match_shape
from local_aws.model.timeline import recently_modified, timeline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.model.backend import JsonObject
    from local_aws.model.reading import Fact, Facts

STAND_IN = "Written by the scripted stand-in model of the local AWS, not by a language model."
_FAILING_METRICS = ("Errors", "Throttles")


def report_input(facts: Facts, signal: Mapping[str, Any]) -> JsonObject:
    """The report the facts carry. Every claim cites the lines it was read from."""
    diagnosis = diagnose(facts)
    share, share_citations = _share(facts)
    recovered = _recovered(facts)
    subject = _subject(facts, signal)
    return {
        "headline": _headline(diagnosis, subject, str(signal["name"])),
        "summary": _summary(diagnosis, share, recovered=recovered),
        "severity": _severity(diagnosis, facts, signal),
        "disposition": _disposition(diagnosis, recovered=recovered),
        "root_cause": {
            "statement": diagnosis.statement,
            "category": diagnosis.category,
            "confidence": diagnosis.confidence,
            "citations": diagnosis.citations,
        },
        "timeline": timeline(diagnosis, facts),
        "impact": {
            "statement": share or "The evidence does not show how many calls are affected.",
            "affected_resources": subject,
            "citations": share_citations,
        },
        "findings": _findings(diagnosis, facts),
        "ruled_out": _ruled_out(diagnosis, facts),
        "immediate_actions": actions(diagnosis, facts, signal),
        "prevention": _PREVENTION.get(diagnosis.category, []),
        "monitoring": _MONITORING.get(diagnosis.category, []),
        "open_questions": _open_questions(diagnosis, facts),
        "gaps": [STAND_IN, *facts.gaps],
    }


def repaired(report: Mapping[str, Any], problems: str) -> JsonObject:
    """The report without the claims the agent named by path, as in ``findings[2].citations[0]: …``.

    Where the root cause is named, its statement stays with less confidence.
    """
    smaller = copy.deepcopy(dict(report))
    for part in ("timeline", "findings", "ruled_out", "immediate_actions"):
        named = {int(index) for index in re.findall(rf"\b{part}\[(\d+)\]", problems)}
        smaller[part] = [item for index, item in enumerate(smaller.get(part) or []) if index not in named]
    if "impact" in problems:
        smaller["impact"] = {
            "statement": "The evidence does not show how many calls are affected.",
            "affected_resources": [],
        }
    if "root_cause" in problems:
        smaller["root_cause"] = _less_sure(smaller["root_cause"], problems)
    smaller["gaps"] = [*(smaller.get("gaps") or []), "Claims that the check of quotes refused were left out."]
    return smaller


def _less_sure(root_cause: JsonObject, problems: str) -> JsonObject:
    """The root cause without the citations that were named; without any left it is inconclusive."""
    named = {int(index) for index in re.findall(r"\broot_cause\.citations\[(\d+)\]", problems)}
    kept = [citation for index, citation in enumerate(root_cause["citations"]) if named and index not in named]
    return root_cause | {"confidence": "LIKELY" if kept else "INCONCLUSIVE", "citations": kept}


def without_claims(report: Mapping[str, Any]) -> JsonObject:
    """What is left when nothing can be shown: the gaps, and that the cause is unknown."""
    return {
        "headline": "No cause can be shown",
        "summary": f"The evidence that was read could not be cited. {STAND_IN}",
        "severity": report.get("severity", "MEDIUM"),
        "disposition": "unknown",
        "root_cause": {
            "statement": "Unknown: no claim about the cause could be shown.",
            "category": "unknown",
            "confidence": "INCONCLUSIVE",
            "citations": [],
        },
        "impact": {"statement": "Unknown.", "affected_resources": []},
        "findings": [],
        "immediate_actions": [],
        "gaps": report.get("gaps") or [STAND_IN],
    }


def _headline(diagnosis: Diagnosis, subject: list[str], alarm: str) -> str:
    name = subject[0] if subject else alarm
    details = diagnosis.observed.details if diagnosis.observed else {}
    tail = _HEADLINES.get(diagnosis.category, "fails for a cause that was not found")
    headline = f"{name} {tail.format(what=details.get('action') or details.get('name') or 'a call')}"
    return headline if len(headline) <= 120 else f"{headline[:119]}…"


def _summary(diagnosis: Diagnosis, share: str, *, recovered: bool) -> str:
    parts = [diagnosis.statement, share]
    parts.append("The alarm is OK again." if recovered else "")
    parts.append("Fixed rules read this from the evidence; no language model judged it.")
    return " ".join(part for part in parts if part)


def _recovered(facts: Facts) -> bool:
    alarm = facts.first("alarm")
    return bool(alarm and alarm.text("state") == "OK")


def _failing(facts: Facts) -> tuple[Fact | None, Fact | None]:
    """The metric that counts failures and the one that counts calls, where both belong to one function."""
    failing = next(
        (fact for name in _FAILING_METRICS for fact in facts.all("metric", name=name) if fact.number("sum")), None
    )
    return failing, facts.first("metric", name="Invocations")


def _share(facts: Facts) -> tuple[str, list[JsonObject]]:
    failing, calls = _failing(facts)
    if failing and calls and calls.number("sum"):
        statement = f"{failing.text('sum')} of {calls.text('sum')} invocations failed in the hours read."
        return statement, failing.cite("name", "sum") + calls.cite("name", "sum")
    if failing:
        return f"Metric {failing.text('name')} adds up to {failing.text('sum')}.", failing.cite("name", "sum")
    errors = sorted(facts.all("log_error"), key=lambda fact: -fact.number("count"))
    if errors:
        statement = f"The log holds {errors[0].text('count')} lines of the most frequent error."
        return statement, errors[0].cite("count", "first")
    return "", []


def _severity(diagnosis: Diagnosis, facts: Facts, signal: Mapping[str, Any]) -> str:
    if _recovered(facts) or signal["state"] == "OK":
        return "INFO" if diagnosis.observed is None else "LOW"
    if diagnosis.observed is None:
        return "MEDIUM"
    failing, calls = _failing(facts)
    if failing and calls and calls.number("sum"):
        share = failing.number("sum") / calls.number("sum")
        return "CRITICAL" if share >= 0.9 else "HIGH" if share >= 0.25 else "MEDIUM"
    return "HIGH"


def _disposition(diagnosis: Diagnosis, *, recovered: bool) -> str:
    if diagnosis.observed is None:
        return "transient" if recovered else "unknown"
    return "transient" if recovered else "incident"


def _subject(facts: Facts, signal: Mapping[str, Any]) -> list[str]:
    """Names of what fails, as the evidence has them; by the alarm's dimensions where nothing was read."""
    named = [fact.text("name") for fact in (*facts.all("function"), *facts.all("resource"))]
    dimensions = [
        str(value) for metric in signal.get("metrics") or [] for value in (metric.get("dimensions") or {}).values()
    ]
    return list(dict.fromkeys(named or dimensions))[:10]


def _findings(diagnosis: Diagnosis, facts: Facts) -> list[JsonObject]:
    found = [
        _finding(f"The alarm's reason: {alarm.text('reason')}", alarm.cite("reason"))
        for alarm in facts.all("alarm")
    ]
    found += [
        _finding(
            f"Log group {error.text('group')} has {error.text('count')} lines like: "
            f"{clipped(error.text('sample'), 200)}",
            error.cite("group", "count") + error.cite_text(clipped(error.text("sample"), 200)),
        )
        for error in facts.all("log_error")[:4]
        if diagnosis.category == "unknown" or match_shape(error.text("sample"))
    ]
    found += [
        _finding(
            f"Function {item.text('name')} has a time limit of {item.text('timeout_s')} s, "
            f"{item.text('memory_mb')} MB of memory and role {item.text('role')}.",
            item.cite("name", "timeout_s", "memory_mb", "role"),
        )
        for item in facts.all("function")
    ]
    found += [
        _finding(
            f"Of the {item.text('count')} invocations that {_ENDED.get(item.text('which'), 'were read')}, "
            f"the longest took "
            f"{item.text('longest_ms')} ms; the most memory used was {item.text('most_memory_used_mb')} of "
            f"{item.text('memory_mb')} MB.",
            item.cite("which", "count", "longest_ms", "most_memory_used_mb", "memory_mb"),
        )
        for item in facts.all("durations")
    ]
    found += [
        _finding(
            f"Besides, {other.fact.text('count') or other.fact.text('sum')} lines speak for {other.category}.",
            other.cite() + other.fact.cite("count" if "count" in other.fact.data else "sum"),
        )
        for other in diagnosis.others
        if other.category != "unknown"
    ]
    return found


def _finding(statement: str, citations: list[JsonObject]) -> JsonObject:
    return {"statement": statement, "citations": citations}


def _ruled_out(diagnosis: Diagnosis, facts: Facts) -> list[JsonObject]:
    ruled_out = []
    asked = facts.all("changes_of")
    changed = any(fact.number("found") for fact in asked) or recently_modified(facts)
    if asked and not changed:
        names = ", ".join(fact.text("name") for fact in asked)
        ruled_out.append(
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
            ruled_out.append(
                {"hypothesis": "Invocations that take too long", "reason": reason, "citations": citations}
            )
    return ruled_out


def _open_questions(diagnosis: Diagnosis, facts: Facts) -> list[str]:
    questions = []
    if diagnosis.observed is not None and (facts.all("change") or recently_modified(facts)):
        questions.append("Whether the last change caused the failure or only came before it.")
    elif diagnosis.observed is not None:
        questions.append("What changed: the script saw no change that explains the onset.")
    if diagnosis.confidence != "CONFIRMED":
        questions.append("The cause itself: the script's rules could not show it.")
    return questions


_ENDED = {"stopped": "were stopped at the time limit", "other": "were not stopped at the time limit"}

_HEADLINES = {
    "permission_denied": "is denied {what}",
    "timeout": "is stopped at its time limit",
    "out_of_memory": "runs out of memory",
    "throttled": "is affected by throttling",
    "dependency_unreachable": "cannot reach something it calls",
    "bad_deploy": "cannot start its deployed code",
    "configuration_missing": "lacks a setting or resource: {what}",
    "quota_exceeded": "has used up a quota",
    "certificate_expired": "meets a certificate that is no longer accepted",
    "data_error": "fails on its input",
    "healthy_now": "shows no failure now",
}

_PREVENTION = {
    "permission_denied": ["Test the role against the calls the code makes before it is deployed."],
    "timeout": ["Give calls inside the function time limits of their own, shorter than the function's."],
    "out_of_memory": ["Bound what one invocation loads, and load-test with the largest expected input."],
    "throttled": ["Back off with jitter and bound the rate of calls."],
    "configuration_missing": ["Check required settings at start and in the deployment pipeline."],
    "data_error": ["Validate input at the edge and set refused items aside."],
}

_MONITORING = {
    "timeout": ["An alarm on the maximum of Duration near the time limit shows this before it fails."],
    "out_of_memory": ["Watch the most memory used against the memory size, as Lambda Insights reports it."],
    "throttled": ["An alarm on Throttles, and on ConcurrentExecutions near the limit."],
}
