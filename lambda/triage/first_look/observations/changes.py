"""Changes: who, what, when; from CloudTrail, from resources' own records, from the alarm's edits."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from triage.first_look.document import moment
from triage.first_look.observations.facts import Change, Complaint, Origin
from triage.first_look.observations.metrics import latest
from triage.first_look.observations.quoting import Quoter, clean
from triage.first_look.observations.walking import hop_of, nodes, short
from triage.first_look.untyped import count_of, objects, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from triage.first_look.document import Section

EDITED = "alarm edited"
"""What stands for a call where the alarm's own history tells of a change."""

_BRIEF = re.compile(
    r"^(?:(?P<date>\d{4}-\d\d-\d\d|\d\d-\d\d)[ T])?(?P<clock>\d\d:\d\d) (?P<event>[\w.-]+:\w+)"
    r"(?: (?P<times>\d+) times until \d\d:\d\d,)?"
    r"(?: (?P<about>.*?))??(?: \[(?P<sets>[^\]]+)\])? by (?P<by>\S.*?)(?: \((?P<refused>[\w.]+)(?:…|\)))?$"
)
_BY_SERVICE = re.compile(r"^AWSServiceRole|\.amazonaws\.com$")
_BY_WORKLOAD = re.compile(r"/(?:i-[0-9a-f]{8,17}|[0-9a-f]{32}|(?:botocore|aws-\w+)-session-\d+|eks-[\w-]+)$")
"""Sessions as instances, ECS tasks, SDKs with a web identity and EKS Pod Identity name them."""
_CUT_URL = re.compile(r"https?:/{0,2}[^/]*/?")
_NAMES = re.compile(r"(?:[nN]ame|Arn|ARN|[iI]dentifier|[iI]d|service|family|keyId|Url|Stream|cluster)=([^,\s]+)")


def changes_of(section: Section, end: datetime | None) -> Iterator[Change]:
    """What CloudTrail tells of."""
    quoter = Quoter(section)
    for each in objects(section.data.get("related")):
        yield _told(each, quoter, related=True)
    for each in objects(section.data.get("other")):
        yield _told(each, quoter, related=False)
    for text in texts(section.data.get("other")):
        brief = _brief(text, quoter, end)
        if brief:
            yield brief


def _told(each: Mapping[str, Any], quoter: Quoter, *, related: bool) -> Change:
    given = clean(str(each.get("given") or ""))
    event = str(each.get("event") or "")
    at = str(each.get("at") or "")
    return Change(
        about=named_in(given),
        hop=hop_of(quoter.section),
        quotes=quoter.quotes(event, at, given[:60]) or quoter.quotes(event, at),
        at=moment(at),
        event=event,
        by=str(each.get("by") or ""),
        given=given,
        refused=str(each.get("refused") or ""),
        related=related,
        touches=clean(str(each.get("touches") or "")),
    )


def named_in(given: str) -> str:
    """The resource the parameters of a call name."""
    found = _NAMES.findall(given)
    telling = [name for name in found if name and not _CUT_URL.fullmatch(name)]
    return short(telling[-1]) if telling and "cluster=" in given else short(telling[0]) if telling else ""


def _brief(text: str, quoter: Quoter, end: datetime | None) -> Change | None:
    found = _BRIEF.match(clean(text))
    if not found:
        return None
    about = found["about"] or ""
    return Change(
        about=named_in(about) or ("" if "=" in about or _CUT_URL.fullmatch(about) else short(about)),
        hop=hop_of(quoter.section),
        quotes=quoter.quotes(text),
        at=_clock(found["date"], found["clock"], end),
        event=found["event"],
        by=found["by"],
        given=f"{about}, {found['sets']}" if found["sets"] else about,
        refused=found["refused"] or "",
        related=False,
        times=int(found["times"] or 1),
    )


def _clock(date: str | None, clock: str, end: datetime | None) -> datetime | None:
    if end is None:
        return None
    if date:
        return moment(f"{date if len(date) > 5 else f'{end:%Y}-{date}'}T{clock}:00Z")
    return latest(clock, end)


def neighbours_changes_of(section: Section, end: datetime | None) -> Iterator[Change]:
    """Changes of what is linked to the alarm's resource."""
    quoter = Quoter(section)
    for node in nodes(section):
        for text in texts(node.data.get("changes")):
            found = _brief(text, quoter, end)
            if found:
                link = clean(str(node.data.get("link") or ""))
                yield replace(found, related=True, touches=f"{node.about}: {link}")


def own_changes_of(section: Section) -> Iterator[Change]:
    """What the resources of a section record of themselves: deployments, versions, events."""
    quoter = Quoter(section)
    for node in nodes(section):
        for each in objects(node.data.get("changes")):
            what, times = clean(str(each.get("what") or "")), count_of(each)
            counted = (f"times: {times}",) if times > 1 else ()
            yield Change(
                about=node.about,
                hop=hop_of(section),
                quotes=quoter.quotes(what, str(each.get("at") or ""), *counted),
                at=moment(each.get("at")),
                event=what,
                by="",
                given="",
                times=times,
                last=moment(each.get("last")),
            )


def edits_of(section: Section) -> Iterator[Change]:
    """Edits of the alarm, by its history."""
    quoter = Quoter(section)
    for each in objects(section.data.get("edits")):
        what = clean(str(each.get("what") or "edited"))
        yield Change(
            about=str(section.asked.get("alarm") or ""),
            quotes=quoter.quotes(what[:160]),
            at=moment(each.get("at")),
            event=EDITED,
            given=what,
        )


def _launched(change: Change) -> str:
    """The type of instances that could not be launched."""
    found = re.search(r"instanceType=([\w.-]+)", change.given)
    return found[1] if found else ""


def asked_names_of(section: Section) -> Iterator[str]:
    """Resources and roles whose changes were looked for: what takes part in what is looked at."""
    names = section.asked.get("names")
    yield from (short(str(each)) for each in names) if isinstance(names, list) else ()


def refusals_of(changes: list[Change], taking_part: Collection[str]) -> Iterator[Complaint]:
    """Calls that were refused, as complaints of whoever made them, equal ones counted once.

    What a service was refused is about the resource it acts for. What anybody else was refused says what that
    caller may not do, whatever it was to be done to, and lies a step further off.

    Args:
        changes: What CloudTrail tells of.
        taking_part: Names of resources and roles.
    """
    groups: dict[tuple[str, str, str], list[Change]] = {}
    for each in changes:
        if each.refused and (each.related or _BY_SERVICE.search(each.by)):
            groups.setdefault((each.event, each.by, each.refused), []).append(each)
    for (event, by, refused), found in groups.items():
        times = sorted(each.at for each in found if each.at)
        caller = by.partition("/")[0].removeprefix("AWSServiceRoleFor")
        by_service = bool(_BY_SERVICE.search(by))
        yield Complaint(
            about=(found[0].about or _launched(found[0]) or caller) if by_service else caller,
            hop=min(each.hop for each in found) + (not by_service),
            quotes=found[0].quotes,
            text=f"{event} by {by} was refused: {refused}; {found[0].given}",
            template=f"{event} {refused}",
            origin=_origin(found, taking_part),
            count=sum(each.times for each in found),
            since=sum(each.times for each in found),
            first=times[0] if times else None,
            last=times[-1] if times else None,
        )


def _origin(found: Sequence[Change], taking_part: Collection[str]) -> Origin:
    """Whether what was refused could have kept something running.

    What is done to a resource by a workload, or again and again, may be what keeps it running. What somebody else
    tried once and was not allowed to do left everything as it was.
    """
    by = found[0].by
    works = _BY_SERVICE.search(by) or _BY_WORKLOAD.search(by) or any(each in taking_part for each in by.split("/"))
    again = sum(each.times for each in found) > 1
    return Origin.REFUSED_CALL if works or again else Origin.REFUSED_TO_OTHERS
