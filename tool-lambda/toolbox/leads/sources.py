"""Where leads come from: neighbours that changed, errors that name something, calls that were refused. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from toolbox.leads.lead import Lead
from toolbox.leads.naming import Refusal, buckets_in, named_in, refusals_in
from toolbox.resources.base import Resource, name_of
from toolbox.surroundings.addresses import public_addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolbox.surroundings.links.base import Links

#: An error that names something says more than a neighbour that moved.
_NAMED_BY_NEW_ERROR = 100.0
_NAMED_BY_OLD_ERROR = 55.0
_CHANGED = 60.0
_FAILING = 75.0
_STORE = 72.0
_SHARING = 70.0
_SHARED = frozenset({"bucket", "dynamodb", "sqs", "kinesis", "sns"})
_WORKING = frozenset({"lambda", "ecs", "stepfunctions"})
_STORES = frozenset({"rds", "rds_cluster", "elasticache", "dynamodb"})
_FEW = 0.1
_GUESSED = 68.0
#: What only might matter is asked for its log alone.
_CALLED_ALIKE = 40.0
_ELSEWHERE = 34.0
_SHORT = 52.0
_UNCHANGED = 30.0
_BY_HOP = 8.0
_OBJECT_GONE = re.compile(
    r"NoSuchKey|InvalidObjectState|specified key does not exist|"
    r"\b(?:Head|Get)Object\b[^\n]{0,80}(?:not exist|Not Found|404)|"
    r"\(404\) when calling the (?:Head|Get)Object|"
    r"curl: \(22\) The requested URL returned error: 404|ERROR 404: Not Found|"
    r"404[^\n]{0,60}amazonaws\.com|amazonaws\.com[^\n]{0,120}\b404\b",
    re.IGNORECASE,
)
#: Calls that change the way to other hosts, as CloudTrail logs them.
_NETWORK_CHANGED = re.compile(
    r"ec2:(?:Replace|Delete|Create|Modify|Revoke|Disassociate|Associate|Detach|Release|Enable|Disable|Reject)"
    r"(?:Route\w*|SecurityGroup(?:In|E)gress|NetworkAcl\w*|NatGateway|VpcEndpoints?|InternetGateway|"
    r"VpcPeering\w+|TransitGateway\w*|DhcpOptions|ManagedPrefixList|Address)\b"
)
#: A source that is not let in. A refused connection is none: there the address is where somebody wanted to go.
_TURNED_AWAY = re.compile(
    r"(?<![\w.-])40[13](?!\.?\d|\s?(?:ms|s|[km]?i?b|bytes)\b)|denied|forbidden|not allowed|\bblocked\b|"
    r"\b(?:unknown|unauthori[sz]ed)[ _-]?(?:source|client|address|ip)\b|(?:white|allow)[ _-]?list",
    re.IGNORECASE,
)
_READ_FROM = frozenset({"logs", "shares", "configuration", "surroundings", "metric"})
_OUT_OF_MEMORY = re.compile(r"OutOfMemory|exit code 137|'exitCode': 137")
_UNREACHABLE = re.compile(
    r"tim(?:ed?|ing)[ -]?out|timeout|unreachable|no route|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ECONNREFUSED|"
    r"connection refused|could not connect|ConnectTimeout|VPC endpoint policy",
    re.IGNORECASE,
)


def of_neighbours(answer: Mapping[str, Any], hop: int) -> list[Lead]:
    """Neighbours whose state, metrics or configuration changed, the most telling first; then what may be one."""
    found = [_lead(each, hop, _GUESSED - place) for place, each in enumerate(answer.get("guessed") or ())]
    for place, each in enumerate(answer.get("changed") or ()):
        told = 12.0 * bool(each.get("state")) + 10.0 * bool(each.get("metrics")) + 8.0 * bool(each.get("changes"))
        weight = _CHANGED + told - _BY_HOP * int(each.get("hop", 1)) - place
        found.append(_lead(each, hop, weight))
    for place, each in enumerate(answer.get("called_alike") or ()):
        found.append(_lead(each, hop, _CALLED_ALIKE - place, is_vague=True))
    for place, each in enumerate(answer.get("short_of_capacity") or ()):
        found.append(_lead(each, hop, _SHORT - place))
    for place, each in enumerate(answer.get("changed_elsewhere") or ()):
        found.append(_lead(each, hop, _ELSEWHERE - place, is_vague=True))
    for place, text in enumerate(answer.get("unchanged") or ()):
        what, _, why = str(text).partition(" (")
        found.append(_lead({"what": what, "link": why.removesuffix(")")}, hop, _UNCHANGED - place))
    return found


def _lead(each: Mapping[str, Any], hop: int, weight: float, *, is_vague: bool = False) -> Lead:
    kind, _, name = str(each.get("what", "")).partition(" ")
    about = Resource(kind, name)
    return Lead(about, "neighbourhood", str(each.get("link", "")), hop, weight, each.get("changed"), is_vague)


def of_failing(done: Mapping[str, Mapping[str, Any]], leads: Iterable[Lead], hop: int) -> list[Lead]:
    """What was only asked for its log, and turned out to fail since the onset."""
    found = []
    for lead in leads:
        if not lead.is_vague:
            continue
        answer = done.get(f"logs:{name_of(lead.about.name)}", {})
        if any(is_new(template) for template, _ in errors_in(answer)):
            found.append(
                Lead(lead.about, f"logs:{name_of(lead.about.name)}", "fails since the onset", hop, _FAILING)
            )
    return found


def of_stores(failing: Iterable[Lead], links: Links) -> list[Lead]:
    """The stores that what fails reads and writes, by what its configuration names; of a log, by who writes it."""
    found = []
    for lead in failing:
        writers = [other for other, _ in links.of(lead.about)] if lead.about.kind == "log_group" else [lead.about]
        for other, why in (linked for writer in writers for linked in links.of(writer)):
            if other.kind in _STORES:
                found.append(Lead(other, lead.origin, why, lead.hop, _STORE))
    return found


def of_errors(section: str, answer: Mapping[str, Any], known: Sequence[Resource], hop: int) -> list[Lead]:
    """What error lines since the onset name."""
    found = []
    for template, text in errors_in(answer):
        weight = _NAMED_BY_NEW_ERROR if is_new(template) else _NAMED_BY_OLD_ERROR
        for place, resource in enumerate(named_in(text, known)):
            why = f"named by errors: {template.get('template', '')}"
            found.append(Lead(resource, section, why, hop, weight - place))
    return found


def of_sharing(leads: Iterable[Lead], links: Links, hop: int) -> list[Lead]:
    """Who else works with what errors name: what somebody reads there, somebody else wrote."""
    named = [lead for lead in leads if lead.about.kind in _SHARED and lead.why.startswith("named by errors")]
    return [
        Lead(other, lead.origin, f"works with {lead.about.name}, which errors name: {why}", hop, _SHARING - place)
        for lead in named
        for place, (other, why) in enumerate(links.of(lead.about))
        if other.kind in _WORKING
    ]


def of_changed_buckets(done: Mapping[str, Mapping[str, Any]], hop: int) -> list[Lead]:
    """Buckets whose notifications or rules were changed, where the change names the alarm's resource."""
    found = []
    for each in done.get("changes", {}).get("related") or ():
        event, _, given = str(each.get("event", "")).partition(":")[2], "", str(each.get("given", ""))
        bucket = re.search(r"\bbucketName=([^,\s]+)", given)
        if bucket and event.startswith("PutBucket"):
            why = f"changed: {event}"
            found.append(Lead(Resource("bucket", bucket[1]), "changes", why, hop, _FAILING, each.get("at")))
    return found[:1]


def of_missing_objects(done: Mapping[str, Mapping[str, Any]], hop: int) -> list[Lead]:
    """Where an object is missing: the buckets that answers name, be it in the line of the command before."""
    missing = next(
        (
            template
            for section, answer in done.items()
            if section.partition(":")[0] == "logs"
            for template, text in errors_in(answer)
            if _OBJECT_GONE.search(text)
        ),
        None,
    )
    if missing is None:
        return []
    texts = (
        json.dumps(answer, default=str)
        for section, answer in done.items()
        if section.partition(":")[0] in _READ_FROM
    )
    buckets = dict.fromkeys(bucket for text in texts for bucket in buckets_in(text))
    why = f"read from it, an object is missing: {missing.get('template', '')}"
    return [Lead(bucket, "logs", why, hop, _NAMED_BY_NEW_ERROR - place) for place, bucket in enumerate(buckets)][
        :2
    ]


def refused(answer: Mapping[str, Any]) -> list[Refusal]:
    """Calls that error lines since the onset say were refused."""
    found = [refusal for _, text in errors_in(answer) for refusal in refusals_in(text)]
    return list(dict.fromkeys(found))


def speaks_of_network(answer: Mapping[str, Any]) -> bool:
    """Whether errors that are new since the onset are of something that cannot be reached."""
    return any(_UNREACHABLE.search(text) for template, text in errors_in(answer) if is_new(template))


def network_changed(done: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The call that changed a route, a rule or a gateway, where changes of the look's window tell of one."""
    found = done.get("changes", {})
    calls = [str(each.get("event")) for each in found.get("related") or () if not each.get("refused")]
    calls += [str(each) for each in found.get("other") or ()]
    match = next((match for call in calls if (match := _NETWORK_CHANGED.search(call))), None)
    return match[0] if match else None


def turned_away(answer: Mapping[str, Any]) -> list[str]:
    """Public addresses in errors that are new since the onset and say that somebody was turned away."""
    texts = [text for template, text in errors_in(answer) if is_new(template) and _TURNED_AWAY.search(text)]
    return list(dict.fromkeys(address for text in texts for address in public_addresses(text)))


def is_new(template: Mapping[str, Any]) -> bool:
    """Whether a line came with the trouble; a few of it may be from before, for the onset is that of a metric."""
    return int(template.get("before_onset") or 0) <= _FEW * int(template.get("since_onset") or 0)


def ran_out_of_memory(done: Mapping[str, Mapping[str, Any]], about: Resource) -> bool:
    """Whether what was asked about a resource says that it was killed for its memory."""
    answer = done.get(f"configuration:{name_of(about.name)}", {})
    return bool(_OUT_OF_MEMORY.search(f"{answer.get('stopped_tasks')} {answer.get('stopped_before')}"))


def errors_in(answer: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Lines of trouble since the onset, each with all of its text."""
    groups: Iterable[Mapping[str, Any]] = [*answer.get("groups", ()), *answer.get("counted_by_the_alarm", ())]
    for group in groups:
        for template in group.get("templates") or ():
            if template.get("since_onset"):
                yield template, f"{template.get('template', '')}\n{template.get('sample', '')}"
