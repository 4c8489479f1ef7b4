"""Log errors grouped into templates, lines around a moment, and what a log says since the onset only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.asking.window import Moment, Window, iso
from toolbox.logs import templates as clustering
from toolbox.logs.bursts import burst_began
from toolbox.logs.error_lines import ErrorLines
from toolbox.logs.groups import filters_of_signal, groups_of_signal
from toolbox.logs.reading import read
from toolbox.logs.stack_traces import joined, own_frames, without_frames
from untrusted import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolbox.logs.templates import Template

_SAMPLE = 420
_MOST_FILTERS = 2
#: Templates of a group that show a line as it is.
_SAMPLED = 3
LAG = "lines appear within seconds, Insights may lag a minute"

#: Terms of lines that speak of trouble. Case counts in filter patterns, hence the variants (CloudWatch Logs user
#: guide, "Filter and pattern syntax").
TROUBLE = (
    "?ERROR ?Error ?error ?FATAL ?CRITICAL ?Exception ?exception ?Traceback ?WARN ?failed ?Failed ?denied ?Denied "
    '?"timed out" ?Timeout ?timeout ?hrottl ?refused ?killed ?expired ?"not authorized" ?unreachable ?unavailable '
    '?Killed ?oom ?panic ?"ut of memory" ?"o space left" ?"blocked for more than" ?"is not set" ?"not configured" '
    '?nonymous ?"alling back"'
)
_PLATFORM = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START", "XRAY TraceId", "EXTENSION")
_PLATFORM_JSON = '"type":"platform.'


def log_errors(
    group: str | Sequence[str] | None = None,
    *,
    also: Sequence[str] = (),
    start: Moment = None,
    end: Moment = None,
    pattern: str | None = None,
    most: int = 8,
) -> Answer:
    """Error and warning lines as templates: count, before and since onset, first, last, share, one sample.

    Args:
        group: Log group or several; those of the alarm unless given.
        also: Further groups.
        start: From when; 90 min before the onset unless given.
        end: Until when.
        pattern: CloudWatch filter pattern; terms of trouble unless given. "" reads every line.
        most: Templates shown of each group.
    """
    _, window = looking.windowed(start, end)
    wanted = TROUBLE if pattern is None else pattern
    asked = Asked(window, filter="lines that speak of trouble" if pattern is None else pattern or "all lines")
    asked.lags(LAG)
    groups = chosen_groups(asked, group, also)
    filters = filters_of_signal(asked, looking.current()) if group is None and pattern is None else []
    return asked.answer(
        counted_by_the_alarm=[_counted(asked, each, window, most) for each in filters[:_MOST_FILTERS]],
        groups=[_group_told(asked, name, window, wanted, most) for name in groups],
    )


def _counted(asked: Asked, found: dict[str, Any], window: Window, most: int) -> dict[str, Any]:
    """The lines an alarm's metric filter matches: they are what the alarm counts, whatever they look like."""
    return {"pattern": found["pattern"], **_group_told(asked, found["group"], window, str(found["pattern"]), most)}


def chosen_groups(asked: Asked, group: str | Sequence[str] | None, also: Sequence[str] = ()) -> list[str]:
    """The groups a caller named, else those of the alarm and what else is asked for."""
    if group is None:
        found = list(dict.fromkeys([*groups_of_signal(asked, looking.current()), *also]))
        if not found:
            asked.gap("log groups", "none belongs to the alarm by dimension, name or metric filter")
        return found
    return [group] if isinstance(group, str) else list(group)


def _group_told(asked: Asked, name: str, window: Window, pattern: str, most: int) -> dict[str, Any]:
    reading = read(asked, name, window, pattern)
    lines = [line for line in joined(reading.lines) if not is_platform(line.text)]
    found = clustering.templates(lines, window.onset)
    if pattern == TROUBLE:
        found = [each for each in found if each.level >= 2 or clustering.says_error(each.text)]
    total = sum(each.count for each in found)
    own = _of_the_error(name, found)
    ordered = sorted(found, key=lambda each: (each in own, *rank(each, window)), reverse=True)
    if len(ordered) > most:
        asked.cut(f"{name}: {len(ordered) - most} rarer templates")
    return {
        "group": name,
        "lines": total,
        "since_onset": sum(each.after for each in found),
        "templates": [
            told(each, total, window, sampled=place < _SAMPLED)
            | ({"under_investigation": True} if each in own else {})
            for place, each in enumerate(ordered[:most])
        ],
    }


def _of_the_error(name: str, found: Sequence[Template]) -> list[Template]:
    """The templates of the error that started the investigation: they are told first."""
    error = ErrorLines.of_signal(looking.current().signal)
    if error is None or error.group != name:
        return []
    return [each for each in found if error.is_row(each.first.text) or error.is_row(each.last.text)]


def rank(template: Template, window: Window) -> tuple[float, ...]:
    """What a responder reads first: errors that are new since the onset, then what became more frequent."""
    before_s = max(60.0, (window.onset - window.start).total_seconds())
    after_s = max(60.0, (window.end - window.onset).total_seconds())
    ratio = (template.after / after_s + 1e-5) / (template.before / before_s + 1e-5)
    is_new = template.after > 0 and ratio > 5
    return (float(template.level >= 3 and is_new), float(is_new), template.level, template.after, template.count)


def told(template: Template, total: int, window: Window, *, sampled: bool = True) -> dict[str, Any]:
    """A template as it is shown; the first ones with a sample."""
    sample = template.last if template.last.at >= window.onset else template.first
    frames = own_frames(sample.text)
    return {
        "template": redact(template.text[:260]),
        "level": ("debug", "info", "warning", "error")[template.level],
        "count": template.count,
        "before_onset": template.before,
        "since_onset": template.after,
        "share": f"{100 * template.count / max(1, total):.0f} %",
        "first": template.first.at,
        "often_since": burst_began(template.times, window.onset, window.start, window.end),
        "last": template.last.at,
        "streams": len(template.streams),
        "frames": frames[:3],
        "sample": one_line(without_frames(sample.text) if frames else sample.text) if sampled else None,
    }


def one_line(text: str, most: int = _SAMPLE) -> str:
    """A message on one line, without secrets; of a long one the beginning and the end."""
    flat = redact(" ".join(text[:20_000].split()))
    return flat if len(flat) <= most else f"{flat[: most * 2 // 3]} […] {flat[-most // 3 :]}"


def is_platform(text: str) -> bool:
    """Whether a line is one of Lambda's own, in its text or its JSON form."""
    head = text[:200]
    return head.startswith(_PLATFORM) or _PLATFORM_JSON in head.replace(" ", "")


def log_lines(
    group: str | None = None,
    *,
    pattern: str = "",
    start: Moment = None,
    end: Moment = None,
    most: int = 20,
) -> Answer:
    """Log lines as they are, redacted, the nearest to the onset.

    Args:
        group: Log group; the alarm's first unless given.
        pattern: CloudWatch filter pattern, such as a request id in double quotes.
        start: From when.
        end: Until when.
        most: Lines shown.
    """
    _, window = looking.windowed(start, end)
    asked = Asked(window, filter=pattern or "all lines", group=group)
    name = next(iter(chosen_groups(asked, group)), None)
    if name is None:
        return asked.answer()
    found = read(asked, name, window, pattern).lines
    nearest = sorted(found, key=lambda line: abs((line.at - window.onset).total_seconds()))[:most]
    if len(found) > most:
        asked.cut(f"{len(found) - most} of {len(found)} lines")
    return asked.answer(
        group=name,
        count=len(found),
        lines=[f"{iso(line.at)} {one_line(line.text)}" for line in sorted(nearest, key=lambda line: line.at)],
    )


def log_changes(group: str | None = None, *, start: Moment = None, end: Moment = None, most: int = 8) -> Answer:
    """What the log says since the onset that it did not say before, and what it stopped saying, of any level.

    Args:
        group: Log group; the alarm's first unless given.
        start: From when.
        end: Until when.
        most: Templates shown of each kind.
    """
    _, window = looking.windowed(start, end)
    asked = Asked(window, filter="all lines", group=group)
    name = next(iter(chosen_groups(asked, group)), None)
    if name is None:
        return asked.answer()
    kept = [line for line in joined(read(asked, name, window).lines) if not is_platform(line.text)]
    found = clustering.templates(kept, window.onset)
    return asked.answer(group=name, lines=len(kept), **_compared(found, window, most))


def _compared(found: Iterable[Template], window: Window, most: int) -> dict[str, Any]:
    all_of = list(found)
    fresh = sorted((each for each in all_of if not each.before), key=lambda each: -each.count)
    # Silence means something only where what was said before came often enough.
    length = max(1.0, (window.end - window.onset).total_seconds())
    past = max(1.0, (window.onset - window.start).total_seconds())
    gone = [each for each in all_of if not each.after and each.before * length / past >= 3]
    return {
        "new": [
            {"template": redact(each.text[:200]), "count": each.count, "first": each.first.at}
            for each in fresh[:most]
        ],
        "stopped": [
            {"template": redact(each.text[:200]), "count": each.count, "last": each.last.at}
            for each in gone[:most]
        ],
    }
