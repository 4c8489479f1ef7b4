"""The three tools of the agent, and how their input is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from triage.agent.evidence_book import HEAD_CHARACTERS, TAIL_CHARACTERS
from triage.domain.report_schema import REPORT_SCHEMA
from triage.ports import Message, ToolSpec

RUN_PYTHON = ToolSpec(
    name="run_python",
    description=(
        "Run Python in a sandbox with read-only access to the account and region of the alarm. boto3 and the "
        "usual standard modules are imported (datetime is the class); clients need no credentials or region. "
        "Print what you need, compactly: page, filter and count in code. Each call starts fresh. Output becomes "
        f"evidence with an id; beyond {HEAD_CHARACTERS + TAIL_CHARACTERS:,} characters only head and tail are "
        "shown, and recall shows the rest."
    ),
    input_schema={
        "type": "object",
        "properties": {
            "code": {"type": "string", "description": "Python source."},
            "purpose": {"type": "string", "description": "The question this answers, in one line."},
        },
        "required": ["code", "purpose"],
    },
)

RECALL = ToolSpec(
    name="recall",
    description="Show more of an earlier evidence: lines that contain a text, or everything from a position.",
    input_schema={
        "type": "object",
        "properties": {
            "evidence_id": {"type": "string", "description": "For example E2."},
            "grep": {"type": "string", "description": "Only lines that contain this text, any case."},
            "start": {"type": "integer", "description": "Character position to start at."},
        },
        "required": ["evidence_id"],
    },
)

SUBMIT_REPORT = ToolSpec(
    name="submit_report",
    description="Submit the report. This ends the investigation.",
    input_schema=REPORT_SCHEMA,
)

ALL_TOOLS: tuple[ToolSpec, ...] = (RUN_PYTHON, RECALL, SUBMIT_REPORT)
WRAP_UP_TOOLS: tuple[ToolSpec, ...] = (SUBMIT_REPORT,)


@dataclass(frozen=True)
class ToolUse:
    """One tool call the model asked for."""

    id: str
    name: str
    input: Mapping[str, Any]


def tool_uses(message: Message) -> tuple[ToolUse, ...]:
    """The tool calls of an assistant message, in order. Blocks are found by type, never by position."""
    return tuple(
        ToolUse(block["toolUse"]["toolUseId"], block["toolUse"]["name"], _input(block["toolUse"].get("input")))
        for block in message.get("content", ())
        if "toolUse" in block
    )


def _input(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def tool_result(use: ToolUse, text: str, *, error: bool = False) -> dict[str, Any]:
    """The content block that answers a tool call."""
    block: dict[str, Any] = {"toolUseId": use.id, "content": [{"text": text}]}
    return {"toolResult": block | ({"status": "error"} if error else {})}


def problem_list(problems: Sequence[str]) -> str:
    """Problems as the model reads them: one per line, bounded."""
    shown = [f"- {problem}" for problem in problems[:20]]
    return "\n".join(shown + ([f"- and {len(problems) - 20} more"] if len(problems) > 20 else []))
