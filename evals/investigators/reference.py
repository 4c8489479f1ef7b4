"""Three answers that check the scorer: one knows, one does not try, one is sure of what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evals.answer import Answer
from evals.investigators import ReadingInvestigator, as_report
from triage.domain.report import Category, Disposition

if TYPE_CHECKING:
    import boto3.session

    from evals.play import Incident
    from evals.suite import Played


class Oracle(ReadingInvestigator):
    """Writes what truth.json says and cites what the scenario's own probe finds, with the investigator's rights.

    Without the decisive evidence it says so: it knows what it cannot know.
    """

    name = "oracle"

    def __call__(self, played: Played) -> Answer:
        """The best answer there is."""
        incident = played.incident
        truth = incident.truth
        evidence = probed(incident, played.session)
        missing = [one for one in truth.decisive if one.id not in evidence]
        known = not (incident.perturbation.without or missing)
        right = truth.category if known else truth.without_decisive
        facts = [fact for fact in truth.facts if known or fact.kind not in {"cause", "change"}]
        citations = [{"evidence": name, "quote": text} for name, text in evidence.items()]
        findings = [{"statement": fact.says, "citations": citations} for fact in facts]
        cause = " ".join(fact.says for fact in facts if fact.kind == "cause")
        report = as_report(
            headline=truth.title if known else "Cause not known",
            category=right[0].value,
            confidence="INCONCLUSIVE" if right[0] is Category.UNKNOWN else "CONFIRMED",
            disposition=truth.disposition[0].value,
            statement=cause or "The evidence that would tell is not there.",
            findings=findings,
        )
        return Answer(report, evidence)


class Lazy(ReadingInvestigator):
    """Repeats the alarm."""

    name = "lazy"

    def __call__(self, played: Played) -> Answer:
        """The alarm's own words, and nothing else; of an error in a log that there is one."""
        event = played.incident.event
        alarm = event.get("alarmData", event.get("detail", {}))
        in_log = "awslogs" in event
        usual = "There is an error in a log." if in_log else "The alarm is in ALARM."
        reason = str(alarm.get("state", {}).get("reason", usual))
        report = as_report(
            headline=usual if in_log else f"{alarm.get('alarmName', 'The alarm')} is in ALARM",
            category=Category.UNKNOWN.value,
            confidence="INCONCLUSIVE",
            disposition=Disposition.UNKNOWN.value,
            statement=reason,
            findings=[{"statement": reason, "citations": [{"evidence": "E1", "quote": reason}]}],
        )
        return Answer(report, {"E1": reason})


class Wrong(ReadingInvestigator):
    """Claims what is forbidden, with full confidence."""

    name = "wrong"

    def __call__(self, played: Played) -> Answer:
        """A story that fits the alarm and nothing else."""
        truth = played.incident.truth
        claims = [claim.says for claim in truth.forbidden] or ["A deployment broke it."]
        statement = " ".join(claims)
        category = next(one for one in Category if one not in (*truth.category, Category.UNKNOWN))
        report = as_report(
            headline=claims[0],
            category=category.value,
            confidence="CONFIRMED",
            disposition=Disposition.INCIDENT.value,
            statement=statement,
            findings=[{"statement": claim, "citations": []} for claim in claims],
        )
        return Answer(report, {})


def probed(incident: Incident, session: boto3.session.Session) -> dict[str, str]:
    """What the scenario's probe finds, by the id of the decisive evidence; what it does not find is left out.

    Raises:
        ValueError: It answers under an id that truth.json does not have.
    """
    probe = incident.scenario.function("probe.py", "probe")
    if probe is None:
        return {}
    found: dict[str, Any] = probe(session, incident.setting.now)
    known = {one.id for one in incident.truth.decisive}
    if extra := set(found) - known:
        raise ValueError(f"{incident.name}/probe.py answers {sorted(extra)}; truth.json knows {sorted(known)}.")
    return {name: str(text) for name, text in found.items() if text}
