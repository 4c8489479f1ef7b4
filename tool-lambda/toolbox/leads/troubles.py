"""Errors that ask for one certain question: a limit that was reached, a certificate that ended. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolbox.capacity.instances import running_instances
from toolbox.capacity.lambda_concurrency import lambda_concurrency
from toolbox.capacity.quotas import service_quotas
from toolbox.capacity.subnets import ids_in, subnet_addresses
from toolbox.plan import Step, if_anything
from toolbox.services.certificates import certificates
from toolbox.services.store_events import store_events

if TYPE_CHECKING:
    from toolbox.asking.answer import Answer
    from toolbox.plan import Done


class Trouble(NamedTuple):
    """What an error says, and who knows more.

    Attributes:
        says: In the text of an answer.
        steps: What to ask then; their lead is added.
    """

    says: re.Pattern[str]
    steps: tuple[Step, ...]


def _short_of_addresses(done: Done) -> dict[str, Any]:
    return {"subnets": ids_in(done)}


def _events_of(service: str, stores: str) -> Step:
    title = f"What {stores} record of themselves around the onset"
    return Step(f"events:{service}", title, store_events, {"service": service}, shorten=if_anything)


#: Errors as AWS's services and the stores they run word them.
TROUBLES = (
    Trouble(
        re.compile(r"VcpuLimitExceeded|vCPU limit|InstanceLimitExceeded"),
        (
            Step(
                "quotas:ec2",
                "Quotas of EC2 instances",
                service_quotas,
                {"service": "ec2", "contains": "Running On-Demand", "most": 3},
            ),
            Step("instances", "Which instances run", running_instances),
        ),
    ),
    Trouble(
        re.compile(r"ConcurrentInvocationLimitExceeded|TooManyRequestsException|Rate Exceeded\."),
        (
            Step("concurrency", "Who holds Lambda's concurrent executions", lambda_concurrency),
            Step(
                "quotas:lambda",
                "Quota of concurrent executions",
                service_quotas,
                {"service": "lambda", "contains": "Concurrent executions", "most": 2},
            ),
        ),
    ),
    Trouble(
        re.compile(
            r"InsufficientFreeAddresses|not have enough free (?:IP )?addresses|Not enough IP space|"
            r"SubnetOutOfIPAddresses|InsufficientCidrBlocks|(?:no|out of) (?:free|available) IP ?addresses|"
            r"insufficient (?:free )?IP addresses|failed to assign an IP address",
            re.IGNORECASE,
        ),
        (
            Step(
                "addresses",
                "Free addresses of the subnet, and who holds the others",
                subnet_addresses,
                _short_of_addresses,
                shorten=if_anything,
            ),
        ),
    ),
    Trouble(
        re.compile(
            r"certificate (?:has )?expired|CERT_HAS_EXPIRED|certificate verify failed|x509|SSLHandshake|"
            r"PKIX path|certification path|CERTIFICATE_VERIFY_FAILED|UNABLE_TO_VERIFY_LEAF_SIGNATURE|"
            r"(?:local|get) issuer certificate|self[- ]signed certificate|unknown (?:certificate )?authority|"
            r"root certificate",
            re.IGNORECASE,
        ),
        (Step("certificates", "Certificates that are not well", certificates, shorten=if_anything),),
    ),
    Trouble(
        re.compile(r"READONLY You can't write|LOADING \w+ is loading|MASTERDOWN|CLUSTERDOWN"),
        (_events_of("elasticache", "caches"),),
    ),
    Trouble(
        re.compile(
            r"the database system is (?:starting up|shutting down|in recovery mode)|"
            r"terminating connection due to administrator command|"
            r"in a read-only transaction|--read-only option|server has gone away|Server shutdown in progress",
            re.IGNORECASE,
        ),
        (_events_of("rds", "databases"),),
    ),
)
#: Answers in which errors are looked for.
_ERRORS_IN = frozenset({"logs", "configuration", "surroundings", "metric", "changes"})


def steps_of(done: Done, hop: int) -> list[Step]:
    """The questions that what was found so far asks for."""
    found = []
    for section, answer in done.items():
        if section.partition(":")[0] in _ERRORS_IN:
            text = _text(answer)
            for trouble in TROUBLES:
                match = trouble.says.search(text)
                if match:
                    found += [_led(step, section, match[0], hop) for step in trouble.steps]
    return found


def _text(answer: Answer) -> str:
    return json.dumps({key: value for key, value in answer.items() if key != "gaps"}, ensure_ascii=False)


def _led(step: Step, section: str, says: str, hop: int) -> Step:
    lead = {"about": step.title, "from": section, "why": f"it says: {says}", "hop": hop}
    return Step(step.id, step.title, step.helper, step.arguments, lead=lead, shorten=step.shorten)
