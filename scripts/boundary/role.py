"""The investigator role as a whole: base policy, denies, session policy, and the requests it is asked about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import botocore.session

from local_aws.access.global_services import GLOBAL_SERVICES
from scripts.boundary.actions import managed_policies
from scripts.boundary.evaluator import Decision, Request, Statement, denying, evaluate, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Account and region the documents are rendered for (tests/terraform/mocks).
ACCOUNT = "123456789012"
REGION = "us-east-1"

_ALLOW_EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
}


@dataclass(frozen=True)
class Role:
    """What is attached to the investigator role, and the session policy it is assumed with.

    Attributes:
        base: Statements of the base policies.
        denies: Statements of the module's managed policies, by name.
        session: Statements of the session policy; none where it is left out of account.
        account: Account whose resources are asked about.
        region: Region the session is for.
    """

    base: tuple[Statement, ...]
    denies: Mapping[str, tuple[Statement, ...]]
    session: tuple[Statement, ...] | None = None
    account: str = ACCOUNT
    region: str = REGION

    @property
    def attached(self) -> tuple[Statement, ...]:
        """Statements of all its documents."""
        return self.base + tuple(one for statements in self.denies.values() for one in statements)

    def decide(self, request: Request) -> Decision:
        """Whether it may."""
        limits = () if self.session is None else (self.session,)
        return evaluate(request, self.attached, *limits)

    def allowed(self, actions: Iterable[str]) -> list[str]:
        """Those of the actions it may call, in its region, on its account's resources."""
        return [name for name in actions if self.decide(self.request(name)) is Decision.ALLOWED]

    def request(self, action: str) -> Request:
        """The action as AWS would see it from here."""
        service = action.partition(":")[0]
        resource = f"arn:aws:apigateway:{self.region}::/restapis" if service == "apigateway" else "*"
        context = {"aws:RequestedRegion": region_of(service, self.region), "aws:ResourceAccount": self.account}
        return Request(action, resource, context)

    def refusing(self, action: str) -> list[str]:
        """Ids of the module's statements that deny the action."""
        request = self.request(action)
        found = (one for statements in self.denies.values() for one in denying(request, statements))
        return [one.sid for one in found]

    def with_base(self, base: tuple[Statement, ...]) -> Role:
        """The same denies on another base."""
        return replace(self, base=base)


def everything() -> tuple[Statement, ...]:
    """A base that allows everything: what then stays denied is denied by the module."""
    return parse(_ALLOW_EVERYTHING)


def read_only_access() -> tuple[Statement, ...]:
    """The default base, as AWS publishes it."""
    return managed("ReadOnlyAccess")


def managed(name: str) -> tuple[Statement, ...]:
    """An AWS managed policy."""
    return parse(managed_policies()[name]["Document"])


def parsed(documents: Mapping[str, str]) -> dict[str, tuple[Statement, ...]]:
    """Documents, read."""
    return {name: parse(text) for name, text in documents.items()}


def region_of(service: str, region: str) -> str:
    """The region a request reports: the caller's, or that of a service with one endpoint for all."""
    return _single_regions().get(service, region)


@cache
def _single_regions() -> dict[str, str]:
    """Services with one endpoint in the standard partition, from the SDK's own endpoint data."""
    data = botocore.session.get_session().get_data("endpoints")
    partition = next(one for one in data["partitions"] if one["partition"] == "aws")
    found = dict.fromkeys(GLOBAL_SERVICES, "us-east-1")
    for service, details in partition["services"].items():
        if details.get("isRegionalized") is False:
            endpoint = details["endpoints"].get(details.get("partitionEndpoint", ""), {})
            found[service] = endpoint.get("credentialScope", {}).get("region", "us-east-1")
    return found
