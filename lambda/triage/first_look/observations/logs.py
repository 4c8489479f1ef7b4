"""Log templates as complaints: what was said, how often before and since the onset."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from triage.first_look.document import moment
from triage.first_look.observations.facts import Compared, Complaint, Fact, Origin, Share
from triage.first_look.observations.quoting import Quoter, clean
from triage.first_look.observations.walking import hop_of, short, subject_of
from triage.first_look.untyped import objects, texts, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage.first_look.document import Section

HELPERS = ("log_errors", "log_changes", "log_lines")

_RDS = re.compile(r"^/aws/rds/(?:instance|cluster)/([^/]+)/")
_STAGE = re.compile(r"^/?(?:aws/)?api-?gateway/([^/]+)", re.IGNORECASE)
_KINDS = frozenset({"access", "error", "errors", "application", "app", "stdout", "stderr", "php", "nginx", "logs"})
_SEVERAL = 4
#: Fields in which logs give a reason, and values that are one: words, or the name of an error.
_REASON = re.compile(
    r"(?i)(?:reason|error|cause|fault|exception|response|status_?(?:message|detail|text)|detail|errorMessage)\w*$"
)
_IN_WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}|[A-Z][a-z]+(?:[A-Z][a-z]+)+|^[A-Z]{3,}(?:_[A-Z]{2,})+$")
_OF_FAILURE = re.compile(
    r"(?i)(?:error|exception|fault|reason|cause)\w*=[A-Za-z]\w+|no \w+ left|quota|limit|exceed|denied|refus|"
    r"reject|"
    r"fail|invalid|expired|timed? ?out|unavailable|not (?:found|allowed|permitted|supported|exist)|throttl|blocked"
)
_LONGEST = 200
_SHARES = "works with "
"""How the toolbox begins to say why it asked somebody about what errors name."""
_SHARE = re.compile(
    r"(?P<field>[^=]+)=(?P<value>.*?): (?:(?P<share>\d+)% \((?P<count>\d+)\), (?:before|others) (?P<other>\d+)%|"
    r"(?P<again>\d+) failing)$"
)


def complaints_of(section: Section) -> Iterator[Complaint]:
    """What the templates of a section say, each group's in its order."""
    quoter = Quoter(section)
    for group in (*objects(section.data.get("groups")), *objects(section.data.get("counted_by_the_alarm"))):
        for template in objects(group.get("templates")):
            yield _complaint(quoter, str(group.get("group") or ""), template)
    for template in objects(section.data.get("new")):
        yield _complaint(quoter, str(section.data.get("group") or ""), template)


def shares_of(section: Section) -> Iterator[Share]:
    """What lines since the onset, or failing ones, have in common."""
    quoter = Quoter(section)
    group = str(section.data.get("group") or "")
    for compared in Compared:
        found_texts = section.data.get(compared.value)
        for text in [found_texts] if isinstance(found_texts, str) else texts(found_texts):
            found = _SHARE.match(text)
            yield Share(
                about=owner_of(group) or subject_of(section),
                hop=hop_of(section),
                quotes=quoter.quotes(text),
                section=section.id,
                text=text,
                compared=compared,
                field=found["field"] if found else text.partition(":")[0],
                value=found["value"] if found else "",
                share=int(found["share"] or 0) / 100 if found else 0.0,
                other=int(found["other"] or 0) / 100 if found else 0.0,
                count=int(found["count"] or found["again"] or 0) if found else 0,
            )


def reasons_of(section: Section) -> Iterator[Complaint]:
    """Reasons of failures that lines give in a field, with no other word of trouble: `providerResponse=…`."""
    for each in shares_of(section):
        new = each.compared in (Compared.SINCE_ONSET, Compared.FAILING) and not each.other
        field, value = each.field[-_LONGEST:], each.value[:_LONGEST]
        reason = _REASON.search(field) and _IN_WORDS.search(value) and _OF_FAILURE.search(f"{field}={value}")
        if new and each.count >= _SEVERAL and reason:
            yield Complaint(
                about=each.about,
                hop=each.hop,
                quotes=each.quotes,
                text=each.value,
                template=each.value,
                origin=Origin.LOG,
                count=each.count,
                since=each.count,
                group=str(section.data.get("group") or ""),
            )


def _complaint(quoter: Quoter, group: str, template: Mapping[str, Any]) -> Complaint:
    text = clean(str(template.get("sample") or template.get("template") or ""))
    masked = clean(str(template.get("template") or ""))
    count = whole(template.get("count")) or 1
    known = "since_onset" in template or "before_onset" in template
    section = quoter.section
    return Complaint(
        about=owner_of(group) or subject_of(section),
        hop=hop_of(section),
        quotes=quoter.quotes(text[:120]) or quoter.quotes(masked[:120]),
        text=text,
        template=masked,
        level=str(template.get("level") or "error"),
        count=count,
        before=whole(template.get("before_onset")) if known else 0,
        since=whole(template.get("since_onset")) if known else count,
        share=_share(template.get("share")),
        first=moment(template.get("often_since")) or moment(template.get("first")),
        seldom_from=moment(template.get("first")) if template.get("often_since") else None,
        last=moment(template.get("last")),
        frames=tuple(texts(template.get("frames"))),
        origin=Origin.LOG,
        group=group,
        streams=whole(template.get("streams")),
        upstream=section.lead is not None and section.lead.why.startswith(_SHARES),
    )


def quiet_of(section: Section) -> Iterator[Fact]:
    """Resources whose log group was read and holds no line that speaks of trouble."""
    quoter = Quoter(section)
    for group in objects(section.data.get("groups")):
        name = str(group.get("group") or "")
        if name and group.get("lines") == 0 and not group.get("templates"):
            yield Fact(owner_of(name), hop_of(section), quoter.quotes(name, "lines: 0"))


def owner_of(group: str) -> str:
    """The resource a log group belongs to, as far as its name tells."""
    found = _RDS.match(group) or _STAGE.match(group)
    if found:
        return found[1]
    parts = [part for part in group.split("/") if part]
    telling = [part for part in parts if part.lower() not in _KINDS]
    return short((telling or parts or [""])[-1])


def _share(value: object) -> float:
    found = re.match(r"\s*([\d.]+)\s*%", str(value or ""))
    return min(1.0, float(found[1]) / 100) if found else 1.0
