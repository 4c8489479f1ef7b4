"""A firewall in front of a load balancer or an API that refuses what it let through before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.observations.facts import Compared
from triage.first_look.observations.rows import member
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Row, Scene

_HELPER = "blocked_requests"
_NEAR_MINUTES = 15
_RULE = re.compile(r"(?i)(?:terminatingRule(?:Id)?|rule(?:Id|Name)?|labels\.name)$")
_LOG = "firewall_log"
_NOT_SEEN = "not seen"
_MOST = 0.5
_WHERE = re.compile(r"(?i)(?:uri|path|request)$")


@signature(
    "firewall-blocks",
    Category.PERMISSION_DENIED,
    "a web ACL of AWS WAF blocks more requests since the onset",
)
def _blocks(scene: Scene) -> Iterator[Candidate]:
    rows = [row for row in scene.rows if row.helper == _HELPER and row.rises and _is_near(row, scene)]
    for row in rows[:1]:
        acl, guards = member(row, "web_acl"), member(row, "tie") != _NOT_SEEN
        own = [each for each in scene.shares if each.section == _LOG and each.share > each.other]
        rules = [each for each in own if _RULE.search(each.field) and each.share >= _MOST]
        where = [each for each in own if each.compared is Compared.FAILING and _WHERE.search(each.field)]
        rule = max(rules, key=lambda each: (each.share, len(each.field.split("."))), default=None)
        by = f" by its rule {rule.value}" if rule else ""
        at = f", {where[0].share:.0%} of those blocked are {where[0].value}" if where else ""
        tie = "" if guards else "; that it stands in front of it was not seen"
        yield Candidate(
            "firewall-blocks",
            Category.PERMISSION_DENIED,
            f"AWS WAF refuses requests before they reach {scene.subject}: the web ACL {acl} blocks them{by} "
            f"({member(row, 'blocks')}){at}{tie}",
            f"{acl} (AWS WAF) blocks requests to {scene.subject}",
            0.92 if guards else 0.62,
            Depth.CAUSE,
            about=scene.subject,
            names=frozenset({acl}),
            since=row.at,
            quotes=(*row.quotes, *(quote for each in (*rules[:1], *where[:1]) for quote in each.quotes)),
            speaks_for=(row.text,),
            speaks_against=() if guards else ("that this web ACL stands in front of it was not seen",),
            kin=(Kin.NETWORK, Kin.ACCESS),
            hop=row.hop,
        )


def _is_near(row: Row, scene: Scene) -> bool:
    return row.at is not None and abs(scene.minutes_before(row.at)) <= _NEAR_MINUTES


SIGNATURES: tuple[Signature, ...] = (_blocks,)
