"""Configuration values, one fact each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.first_look.observations.facts import Fact, Invocations, Quota, Setting
from triage.first_look.observations.quoting import Quoter, clean
from triage.first_look.observations.walking import hop_of, nodes, short, subject_of
from triage.first_look.untyped import number, objects, texts, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.document import FirstLook, Section

_MOST = 400


def settings_of(section: Section) -> Iterator[Setting]:
    """Every single value of the section's objects."""
    quoter = Quoter(section)
    for count, (path, about, value) in enumerate(_leaves(section)):
        if count >= _MOST:
            return
        key = path.rpartition(".")[2]
        yield Setting(
            about=about,
            hop=hop_of(section),
            quotes=quoter.quotes(f"{key}: {value}"[:160]) or quoter.quotes(value[:160]),
            path=path,
            value=value,
        )


def _leaves(section: Section) -> Iterator[tuple[str, str, str]]:
    for node in nodes(section):
        for key, value in node.data.items():
            kind = str(node.data.get("what") or "").partition(" ")[0] if "link" in node.data else ""
            path = ".".join(part for part in (node.path, kind, str(key)) if part)
            if isinstance(value, bool):
                yield path, node.about, "true" if value else "false"
            elif isinstance(value, str | int | float):
                yield path, node.about, clean(str(value))
            elif isinstance(value, list | tuple):
                yield from (
                    (path, node.about, clean(str(each))) for each in value if isinstance(each, str | int | float)
                )


def well_of(section: Section) -> Iterator[Setting]:
    """Neighbours of which nothing changed: ``lambda stock (behind the API shop)``."""
    quoter = Quoter(section)
    for text in texts(section.data.get("unchanged")):
        what, _, why = text.partition(" (")
        kind, _, name = what.partition(" ")
        yield Setting(about=short(name), quotes=quoter.quotes(text), path=kind, value=why.removesuffix(")"))


def idle_of(look: FirstLook) -> Iterator[Fact]:
    """Functions whose reports were asked for, and that have none."""
    for section in look.sections:
        told = {"since_onset", "before_onset", "gaps"} & set(section.data)
        if section.helper == "lambda_invocations" and not section.gap and not told:
            name = str(section.asked.get("function") or "")
            if name:
                yield Fact(name, hop_of(section), Quoter(section).quotes(name))


def quotas_of(section: Section) -> Iterator[Quota]:
    """Quotas whose usage is known."""
    quoter = Quoter(section)
    for each in objects(section.data.get("quotas")):
        limit, used = number(each.get("limit")), number(each.get("used"))
        if limit and used is not None:
            name = str(each.get("name") or "")
            percent = number(each.get("used_percent"))
            yield Quota(
                about=name,
                hop=hop_of(section),
                quotes=quoter.quotes(name),
                limit=limit,
                used=used,
                used_percent=100 * used / limit if percent is None else percent,
            )


def invocations_of(section: Section) -> Iterator[Invocations]:
    """What a function's reports say."""
    before, since = section.data.get("before_onset"), section.data.get("since_onset")
    since = since if isinstance(since, dict) else before if isinstance(before, dict) else None
    if since is None:
        return
    earlier = before if isinstance(before, dict) else {}
    durations = since.get("duration_ms")
    worst = str(section.data.get("worst") or "")
    quoter = Quoter(section)
    yield Invocations(
        about=str(section.asked.get("function") or "") or subject_of(section),
        hop=hop_of(section),
        quotes=quoter.quotes(worst[:160]) if worst else (),
        count=whole(since.get("count")),
        timed_out=whole(since.get("timed_out")),
        failed=whole(since.get("failed")),
        at_memory_limit=whole(since.get("at_memory_limit")),
        memory_mb=whole(since.get("memory_mb")),
        most_used_mb=whole(since.get("most_used_mb")),
        median_ms=_median(durations),
        median_ms_before=_median(earlier.get("duration_ms")),
        worst=worst,
    )


def _median(durations: object) -> float:
    return number(durations.get("median")) or 0.0 if isinstance(durations, dict) else 0.0
