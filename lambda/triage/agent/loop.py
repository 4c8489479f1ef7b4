"""The agent loop: turns of a model with tools, bounded in every direction, ended only by a report.

The loop has three ways out: an accepted report, ``None`` after the wrap-up turn brought none, or ``None`` because
no model answers. It never raises for what a model or a tool did; the caller always has evidence to report from.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.agent import ladder
from triage.agent.conversation import Conversation
from triage.agent.evidence_book import EvidenceBook
from triage.agent.grounding import ground, without_unsupported
from triage.agent.ladder import Ladder, Rung
from triage.agent.prompt import linked_message, nudge_message, opening_message, system_prompt, wrap_up_message
from triage.agent.tools import (
    ALL_TOOLS,
    RECALL,
    RUN_PYTHON,
    SUBMIT_REPORT,
    WRAP_UP_TOOLS,
    ToolUse,
    problem_list,
    tool_result,
    tool_uses,
)
from triage.agent.turns import turn_of
from triage.domain.briefing import Briefing
from triage.domain.budget import Usage
from triage.domain.errors import ContextOverflow, InvalidReport, ModelUnavailable, ToolUnavailable
from triage.domain.evidence import EvidenceStatus
from triage.domain.report_schema import parse_report
from triage.ports import ModelRequest, ToolCall
from untrusted import fence, redact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from triage.domain.budget import Budget
    from triage.domain.evidence import Evidence
    from triage.domain.report import Report
    from triage.domain.signal import Signal
    from triage.domain.turn import Turn
    from triage.ports import Clock, Deadline, LinkedAlarms, Model, ModelResponse, ToolReply, ToolRunner

MAX_OUTPUT_TOKENS = 8_192
MIN_RESERVE_S = 60.0
DELIVERY_RESERVE_S = 15.0
MAX_NUDGES = 2
# One to report, one to mend the form of the report.
MAX_WRAP_UP_TURNS = 2
MAX_PARALLEL_TOOLS = 4
TIME_LIMIT = "time limit"
NOTHING_KNOWN = Briefing()
OUT_OF_CONTEXT = "model_context_window_exceeded"
# Stop reasons after which a tool call may be half of one.
UNFINISHED = frozenset({"max_tokens", "malformed_tool_use", "malformed_model_output"})


@dataclass(frozen=True)
class Outcome:
    """What the loop came back with.

    Attributes:
        report: grounded; ``None`` when no model submitted one.
        model_id: the model that answered last.
        stopped_by: the limit that ended the run early, or why there is no report.
        briefed: ids of the briefing's evidence, in its order.
        turns: every call of the model that was answered.
        remembered: id of the evidence of earlier investigations; ``None`` without one.
    """

    report: Report | None
    evidence: tuple[Evidence, ...]
    usage: Usage
    model_id: str | None
    stopped_by: str | None
    briefed: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    remembered: str | None = None


@dataclass(frozen=True)
class AgentLoop:
    """Runs investigations; holds no state between them.

    Attributes:
        tool_timeout_s: time-out of the tool function, the upper bound of one call.
        new_nonce: gives an unguessable text for each fence.
    """

    model: Model
    tools: ToolRunner
    clock: Clock
    budget: Budget
    tool_timeout_s: float
    new_nonce: Callable[[], str]

    def run(
        self,
        investigation_id: str,
        signal: Signal,
        deadline: Deadline,
        linked: LinkedAlarms | None = None,
        briefing: Briefing = NOTHING_KNOWN,
    ) -> Outcome:
        """Investigate one signal until a report is accepted or a limit ends it.

        Args:
            briefing: what code found out before.
            linked: further alarms on the resource; read before every turn, so that one that fires while the
                investigation runs is part of it.
        """
        run = _Run(self, investigation_id, signal, deadline, linked, briefing)
        report = run.to_report()
        return Outcome(
            report,
            run.book.items,
            run.usage,
            run.model_id,
            run.stopped_by,
            run.briefed,
            tuple(run.turns),
            run.remembered,
        )

    def without_model(self, signal: Signal, reason: str, briefing: Briefing = NOTHING_KNOWN) -> Outcome:
        """What is known without asking a model, and why none is asked."""
        book = EvidenceBook(self.new_nonce)
        book.add_signal(signal)
        briefed = tuple(book.add_gathered(gathered).id for gathered in briefing.gathered)
        return Outcome(None, book.items, Usage(tool_calls=briefing.tool_calls), None, reason, briefed)


class _Run:
    """The state of one investigation."""

    def __init__(
        self,
        loop: AgentLoop,
        investigation_id: str,
        signal: Signal,
        deadline: Deadline,
        linked: LinkedAlarms | None,
        briefing: Briefing,
    ) -> None:
        self._loop = loop
        self._investigation_id = investigation_id
        self._signal = signal
        self._deadline = deadline
        self._linked = linked
        self._announced = 0
        self._slowest_turn_s = 0.0
        self._nudges = 0
        self._last_turn = Usage()
        self._wrapping_up = False
        self._beyond_budget = False
        self._wrap_up_turns = 0
        self._repair_offered = False
        self._ladder = Ladder()
        self.usage = Usage(tool_calls=briefing.tool_calls)
        self.model_id: str | None = None
        self.stopped_by: str | None = None
        self.turns: list[Turn] = []
        self.book = EvidenceBook(loop.new_nonce)
        event = self.book.add_signal(signal)
        gathered = [self.book.add_gathered(each) for each in briefing.gathered]
        self.briefed = tuple(evidence.id for evidence in gathered)
        earlier = self.book.add_gathered(briefing.remembered) if briefing.remembered else None
        self.remembered = earlier.id if earlier else None
        self._inputs = _inputs(signal, briefing)
        self._system = system_prompt(briefing.context)
        self._conversation = Conversation(
            opening_message(
                self.book.shown(event),
                loop.budget,
                deadline.seconds_left(),
                self.book.shown_together(gathered) if gathered else "",
                fence("\n".join(map(redact, briefing.suggestions)), loop.new_nonce())
                if briefing.suggestions
                else "",
                self.book.shown(earlier) if earlier else "",
                is_log_error=signal.log is not None,
            )
        )

    def to_report(self) -> Report | None:
        """Take turns until there is a report or no way to get one."""
        try:
            while self._may_continue():
                response = self._take_turn()
                report = self._respond_to(response) if response else None
                if report is not None:
                    return report
        except ModelUnavailable as error:
            self.stopped_by = f"the model could not be used: {error}"
        except ContextOverflow:
            self.stopped_by = "the conversation outgrew the model's context window"
        return None

    def _may_continue(self) -> bool:
        """Whether another turn may start; announces the wrap-up turn when a limit is near."""
        if self._nudges > MAX_NUDGES:
            self.stopped_by = self.stopped_by or "the model ended its turns without submitting a report"
            return False
        if self._wrapping_up:
            self._wrap_up_turns += 1
            may_mend = self._wrap_up_turns < MAX_WRAP_UP_TURNS and not self._beyond_budget
            return may_mend and self._deadline.seconds_left() > DELIVERY_RESERVE_S
        limit = self._budget_limit() or self._time_limit()
        if limit:
            self._wrap_up(limit)
        return True

    def _wrap_up(self, limit: str) -> None:
        self._wrapping_up = True
        # Past a limit there is one call and no more.
        self._beyond_budget = self._loop.budget.exceeded_by(self.usage) is not None
        self.stopped_by = limit
        self._conversation.add_user([{"text": wrap_up_message(limit)}])

    def _budget_limit(self) -> str | None:
        """A limit that is reached, or would be with another turn like the last: that one has to be the report."""
        return self._loop.budget.exceeded_by(self.usage.with_another(self._last_turn))

    def _time_limit(self) -> str | None:
        """A turn is only started when one as slow as the slowest leaves the reserve untouched."""
        needed = self._reserve_s() + self._slowest_turn_s
        return TIME_LIMIT if self._deadline.seconds_left() <= needed else None

    def _reserve_s(self) -> float:
        """Time kept for the wrap-up turn and for delivery."""
        return max(MIN_RESERVE_S, 1.5 * self._slowest_turn_s) + DELIVERY_RESERVE_S

    def _take_turn(self) -> ModelResponse | None:
        """One model call; ``None`` when it ran into the reserve, which leaves the wrap-up turn."""
        self._announce_linked()
        self._conversation.fold_if_long()
        started = self._loop.clock.monotonic()
        try:
            response = self._converse()
        except ModelUnavailable:
            limit = self._time_limit()
            if self._wrapping_up or limit is None:
                raise
            self._wrap_up(limit)
            return None
        self._slowest_turn_s = max(self._slowest_turn_s, self._loop.clock.monotonic() - started)
        self._conversation.add_assistant(response.message)
        return response

    def _converse(self) -> ModelResponse:
        """Ask the model; again with what it has seen folded, then all the rest, when that is too long for it."""
        while True:
            try:
                return self._ask()
            except ContextOverflow:
                if not (self._conversation.fold() or self._conversation.fold_unseen()):
                    raise

    def _ask(self) -> ModelResponse:
        keep = DELIVERY_RESERVE_S if self._wrapping_up else self._reserve_s()
        request, started = self._request(), self._loop.clock.monotonic()
        response = self._loop.model.converse(request, max(1.0, self._deadline.seconds_left() - keep))
        seconds = self._loop.clock.monotonic() - started
        self.turns.append(turn_of(len(self.turns) + 1, request, response, seconds))
        self.model_id = response.model_id
        before, self.usage = self.usage, self.usage.after_turn(response.model_id, response.tokens)
        self._last_turn = self.usage.without_turns_of(before)
        if response.stop_reason == OUT_OF_CONTEXT:
            raise ContextOverflow(response.model_id)
        return response

    def _announce_linked(self) -> None:
        """Tell the model of alarms that were linked since the last turn: data like any other, and evidence."""
        alarms = self._linked.so_far() if self._linked else ()
        for alarm in alarms[self._announced :]:
            evidence = self.book.add_linked(alarm)
            self._conversation.add_user([{"text": linked_message(self.book.shown(evidence))}])
        self._announced = max(self._announced, len(alarms))

    def _request(self) -> ModelRequest:
        return ModelRequest(
            system=self._system,
            messages=self._conversation.messages,
            tools=WRAP_UP_TOOLS if self._wrapping_up else ALL_TOOLS,
            max_output_tokens=MAX_OUTPUT_TOKENS,
            stable_after=self._conversation.next_stable(),
        )

    def _respond_to(self, response: ModelResponse) -> Report | None:
        """Answer every tool call of the turn; returns the report when one was accepted."""
        uses = tool_uses(response.message)
        if not uses or response.stop_reason in UNFINISHED:
            self._nudge(uses, response.stop_reason)
            return None
        answers = self._python_answers(uses)
        for use in uses:
            if use.name == SUBMIT_REPORT.name:
                report, problems = self._read_report(use)
                if report is not None:
                    return report
                answers[use.id] = tool_result(use, problems, error=True)
            elif use.id not in answers:
                answers[use.id] = self._recall(use) if use.name == RECALL.name else _unknown_tool(use)
        self._conversation.add_user([answers[use.id] for use in uses])
        self._judge(uses, answers)
        return None

    def _judge(self, uses: Sequence[ToolUse], answers: Mapping[str, dict[str, Any]]) -> None:
        """Tell the model that it runs in circles; end that the second time."""
        asked = [use for use in uses if use.name != SUBMIT_REPORT.name]
        failed = [answers[use.id]["toolResult"].get("status") == "error" for use in asked]
        rung = self._ladder.after_turn(zip(asked, failed, strict=True))
        if rung is Rung.TELL:
            self._conversation.add_user([{"text": self._ladder.message}])
        elif rung is Rung.WITHDRAW and not self._wrapping_up:
            self._wrap_up(ladder.LIMIT)

    def _nudge(self, uses: Sequence[ToolUse], stop_reason: str) -> None:
        """Every tool call needs an answer, also one that was cut off in the middle."""
        self._nudges += 1
        cut_off = [tool_result(use, "The call was cut off; send it again, shorter.", error=True) for use in uses]
        self._conversation.add_user([*cut_off, {"text": nudge_message(stop_reason)}])

    def _read_report(self, use: ToolUse) -> tuple[Report | None, str]:
        """The grounded report, or what the model has to mend. Quotes get one repair turn."""
        try:
            grounded = ground(parse_report(use.input), self.book.items)
        except InvalidReport as error:
            self._nudges += 1
            return None, f"The report does not fit its schema:\n{problem_list(error.problems)}"
        if grounded.problems and not self._repair_offered and not self._wrapping_up:
            self._repair_offered = True
            return None, (
                "Some claims are not supported by the evidence they cite. Mend the quotes or drop the claims, "
                f"then submit again:\n{problem_list(grounded.problems)}"
            )
        return without_unsupported(grounded.report), ""

    def _python_answers(self, uses: Sequence[ToolUse]) -> dict[str, dict[str, Any]]:
        """Run the turn's Python calls side by side; evidence is numbered in the order they were asked."""
        calls = [use for use in uses if use.name == RUN_PYTHON.name]
        allowed = 0 if self._wrapping_up else self._loop.budget.tool_calls_left(self.usage)
        self.usage = self.usage.after_tool_calls(min(len(calls), allowed))
        answers = {
            use.id: tool_result(use, "Not run: no tool calls are left. Submit the report.", error=True)
            for use in calls[allowed:]
        }
        with ThreadPoolExecutor(max_workers=MAX_PARALLEL_TOOLS) as pool:
            replies = list(pool.map(self._run_python, calls[:allowed]))
        for use, reply in zip(calls[:allowed], replies, strict=True):
            answers[use.id] = self._record(use, reply)
        return answers

    def _run_python(self, use: ToolUse) -> ToolReply | str:
        """The reply, or why there is none."""
        code = use.input.get("code")
        if not isinstance(code, str) or not code.strip():
            return "run_python needs `code`: Python source as text."
        call = ToolCall(
            code=code,
            purpose=str(use.input.get("purpose") or ""),
            investigation_id=self._investigation_id,
            account_id=self._signal.account_id,
            region=self._signal.region,
            timeout_s=max(1.0, min(self._loop.tool_timeout_s, self._deadline.seconds_left() - self._reserve_s())),
            inputs=self._inputs,
        )
        try:
            return self._loop.tools.run(call)
        except ToolUnavailable as error:
            return str(error)

    def _record(self, use: ToolUse, reply: ToolReply | str) -> dict[str, Any]:
        purpose, code = str(use.input.get("purpose") or ""), str(use.input.get("code") or "")
        if isinstance(reply, str):
            evidence = self.book.add_unavailable(purpose, code, reply)
            return tool_result(use, self.book.shown(evidence), error=True)
        evidence = self.book.add_reply(purpose, code, reply)
        self._conversation.may_fold(use.id, self.book.digest(evidence))
        return tool_result(use, self.book.shown(evidence), error=evidence.status is not EvidenceStatus.OK)

    def _recall(self, use: ToolUse) -> dict[str, Any]:
        grep, start = use.input.get("grep"), use.input.get("start")
        text = self.book.recalled(
            str(use.input.get("evidence_id") or ""),
            grep if isinstance(grep, str) else None,
            start if isinstance(start, int) else 0,
        )
        if text is None:
            known = ", ".join(item.id for item in self.book.items)
            return tool_result(use, f"There is no such evidence; there are {known}.", error=True)
        self._conversation.may_fold(use.id, f"{text.partition(chr(10))[0]} folded: recall shows it again.")
        return tool_result(use, text)


def _inputs(signal: Signal, briefing: Briefing) -> dict[str, Any]:
    """What every call of the model's finds bound: the helpers of the toolbox take the alarm from it."""
    onset = {"onset": briefing.onset.isoformat()} if briefing.onset else {}
    return {"signal": signal.to_json(), **onset}


def _unknown_tool(use: ToolUse) -> dict[str, Any]:
    names = ", ".join(tool.name for tool in ALL_TOOLS)
    return tool_result(use, f"There is no tool {use.name!r}; there are {names}.", error=True)
