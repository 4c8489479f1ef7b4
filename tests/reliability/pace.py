"""A model that asks one question and reports: as slow as a test wants it, and never wrong."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any

from local_aws.model.backend import JsonObject, response
from local_aws.model.wire import blocks

if TYPE_CHECKING:
    from collections.abc import Mapping

QUESTION = {"code": "print('looked')", "purpose": "Look"}

REPORT: Mapping[str, Any] = {
    "headline": "the cause was not looked for",
    "summary": "A stand-in for a model wrote this.",
    "severity": "MEDIUM",
    "disposition": "unknown",
    "root_cause": {"statement": "Unknown.", "category": "unknown", "confidence": "INCONCLUSIVE", "citations": []},
    "timeline": [],
    "impact": {"statement": "Unknown.", "affected_resources": [], "citations": []},
    "findings": [],
    "ruled_out": [],
    "immediate_actions": [],
    "prevention": [],
    "monitoring": [],
    "open_questions": [],
    "gaps": [],
}


class PacedModel:
    """Answers Converse requests: a question first, then the report.

    Seconds per turn may differ from alarm to alarm, so that one run outlasts its lease while others hurry.
    """

    description = "a paced stand-in (no language model)"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds: dict[str, float] = {}
        self.default_s = 0.0

    def take(self, seconds: float, about: str) -> None:
        """Take this long for each turn of conversations that hold a text."""
        with self._lock:
            self._seconds[about] = seconds

    def converse(self, model_id: str, request: JsonObject) -> JsonObject:
        """The question, or the report once the question was answered or may not be asked any more."""
        del model_id
        text = json.dumps(request, ensure_ascii=False)
        with self._lock:
            pause = next((seconds for about, seconds in self._seconds.items() if about in text), self.default_s)
        time.sleep(pause)  # the time a model takes is what is being played
        offered = {tool["toolSpec"]["name"] for tool in request["toolConfig"]["tools"]}
        answered = any(True for message in request["messages"] for _ in blocks(message, "toolResult"))
        ask = "run_python" in offered and not answered
        name, given = ("run_python", QUESTION) if ask else ("submit_report", dict(REPORT))
        use = {"toolUseId": f"tooluse_{len(request['messages'])}", "name": name, "input": given}
        return response({"role": "assistant", "content": [{"toolUse": use}]}, "tool_use", len(text) // 4, 100)
