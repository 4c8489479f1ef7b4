"""The first look: named steps side by side under one deadline; what is late, denied or broken becomes a gap."""

from __future__ import annotations

import contextvars
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from toolbox.alarms.definition import metrics_of_children
from toolbox.asking import bounding
from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, why
from toolbox.asking.clients import Costs, count_for
from toolbox.leads.follow import ROUNDS, Followed
from toolbox.logs.naming import is_unknown
from toolbox.logs.writers import metrics_of_writers
from toolbox.metrics.around_breach import beginning_of, onset_of
from toolbox.recipes import plan_for
from untrusted import redact_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from toolbox.asking.look import Look
    from toolbox.plan import Done, Step

#: Seconds; the whole look is one call of the tool.
DEADLINE_S = 25.0
#: Bytes of JSON: about what a model reads in 3,500 tokens.
USUAL_BYTES = 14_000
_WORKERS = 6
#: Where space is short, sections of these helpers claim more of it than others.
_CLAIMS = {
    "log_error": 2.0,
    "log_errors": 2.0,
    "changes_before": 2.5,
    "configuration": 1.5,
    "neighbourhood": 1.5,
    "breach": 1.5,
}
#: Room for what a section and the whole have cost, in characters.
_COSTS = {"seconds": 5, "api_calls": 3, "log_bytes": 8}
#: What waits for a step that hangs starts without it after so long.
PATIENCE_S = 6.0
#: With less time left no further round is begun.
_LEAST_FOR_A_ROUND_S = 6.0
_MOST_LEAD = timedelta(hours=3)
_PERIODS_LATE = 6


@dataclass
class _Running:
    step: Step
    costs: Costs
    started: float


def run(  # noqa: PLR0913 - one knob each, all but the first with a default
    signal: Mapping[str, Any],
    plan: Sequence[Step] | None = None,
    *,
    follow: bool | None = None,
    own: Iterable[str] = (),
    session: Any = None,
    now: datetime | None = None,
    deadline_s: float = DEADLINE_S,
    most_bytes: int = USUAL_BYTES,
) -> dict[str, Any]:
    """Take a first look at an alarm, or at an error in a log.

    Args:
        signal: Which, as `Signal.to_json` writes it.
        plan: Steps; those every such signal is asked and those of its resource's recipe unless given.
        follow: Whether to follow what the answers name; unless said, where no plan is given.
        own: Names of what investigates, which answers leave out.
        session: boto3 session; the default one unless given.
        now: The present.
        deadline_s: Seconds the whole look may take.
        most_bytes: Upper bound of its size as JSON.

    Returns:
        `{"version": 1, "signal", "window", "sections": [{"id", "title", "helper", "asked", "data" | "gap",
        "seconds", "api_calls"}], "totals": {"api_calls", "log_bytes", "seconds"}}`.

    Raises:
        ValueError: A step waits for one that is not in the plan before it.
    """
    started = time.monotonic()
    deadline = started + deadline_s
    costs = Costs(deadline)
    begun = looking.begin(signal, session=session, now=now, own=own)
    look = looking.use(contextvars.copy_context().run(_aimed, begun, costs))
    steps = tuple(plan_for(look.signal) if plan is None else plan)
    _check(steps)
    runner = _Runner(look, steps, deadline)
    sections = runner.run(Followed() if (plan is None if follow is None else follow) else None)
    looking.use(runner.look)
    return _document(runner.look, sections, [costs, *runner.costs], time.monotonic() - started, most_bytes)


def _aimed(look: Look, costs: Costs) -> Look:
    """A look that has a metric: of a composite alarm's children, of what writes the log of an error."""
    count_for(costs)
    if is_unknown(look.signal):
        looking.use(look)
        return replace(look, signal={**look.signal, "metrics": _of_writers(look)})
    if look.signal.get("metrics") or not look.signal.get("alarm_rule"):
        return look
    looking.use(look)
    return replace(look, signal={**look.signal, "metrics": metrics_of_children(look.signal)})


def _of_writers(look: Look) -> list[dict[str, Any]]:
    """What writes the log of an error; where that takes too long the log itself is all that is known."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="first-look-writers")
    asked = pool.submit(contextvars.copy_context().run, metrics_of_writers, look)
    pool.shutdown(wait=False)
    try:
        return asked.result(timeout=PATIENCE_S)
    except TimeoutError:
        return list(look.signal["metrics"])


def _check(steps: Sequence[Step]) -> None:
    before: set[str] = set()
    for step in steps:
        if step.id in before:
            raise ValueError(f"the plan has two steps {step.id!r}; give each an id of its own")
        if missing := set(step.after) - before:
            raise ValueError(f"step {step.id!r} waits for {sorted(missing)}; put these before it")
        before.add(step.id)


class _Runner:
    """Starts each step when what it waits for is through, and gives up on all at the deadline."""

    def __init__(self, look: Look, steps: Sequence[Step], deadline: float) -> None:
        self.look = look
        self.costs: list[Costs] = []
        self._steps = list(steps)
        self._deadline = deadline
        self._done: dict[str, Answer] = {}
        self._sections: dict[str, dict[str, Any]] = {}
        self._running: dict[Future[Answer | None], _Running] = {}

    def run(self, followed: Followed | None) -> list[dict[str, Any]]:
        """The sections: those of the plan in its order, then those of the leads."""
        # Not a `with`: it would wait for steps that hang in a call when the time is up.
        pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="first-look")
        try:
            self._round(pool, self._steps)
            if followed is not None:
                self._follow(pool, followed)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        for running in self._running.values():
            self._gap(running.step, "late: not answered before the deadline", running)
        for step in self._steps:
            self._sections.setdefault(step.id, _section(step, gap="late: it was not started before the deadline"))
        return [self._sections[step.id] for step in self._steps if self._sections[step.id]]

    def _follow(self, pool: ThreadPoolExecutor, followed: Followed) -> None:
        """Rounds of questions the answers so far lead to, while there is time."""
        looking.use(self.look)
        for hop in range(1, ROUNDS + 1):
            if self._time_left() > _LEAST_FOR_A_ROUND_S:
                steps = followed.steps(self._done, hop)
                self._steps += steps
                self._round(pool, steps)
        if self._time_left() > _LEAST_FOR_A_ROUND_S / 2:
            self._round(pool, followed.closing(self._done))

    def _time_left(self) -> float:
        return self._deadline - time.monotonic()

    def _round(self, pool: ThreadPoolExecutor, steps: Sequence[Step]) -> None:
        """Ask some steps, and wait until they are through or the time is up."""
        waiting = list(steps)
        while True:
            waiting = self._start_ready(pool, waiting)
            if not (waiting or self._asked_among(steps)) or (left := self._time_left()) <= 0:
                return
            finished, _ = wait(self._running, timeout=min(left, PATIENCE_S / 6), return_when=FIRST_COMPLETED)
            for future in finished:
                self._finish(future)

    def _asked_among(self, steps: Sequence[Step]) -> bool:
        return any(running.step in steps for running in self._running.values())

    def _start_ready(self, pool: ThreadPoolExecutor, waiting: Sequence[Step]) -> list[Step]:
        """Start what need not wait any longer; the others are returned."""
        now = time.monotonic()
        slow = {each.step.id for each in self._running.values() if now - each.started > PATIENCE_S}
        through = set(self._sections) | slow
        ready = [step for step in waiting if set(step.after) <= through]
        for step in ready:
            running = _Running(step, Costs(self._deadline), time.monotonic())
            self.costs.append(running.costs)
            context = contextvars.copy_context()
            future = pool.submit(context.run, _answered, step, self.look, running.costs, dict(self._done))
            self._running[future] = running
        return [step for step in waiting if step not in ready]

    def _finish(self, future: Future[Answer | None]) -> None:
        running = self._running.pop(future)
        error = future.exception()
        if error is not None:
            self._gap(running.step, why(error) if isinstance(error, Exception) else type(error).__name__, running)
            return
        answer = future.result()
        if answer is None:
            self._sections[running.step.id] = {}
            return
        self._done[running.step.id] = answer
        shown = running.step.shorten(answer) if running.step.shorten else answer
        before = self._sections.get(running.step.id, {})
        self._sections[running.step.id] = _told(running, shown, before) if shown is not None else {}
        if running.step.sets_onset:
            self._see_onset(answer)

    def _see_onset(self, answer: Answer) -> None:
        onset, began = onset_of(answer), beginning_of(answer)
        if onset is not None and abs(onset - self.look.window.onset) <= _most_lead(self.look.signal):
            self.look = replace(looking.with_onset(self.look, onset), known_within_s=answer.get("onset_within_s"))
        if began is not None and began < self.look.window.onset:
            self.look = replace(self.look, began=began)

    def _gap(self, step: Step, reason: str, running: _Running) -> None:
        # What was answered before in a smaller form stays.
        self._sections.setdefault(step.id, _section(step, running, gap=reason))


def _most_lead(signal: Mapping[str, Any]) -> timedelta:
    """An onset further from the alarm than this belongs to something else: alarms of long periods are late."""
    periods = [int(metric["period_s"]) for metric in signal.get("metrics") or () if metric.get("period_s")]
    return max(_MOST_LEAD, _PERIODS_LATE * timedelta(seconds=max(periods, default=60)))


def _answered(step: Step, look: Look, costs: Costs, done: Done) -> Answer | None:
    """One step, in a thread and a context of its own."""
    count_for(costs)
    looking.use(look)
    arguments = step.arguments(done) if callable(step.arguments) else step.arguments
    return None if arguments is None else step.helper(**arguments)


def _told(running: _Running, answer: Answer, before: Mapping[str, Any]) -> dict[str, Any]:
    """A section; where it takes the place of an earlier one, its costs are those of both."""
    data = {key: value for key, value in answer.items() if key != "asked"}
    section = _section(running.step, running, asked=answer.get("asked"), data=data)
    costs = {key: section[key] + before.get(key, 0) for key in ("seconds", "api_calls")}
    return {**section, **costs}


def _section(step: Step, running: _Running | None = None, **content: Any) -> dict[str, Any]:
    seconds = round(time.monotonic() - running.started, 2) if running else 0.0
    calls = running.costs.api_calls if running else 0
    told = {key: value for key, value in content.items() if value or key == "data"}
    costs = {"seconds": seconds, "api_calls": calls}
    lead = {"lead": dict(step.lead)} if step.lead else {}
    return {"id": step.id, "title": step.title, "helper": step.helper.__name__, **lead, **told, **costs}


def _document(
    look: Look, sections: list[dict[str, Any]], costs: Sequence[Costs], seconds: float, most_bytes: int
) -> dict[str, Any]:
    signal = look.signal
    document: dict[str, Any] = {
        "version": 1,
        "signal": {key: signal.get(key) for key in ("name", "state", "occurred_at", "region") if signal.get(key)},
        "window": {"text": look.window.text(), "onset": look.window.onset.isoformat()}
        | ({"began": look.began.isoformat()} if look.began else {}),
        "sections": [],
        "totals": {
            "api_calls": sum(each.api_calls for each in costs),
            "log_bytes": sum(each.log_bytes for each in costs),
            "seconds": round(seconds, 2),
        },
    }
    document = redact_value(bounding.fitted(document, most_bytes // 4))
    sections = [_with_window_once(section, look.window.text()) for section in sections]
    document["lag"] = _lags(sections)
    left = most_bytes - _size(document, document.get("totals", {})) - len(sections)
    weights = [_CLAIMS.get(str(section["helper"]), 1.0) for section in sections]
    shares = bounding.shared_out([_size(section) for section in sections], left, weights)
    document["sections"] = [_bounded(each, share) for each, share in zip(sections, shares, strict=True)]
    return document


def _size(told: Mapping[str, Any], costs: Mapping[str, Any] | None = None) -> int:
    """Bytes with room for any costs: what is left out must not depend on how long something took."""
    numbers = told if costs is None else costs
    spent = sum(len(str(numbers[key])) for key in _COSTS if key in numbers)
    return bounding.size(told) - spent + sum(room for key, room in _COSTS.items() if key in numbers)


def _lags(sections: Sequence[dict[str, Any]]) -> list[str]:
    """How far what was read may be behind, said once for all sections."""
    told = [section["data"].pop("lag", None) for section in sections if "data" in section]
    return list(dict.fromkeys(lag for lag in told if lag))


def _with_window_once(section: dict[str, Any], usual: str) -> dict[str, Any]:
    """A section without the window all share; it is told with the whole."""
    asked = {
        key: value for key, value in (section.get("asked") or {}).items() if (key, value) != ("window", usual)
    }
    told = {key: asked if key == "asked" else value for key, value in section.items()}
    if set(section.get("data") or {"gaps": None}) == {"gaps"}:
        told["asked"] = {}  # nothing was seen, and the gaps say of what
    return {key: value for key, value in told.items() if key != "asked" or value}


def _bounded(section: dict[str, Any], most_bytes: int) -> dict[str, Any]:
    """A section within its share: what was found gives way, the frame stays."""
    if _size(section) <= most_bytes or "data" not in section:
        return section
    frame = {key: value for key, value in section.items() if key != "data"}
    data = bounding.fitted(section["data"], max(40, most_bytes - _size(frame) - 10))
    return {key: data if key == "data" else value for key, value in section.items()}
