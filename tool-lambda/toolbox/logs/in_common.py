"""What log lines since the onset, or of failing requests, have in common: callers, addresses, versions, sizes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.asking.figures import short
from toolbox.asking.window import Window, iso, parse_time
from toolbox.logs import shares
from toolbox.logs.errors import LAG, chosen_groups, is_platform, one_line
from toolbox.logs.fields import records
from toolbox.logs.reading import read
from toolbox.logs.stack_traces import joined
from toolbox.logs.templates import templates
from untrusted import redact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolbox.asking.window import Moment
    from toolbox.logs.fields import Record
    from toolbox.logs.shares import Growth, Share
    from toolbox.logs.stack_traces import Line

#: What a change made different may be said at a start only.
_AROUND_CHANGE = timedelta(hours=4)
_MOST_SAID = 2
_MUCH_OFTENER = 0.2
#: Streams of functions come and go; those of a service's tasks are few.
_MANY = 40


def log_shares(
    group: str | None = None, *, since: Moment = None, start: Moment = None, end: Moment = None
) -> Answer:
    """In what lines since the onset differ from those before, and failing requests from others: fields, addresses.

    Args:
        group: Log group; the alarm's first unless given.
        since: Compares before and after this moment, such as that of a change; the onset unless given.
        start: From when; 90 min before the onset unless given.
        end: Until when.
    """
    look, window = looking.windowed(start, end)
    if since is not None:
        moment = parse_time(since, window)
        window = Window.around(moment, window.now, _AROUND_CHANGE, _AROUND_CHANGE).between(start, end)
    asked = Asked(window, filter="all lines")
    asked.lags(LAG)
    name = next(iter(chosen_groups(asked, group)), None)
    if name is None:
        return asked.answer()
    lines = joined(read(asked, name, window).lines)
    found = records(lines)
    before = [each for each in found if each.at < window.onset]
    later = [each for each in found if each.at >= window.onset]
    changed = shares.differing(before, later)
    refused = shares.failing_status(changed)
    return asked.answer(
        group=name,
        lines=len(lines),
        since_onset=[_told(each, "before") for each in changed],
        grown=[*map(_grown, shares.grown(before, later))],
        goes_on=_goes_on(lines, window) if look.expects_more else [],
        **_of_failing(
            later,
            refused,
            {(each.field, each.value): each.second for each in changed if each.second > each.first},
        ),
    )


def _has_failed(record: Record, refused: tuple[str, str] | None) -> bool:
    return record.failed or (refused is not None and refused[1] in record.fields.get(refused[0], ()))


def _goes_on(lines: Sequence[Line], window: Window) -> list[str]:
    """Where an alarm misses something: what the log says most, before and since; whether the work goes on."""
    said = [each for each in templates(lines, window.onset) if not is_platform(each.first.text)]
    return [
        f"{one_line(each.last.text, 120)}: {each.after} since, {each.before} before, last {iso(each.last.at)}"
        for each in said[:_MOST_SAID]
        if each.before and each.after
    ]


def _of_failing(
    later: Sequence[Record], refused: tuple[str, str] | None, told: Mapping[tuple[str, str], float]
) -> dict[str, Any]:
    """What failing requests have in common, if some fail and others do not; without what was told as often."""
    failing = [each for each in later if _has_failed(each, refused)]
    others = [each for each in later if not _has_failed(each, refused)]
    if not failing:
        return {}
    streams, of_all = shares.streams_of(failing, others)
    return {
        "failing": [
            _told(each, "others")
            for each in shares.differing(others, failing)
            if each.second >= told.get((each.field, each.value), 0.0) + _MUCH_OFTENER
            or (each.field, each.value) not in told
        ],
        "failing_streams": f"{streams} of {of_all}" if 0 < streams < of_all < _MANY else None,
        "grown_in_failing": [*map(_grown, shares.grown(others, failing, 3))],
        "measured_in_failing": [
            f"{redact(name)}: median {short(middle)} ({count})" for name, middle, count in shares.medians(failing)
        ],
        "counting_in_failing": [
            f"{name}: {short(least)} to {short(most)}" for name, least, most in shares.counting(failing)
        ],
        "again_and_again": [
            f"{each.field}={redact(each.value)}: {each.count} failing" for each in shares.repeated(failing, others)
        ],
    }


def _told(share: Share, first: str) -> str:
    value = f"{share.field}={redact(share.value)}"
    return f"{value}: {share.second:.0%} ({share.count}), {first} {share.first:.0%}"


def _grown(growth: Growth) -> str:
    return f"{growth.field}: median {short(growth.first)} → {short(growth.second)}"
