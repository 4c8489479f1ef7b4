"""Requests that an API refuses before they reach anything: more 401 or 403 in its access log than before."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin, newest, told
from triage.first_look.observations.facts import Compared
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Change, Scene, Share

_STATUS = re.compile(r"(?i)(?:[\w.]*[._])?(?:status|status_?code|response_?code|sc-status)")
_REFUSED = re.compile(r"40[13]")
_SAYS_WHY = re.compile(r"(?i)[\w.]*(?:error|reason|message)[\w.]*")
_CLIENT = re.compile(r"(?i)[\w.-]*(?:user[-_.]?agent|client|caller|app[-_.]?version|api[-_.]?key)[\w.-]*")
_MORE = 0.1
_ALIKE = 0.05
_WITHIN = timedelta(minutes=60)
#: What decides who is let in (API Gateway, Cognito and WAF API references).
_DECIDES = re.compile(
    r"apigateway:(?:(?:Update|Create|Delete)Authorizer|Update(?:Route|Method|ApiKey|UsagePlan|RestApiPolicy))|"
    r"cognito-idp:(?:Update|Delete)(?:UserPoolClient|ResourceServer|UserPool)$|"
    r"wafv2:(?:UpdateWebACL|AssociateWebACL|UpdateIPSet|UpdateRuleGroup)"
)


@signature(
    "requests-refused",
    Category.PERMISSION_DENIED,
    "an API answers more requests with 401 or 403 than before, by its access log, since who is let in was changed",
)
def _refused(scene: Scene) -> Iterator[Candidate]:
    for status in scene.shares:
        if not _grew(status) or not _STATUS.fullmatch(status.field) or not _REFUSED.fullmatch(status.value):
            continue
        change = _decided(scene)
        if change is None:
            continue
        why = next((each for each in scene.shares if _explains(each, status)), None)
        who = [each for each in scene.shares if _is_client(each, status)][:2]
        says = f": {why.field}={why.value}" if why else ""
        clients = (
            f"; of those refused {', '.join(f'{each.share:.0%} are {each.value}' for each in who)}" if who else ""
        )
        at = f"{change.at:%H:%M} UTC" if change.at else "an unknown time"
        yield Candidate(
            "requests-refused",
            Category.PERMISSION_DENIED,
            f"{scene.subject} refuses {status.share:.0%} of its requests with {status.value} (before "
            f"{status.other:.0%}){says}{clients}; {told(change)} changed at {at} who is let in ({change.given})",
            f"{scene.subject}: refuses requests with {status.value} since {change.operation}",
            0.88 if why else 0.75,
            Depth.CAUSE,
            about=scene.subject,
            names=frozenset({scene.subject}),
            since=scene.onset,
            quotes=(
                *status.quotes,
                *(why.quotes if why else ()),
                *change.quotes,
                *(quote for each in who for quote in each.quotes),
            ),
            speaks_for=(status.text, *((why.text,) if why else ())),
            kin=(Kin.CONFIGURATION, Kin.ACCESS),
            change=change,
            hop=status.hop,
        )
        return


def _grew(share: Share) -> bool:
    return share.compared is Compared.SINCE_ONSET and share.share - share.other >= _MORE


def _explains(each: Share, status: Share) -> bool:
    """Whether it is the reason that as many lines of the same log give."""
    alike = _grew(each) and each.about == status.about and abs(each.share - status.share) <= _ALIKE
    return alike and bool(_SAYS_WHY.fullmatch(each.field)) and " " in each.value


def _is_client(each: Share, status: Share) -> bool:
    of_refused = each.compared is Compared.FAILING and each.about == status.about
    return of_refused and bool(_CLIENT.fullmatch(each.field)) and each.share > each.other


def _decided(scene: Scene) -> Change | None:
    """Who changed, shortly before, who is let in."""
    found = [
        each
        for each in scene.changes
        if each.at is not None
        and each.related
        and not each.refused
        and _DECIDES.match(each.event)
        and -scene.grace <= scene.onset - each.at <= _WITHIN
    ]
    return newest(found)


SIGNATURES: tuple[Signature, ...] = (_refused,)
