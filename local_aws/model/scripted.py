"""The scripted stand-in: asks the same few questions of any incident and reports what came back.

It knows no fault, no resource and no answer: what it writes follows from the tool results in the request by the
rules of :mod:`local_aws.model.diagnosis`. It is no language model and says so in every report.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from local_aws.model.asking import Question
from local_aws.model.backend import response
from local_aws.model.conclusions import report_input
from local_aws.model.conversation import Conversation, read_conversation
from local_aws.model.diagnosis import Observed, observe
from local_aws.model.reading import Facts, read_facts
from local_aws.model.repair import repaired, without_claims

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.model.backend import JsonObject

SWEEP = (
    Question("alarm", "Alarm definition and history, its metrics around the breach, other alarms"),
    Question("resource", "Configuration and permissions of the resource behind the alarm"),
    Question("logs", "Errors in the logs around the breach, grouped"),
    Question("changes", "Changes of the resource, its role and its alarm in the last day"),
)
LOG_SWEEP = tuple(question for question in SWEEP if question.key == "logs")
"""Of an error in a log: no alarm and no resource is known, only where the error stands."""

_BYTES_PER_TOKEN = 4


class ScriptedModel:
    """A backend without a model; see the module."""

    description = "the scripted stand-in (no language model)"

    def converse(self, model_id: str, request: JsonObject) -> JsonObject:
        """The next step of the script. Tokens are estimated from bytes, so that budgets can be tried."""
        del model_id
        content, stop_reason = _next_step(read_conversation(request))
        message = {"role": "assistant", "content": content}
        return response(message, stop_reason, _tokens(request), _tokens(content))


def _next_step(conversation: Conversation) -> tuple[list[JsonObject], str]:
    signal = conversation.signal
    if signal is None:
        return _say(
            "The scripted stand-in model only investigates: no message holds a line 'signal: {…}' it can read."
        )
    if conversation.submissions or "run_python" not in conversation.tools:
        return _report(conversation, signal)
    if not conversation.asked:
        if signal.get("log"):
            return _ask(LOG_SWEEP, signal, "I look at the log.")
        return _ask(SWEEP, signal, "I look at the alarm, its resource, its logs and recent changes.")
    facts = read_facts(conversation.answers, conversation.opening)
    focused = _focus(facts)
    if focused and focused.key not in conversation.asked:
        return _ask((focused,), signal, f"One check of what the evidence points at: {focused.purpose}.")
    return _report(conversation, signal)


def _focus(facts: Facts) -> Question | None:
    """The one question that can confirm or refute what the sweep points at."""
    kinds = observe(facts)
    if not kinds:
        return None
    main = kinds[0]
    build = {"permission_denied": _ask_permission, "throttled": _ask_limits}.get(main.category)
    if main.category in ("timeout", "out_of_memory"):
        build = _ask_invocations
    return (build(main, facts) if build else None) or _ask_context(main)


def _ask_permission(main: Observed, facts: Facts) -> Question | None:
    """Only for the role of the function itself: a role named in a log line alone may be anyone's."""
    action, resource = main.details.get("action"), main.details.get("resource", "*").rstrip(".,;")
    function = facts.first("function")
    denied = main.details.get("role")
    if not action or not function or denied not in (None, function.text("role")):
        return None
    arguments = {"role": function.text("role"), "action": action, "resource": resource}
    return Question("permission", "Whether the role's policies allow the denied call", arguments)


def _ask_invocations(main: Observed, facts: Facts) -> Question | None:
    group = main.fact.text("group")
    del facts
    return Question("invocations", "Durations and memory of the invocations", {"group": group}) if group else None


def _ask_limits(main: Observed, facts: Facts) -> Question | None:
    del main
    function = facts.first("function")
    return Question("limits", "Concurrency limits", {"function": function.text("name")}) if function else None


def _ask_context(main: Observed) -> Question | None:
    group, first = main.fact.text("group"), main.fact.text("first")
    return (
        Question("context", "The log around the first error", {"group": group, "first": first}) if group else None
    )


def _report(conversation: Conversation, signal: Mapping[str, Any]) -> tuple[list[JsonObject], str]:
    if "submit_report" not in conversation.tools:
        return _say("The scripted stand-in model has no tool to report with.")
    if not conversation.submissions:
        return _submit(report_input(read_facts(conversation.answers, conversation.opening), signal))
    last = conversation.submissions[-1]
    if last.accepted:
        return _say("The report is submitted.")
    if len(conversation.submissions) == 1:
        return _submit(repaired(last.report, last.problems))
    if len(conversation.submissions) == 2:
        return _submit(without_claims(last.report))
    return _say("The scripted stand-in model cannot write a report that is accepted.")


def _ask(questions: tuple[Question, ...], signal: Mapping[str, Any], words: str) -> tuple[list[JsonObject], str]:
    uses = [{"toolUse": question.tool_use(signal)} for question in questions]
    return [{"text": words}, *uses], "tool_use"


def _submit(report: JsonObject) -> tuple[list[JsonObject], str]:
    digest = hashlib.sha256(json.dumps(report, sort_keys=True).encode()).hexdigest()[:22]
    return [{"toolUse": {"toolUseId": f"tooluse_{digest}", "name": "submit_report", "input": report}}], "tool_use"


def _say(words: str) -> tuple[list[JsonObject], str]:
    return [{"text": words}], "end_turn"


def _tokens(value: Any) -> int:
    return max(1, len(json.dumps(value, ensure_ascii=False).encode()) // _BYTES_PER_TOKEN)
