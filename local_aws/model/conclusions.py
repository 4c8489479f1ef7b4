"""From facts to the input of ``submit_report``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_aws.model.actions import actions
from local_aws.model.advice import monitoring, prevention
from local_aws.model.changes import creation, suspect
from local_aws.model.diagnosis import Diagnosis, diagnose
from local_aws.model.findings import findings, ruled_out
from local_aws.model.impact import failing_share, impact
from local_aws.model.reading import moment
from local_aws.model.repair import BY_RULES, STAND_IN, UNKNOWN_IMPACT
from local_aws.model.timeline import recently_modified, timeline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.model.backend import JsonObject
    from local_aws.model.reading import Facts


def report_input(facts: Facts, signal: Mapping[str, Any]) -> JsonObject:
    """The report the facts carry. Every claim cites the lines it was read from."""
    diagnosis = diagnose(facts)
    share, share_citations = impact(facts)
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
            "statement": share or UNKNOWN_IMPACT,
            "affected_resources": subject,
            "citations": share_citations,
        },
        "findings": findings(diagnosis, facts),
        "ruled_out": ruled_out(diagnosis, facts),
        "immediate_actions": actions(diagnosis, facts, signal),
        "prevention": prevention(diagnosis),
        "monitoring": monitoring(diagnosis, facts),
        "open_questions": _open_questions(diagnosis, facts, signal),
        "gaps": [STAND_IN, *facts.gaps],
    }


def _headline(diagnosis: Diagnosis, subject: list[str], alarm: str) -> str:
    name = subject[0] if subject else alarm
    details = diagnosis.observed.details if diagnosis.observed else {}
    tail = _HEADLINES.get(diagnosis.category, "fails for a cause that was not found")
    login = f"the login of {details['login']}" if "login" in details else "a call"
    headline = f"{name} {tail.format(what=details.get('action') or details.get('name') or login)}"
    return headline if len(headline) <= 120 else f"{headline[:119]}…"


def _summary(diagnosis: Diagnosis, share: str, *, recovered: bool) -> str:
    """Who judged comes first: it says how much to trust what follows."""
    parts = [BY_RULES, diagnosis.statement, share, "The alarm is OK again." if recovered else ""]
    return " ".join(part for part in parts if part)


def _recovered(facts: Facts) -> bool:
    alarm = facts.first("alarm")
    return bool(alarm and alarm.text("state") == "OK")


def _severity(diagnosis: Diagnosis, facts: Facts, signal: Mapping[str, Any]) -> str:
    if _recovered(facts) or signal["state"] == "OK":
        return "INFO" if diagnosis.observed is None else "LOW"
    if diagnosis.observed is None:
        return "MEDIUM"
    share = failing_share(facts)
    if share is None:
        return "HIGH"
    return "CRITICAL" if share >= 0.9 else "HIGH" if share >= 0.25 else "MEDIUM"


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
    logged = [str(signal["log"]["log_group"])] if signal.get("log") else []
    return list(dict.fromkeys(named or dimensions or logged))[:10]


def _open_questions(diagnosis: Diagnosis, facts: Facts, signal: Mapping[str, Any]) -> list[str]:
    questions = []
    changed = suspect(facts, moment(str(signal["occurred_at"]))) or recently_modified(facts)
    created = creation(facts)
    if diagnosis.observed is not None and created:
        at = created.text("at")[:16].replace("T", " ")
        questions.append(f"Whether it ever worked: {created.text('of')} was created at {at} UTC.")
    if diagnosis.observed is not None and changed:
        questions.append("Whether the last change caused the failure or only came before it.")
    elif diagnosis.observed is not None:
        questions.append("What changed: the script saw no change that explains the onset.")
    if diagnosis.confidence != "CONFIRMED":
        questions.append("The cause itself: the script's rules could not show it.")
    return questions


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
