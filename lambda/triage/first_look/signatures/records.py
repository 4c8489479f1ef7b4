"""DNS records: a name that does not resolve any more, and whoever deleted its record."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Candidate, Depth, Signature, is_heard, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Change, Complaint, Scene
    from triage.first_look.observations.quoting import Quote

# What resolvers answer for a name that is not there (RFC 2308), in the words of runtimes.
_UNRESOLVED = re.compile(
    r"ENOTFOUND|EAI_NONAME|EAI_AGAIN|NXDOMAIN|Name or service not known|no such host|UnknownHost|"
    r"nodename nor servname|"
    r"(?:could not|cannot|can't|failed to|unable to) resolve|Temporary failure in name resolution|"
    r"name resolution|gaierror|No address associated with hostname|SERVFAIL",
    re.IGNORECASE,
)
_DONE = re.compile(r"\b(?P<action>DELETE|UPSERT|CREATE)\.(?P<type>\w+)=(?P<name>[^,\s]+)")


@signature(
    "record-deleted",
    Category.CONFIGURATION_MISSING,
    "a name does not resolve, and its DNS record was deleted before",
)
def _deleted(scene: Scene) -> Iterator[Candidate]:
    unresolved = [each for each in scene.complaints if is_heard(each) and _UNRESOLVED.search(each.text)]
    for complaint in unresolved:
        for change, done in _deletions(scene):
            name = done["name"]
            if _says(complaint.text, name) and not _is_back(name, change, scene):
                yield _candidate(complaint, change, done, scene)


def _candidate(complaint: Complaint, change: Change, done: re.Match[str], scene: Scene) -> Candidate:
    name, about = done["name"], complaint.about or scene.subject
    made = _made_instead(change, scene)
    instead = f" and made {made} instead" if made else ""
    at = f" at {change.at:%H:%M} UTC" if change.at else ""
    runs, quotes = _runs(name, scene)
    return Candidate(
        "record-deleted",
        Category.CONFIGURATION_MISSING,
        f"the DNS record {name} no longer exists, and {about} still asks for it: {change.by or 'somebody'} "
        f"deleted the {done['type']} record{instead} (ChangeResourceRecordSets{at}){runs}",
        f"{about}: the DNS record {name} was deleted",
        0.98,
        Depth.CAUSE,
        about=about,
        names=frozenset({name}),
        since=complaint.first,
        quotes=(*complaint.quotes[:1], *change.quotes, *quotes),
        speaks_for=(f"DELETE.{done['type']}={name}",),
        kin=(Kin.NETWORK,),
        complaint=complaint,
        hop=complaint.hop,
    )


def _deletions(scene: Scene) -> Iterator[tuple[Change, re.Match[str]]]:
    for change in scene.changes:
        if not change.refused and change.at is not None and change.at <= scene.onset + scene.slack:
            yield from ((change, done) for done in _DONE.finditer(change.given) if done["action"] == "DELETE")


def _is_back(name: str, deletion: Change, scene: Scene) -> bool:
    """Whether the same name got a record again: a replacement deletes and creates."""
    return any(
        done["name"] == name and done["action"] != "DELETE"
        for change in scene.changes
        if change.at and deletion.at and change.at >= deletion.at and not change.refused
        for done in _DONE.finditer(change.given)
    )


def _made_instead(deletion: Change, scene: Scene) -> str:
    """A record that the same caller made in the same minutes: then the name was changed."""
    for change in scene.changes:
        if change.by != deletion.by or not change.at or not deletion.at or change.refused:
            continue
        if abs((change.at - deletion.at).total_seconds()) <= scene.slack.total_seconds():
            made = (done["name"] for done in _DONE.finditer(change.given) if done["action"] == "CREATE")
            found = next(made, "")
            if found:
                return found
    return ""


def _runs(name: str, scene: Scene) -> tuple[str, tuple[Quote, ...]]:
    """That what is called like the host runs itself: all tasks it wants."""
    label = name.partition(".")[0]
    running = next(iter(scene.setting("runningCount", label)), None)
    wanted = next(iter(scene.setting("desiredCount", label)), None)
    if running is None or wanted is None or running.value != wanted.value or running.value == "0":
        return "", ()
    return f"; the service {label} itself runs, {running.value} of {wanted.value} tasks", running.quotes


def _says(text: str, name: str) -> bool:
    return bool(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text))


SIGNATURES: tuple[Signature, ...] = (_deleted,)
