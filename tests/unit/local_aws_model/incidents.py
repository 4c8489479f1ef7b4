"""Incidents as the questions would print them, with names drawn at random, and a loop that plays the agent."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local_aws.model.asking import question_key
from local_aws.model.scripted import ScriptedModel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TOOLS = ("run_python", "recall", "submit_report")
ONSET = "2031-05-06T07:08:09+00:00"


def dice(seed: int) -> random.Random:
    """Names for one test, the same in every run."""
    return random.Random(seed)  # noqa: S311 (test data, not secrets)


def line(about: str, **facts: Any) -> str:
    """A fact as the questions print it."""
    return json.dumps({"about": about, **facts}, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True)
class Incident:
    """What the account would answer to each question.

    Attributes:
        printed: question key to the lines it prints.
    """

    function: str
    role: str
    region: str
    account: str
    printed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def alarm(self) -> str:
        return f"{self.function}-alarm"

    @property
    def group(self) -> str:
        return f"/aws/lambda/{self.function}"

    def with_lines(self, key: str, *lines: str) -> Incident:
        printed = {**self.printed, key: (*self.printed.get(key, ()), *lines)}
        return Incident(self.function, self.role, self.region, self.account, printed)

    def with_error(self, message: str, count: int = 9) -> Incident:
        facts = {"group": self.group, "count": count, "first": "2031-05-06T07:01:00.000+00:00", "last": ONSET}
        return self.with_lines("logs", line("log_error", **facts, sample=message))

    def signal(self) -> dict[str, Any]:
        metric = {"namespace": "AWS/Lambda", "name": "Errors", "dimensions": {"FunctionName": self.function}}
        return {
            "name": self.alarm,
            "subject": f"arn:aws:cloudwatch:{self.region}:{self.account}:alarm:{self.alarm}",
            "account_id": self.account,
            "region": self.region,
            "state": "ALARM",
            "occurred_at": ONSET,
            "metrics": [metric],
            "alarm_rule": None,
        }


def an_incident(rng: random.Random, timeout_s: int = 3, memory_mb: int = 128, failing: int = 9) -> Incident:
    """A failing function with random names; nothing yet says why it fails."""
    incident = Incident(
        function=name(rng),
        role=name(rng),
        region=rng.choice(("ap-southeast-4", "eu-south-2", "us-gov-west-1", "ca-west-1")),
        account=str(rng.randrange(10**11, 10**12)),
    )
    function = {"name": incident.function, "timeout_s": timeout_s, "memory_mb": memory_mb, "role": incident.role}
    return (
        incident.with_lines(
            "alarm", line("alarm", name=incident.alarm, state="ALARM", since=ONSET, reason="1 > 0")
        )
        .with_lines("alarm", line("metric", name="Errors", sum=failing, maximum=failing))
        .with_lines("alarm", line("metric", name="Invocations", sum=9, maximum=9))
        .with_lines("resource", line("function", **function, environment=["MODE"]))
        .with_lines("logs", line("log_group", name=incident.group, events=40, errors=9))
        .with_lines("changes", line("changes_of", name=incident.function, hours=24, found=0))
    )


def name(rng: random.Random) -> str:
    return "".join(rng.choice("bcdfghjkmnpqrstvwxz") for _ in range(7)) + f"-{rng.randrange(100, 999)}"


def denied(rng: random.Random) -> tuple[Incident, str, str]:
    """An incident whose role lacks a permission; with the action and the resource."""
    base = an_incident(rng)
    action = f"{name(rng)[:5]}:{rng.choice(('Get', 'Put', 'List'))}{name(rng)[:4].title()}"
    resource = f"arn:aws:{action.partition(':')[0]}:{base.region}:{base.account}:thing/{name(rng)}"
    user = f"arn:aws:sts::{base.account}:assumed-role/{base.role}/{base.function}"
    message = (
        f'[ERROR] ClientError: An error occurred (AccessDeniedException) when calling "it": User: {user} is not '
        f"authorized to perform: {action} on resource: {resource} because no identity-based policy allows it"
    )
    grants = {"role": base.role, "action": action, "resource": resource, "policies_read": 2}
    check = line("grants", **grants, allow_statements=0, deny_statements=0)
    return base.with_error(message).with_lines("permission", check), action, resource


def stopped(rng: random.Random) -> Incident:
    """An incident whose invocations reach their time limit."""
    seconds = rng.randrange(2, 60)
    base = an_incident(rng, timeout_s=seconds)
    durations = {"count": 9, "longest_ms": seconds * 1000.0, "memory_mb": 128, "most_memory_used_mb": 40}
    return base.with_error(f"2031-05-06T07:01:00Z 1f Task timed out after {seconds}.00 seconds").with_lines(
        "invocations",
        line("durations", which="stopped", hours=24, **durations),
        line("before_stop", at=ONSET, line=f"waiting for {name(rng)}"),
    )


def killed(rng: random.Random) -> Incident:
    """An incident whose invocations use all their memory."""
    size = rng.choice((128, 192, 512, 1024))
    reports = {"count": 9, "timed_out": 0, "at_memory_limit": 9, "memory_mb": size, "most_memory_used_mb": size}
    base = an_incident(rng, memory_mb=size)
    return base.with_error("RequestId: 1f Error: Runtime exited with error: signal: killed").with_lines(
        "logs", line("invocations", group=base.group, **reports)
    )


def throttled(rng: random.Random) -> Incident:
    """An incident of throttled invocations at a reserved concurrency."""
    base = an_incident(rng)
    limit = line("reserved_concurrency", function=base.function, reserved=1)
    return base.with_lines("alarm", line("metric", name="Throttles", sum=31, maximum=4)).with_lines(
        "resource", limit
    )


def unknown(rng: random.Random) -> Incident:
    """An incident whose log holds nothing any rule knows."""
    return an_incident(rng).with_error(f"ERROR the {name(rng)} did not {name(rng)}")


@dataclass
class Investigated:
    """A finished conversation."""

    report: dict[str, Any]
    evidence: dict[str, str]
    asked: list[str]
    messages: list[dict[str, Any]]


def investigate(incident: Incident, refuse: Callable[[dict[str, Any]], str] = lambda _: "") -> Investigated:
    """Play the agent: answer each question with what the incident prints, take the first report not refused.

    Args:
        incident: what the account answers.
        refuse: problems of a report; empty to accept it.
    """
    signal = json.dumps(incident.signal(), separators=(",", ":"))
    text = f"An alarm fired.\n[E1] status=ok duration_ms=0\nsignal: {signal}\nInvestigate."
    messages: list[dict[str, Any]] = [{"role": "user", "content": [{"text": text}]}]
    evidence: dict[str, str] = {"E1": text}
    asked: list[str] = []
    model = ScriptedModel()
    for _ in range(8):
        reply = model.converse("any.model", a_request(messages))["output"]["message"]
        messages.append(reply)
        results = []
        for use in (block["toolUse"] for block in reply["content"] if "toolUse" in block):
            if use["name"] == "submit_report":
                problems = refuse(use["input"])
                if not problems:
                    return Investigated(use["input"], evidence, asked, messages)
                results.append(a_result(use["toolUseId"], problems, status="error"))
                continue
            key = question_key(use["toolUseId"])
            assert key
            asked.append(key)
            evidence_id = f"E{len(evidence) + 1}"
            lines = "\n".join(incident.printed.get(key, ()))
            evidence[evidence_id] = f"[{evidence_id}] status=ok duration=12 ms\n<fence>\n{lines}\n</fence>"
            results.append(a_result(use["toolUseId"], evidence[evidence_id]))
        messages.append({"role": "user", "content": results})
    raise AssertionError("the script never reported")


def a_request(messages: list[dict[str, Any]], tools: tuple[str, ...] = TOOLS) -> dict[str, Any]:
    specs = [{"toolSpec": {"name": tool, "inputSchema": {"json": {"type": "object"}}}} for tool in tools]
    return {"messages": messages, "toolConfig": {"tools": specs}}


def a_result(tool_use_id: str, text: str, status: str = "success") -> dict[str, Any]:
    return {"toolResult": {"toolUseId": tool_use_id, "content": [{"text": text}], "status": status}}
