"""Throttles: of functions, tables, streams, APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Candidate, Depth, Shape, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Scene

_KIN = (Kin.CAPACITY, Kin.SCHEDULE)


@signature("function-throttled", Category.THROTTLED, "the metric Throttles of a function is above zero")
def _function_throttled(scene: Scene) -> Iterator[Candidate]:
    for reading in scene.reading("Throttles"):
        if (reading.after or reading.steady or 0) > 0 and not reading.falls:
            about = reading.about or next(iter(_functions(scene)), "the function")
            yield Candidate(
                "function-throttled",
                Category.THROTTLED,
                f"invocations of {about} are throttled: it finds no free concurrency",
                f"{about} is throttled",
                0.78,
                Depth.EFFECT,
                about=about,
                names=frozenset({about}),
                since=reading.at,
                quotes=reading.quotes,
                speaks_for=(reading.text,),
                kin=_KIN,
                hop=reading.hop,
            )


def _functions(scene: Scene) -> Iterator[str]:
    metric = scene.signal.watched_metric
    if metric and "FunctionName" in metric.dimensions:
        yield metric.dimensions["FunctionName"]


SIGNATURES: tuple[Signature, ...] = (
    Shape(
        "reserved-concurrency-used-up",
        Category.THROTTLED,
        "ReservedFunctionConcurrentInvocationLimitExceeded",
        (r"ReservedFunctionConcurrentInvocationLimitExceeded",),
        "calls of {about} to {target} are throttled: the reserved concurrency of {target} is used up "
        "(TooManyRequestsException)",
        headline="{target} is throttled: its reserved concurrency is used up",
        weight=0.93,
        kin=_KIN,
    ),
    Shape(
        "account-concurrency-used-up",
        Category.QUOTA_EXCEEDED,
        "ConcurrentInvocationLimitExceeded: the account's Lambda concurrency",
        (
            r"(?<!Function)ConcurrentInvocationLimitExceeded",
            r"(?:account|unreserved)[^.]{0,40}concurren\w+[^.]{0,30}(?:limit|exceeded)",
        ),
        "the account's quota of concurrent Lambda executions is used up: calls to {target} are throttled",
        headline="{about}: the account's Lambda concurrency is used up",
        weight=0.93,
        kin=_KIN,
    ),
    Shape(
        "table-throttled",
        Category.THROTTLED,
        "DynamoDB: provisioned throughput exceeded, hot partition",
        (
            r"ProvisionedThroughputExceeded\w*",
            r"(?:configured provisioned throughput|throughput for the (?:table|index))[^.]{0,40}exceeded",
            r"Throughput exceeds the current (?:capacity|throughput limit)",
            r"ThrottlingException[^.]{0,100}(?:table|index|partition)",
            r"ThrottlingError: Rate of requests exceeds|RequestLimitExceeded: Throughput",
        ),
        "requests of {about}{op}{on} are throttled: the throughput provisioned for the table or stream is "
        "exceeded",
        headline="{about}: throttled{on}, provisioned throughput exceeded",
        weight=0.9,
        kin=_KIN,
        unless=r"shard",
    ),
    Shape(
        "stream-throttled",
        Category.THROTTLED,
        "Kinesis: rate exceeded for a shard",
        (
            r"Rate exceeded for shard (?P<name>\S+)",
            r"(?:Write|Read)ProvisionedThroughputExceeded",
            r"ProvisionedThroughputExceededException[^\n]{0,120}shard",
        ),
        "calls of {about} to a shard of the stream are throttled{on}",
        headline="{about}: a shard of the stream is at its limit",
        weight=0.9,
        kin=_KIN,
    ),
    Shape(
        "store-slows-down",
        Category.THROTTLED,
        "S3 SlowDown, KMS, STS, Secrets Manager or SSM rates",
        (
            r"\bSlowDown\b|Please reduce your request rate",
            r"\b(?:kms|sts|ssm|secretsmanager)\b[^.]{0,80}(?:ThrottlingException|Rate exceeded|TooManyRequests)",
            r"You have exceeded the rate at which you may call KMS",
        ),
        "{about} calls an AWS service{op} faster than its rate allows",
        headline="{about}: slowed down by an AWS service",
        weight=0.86,
        kin=_KIN,
    ),
    Shape(
        "api-throttled",
        Category.THROTTLED,
        "ThrottlingException, Rate exceeded, TooManyRequestsException, RequestLimitExceeded",
        (
            r"\bThrottl(?:ing|ed)(?:Exception|Error)?\b",
            r"\bRate [Ee]xceeded\b",
            r"TooManyRequests(?:Exception)?\b|RequestLimitExceeded|RequestThrottled\w*|PriorRequestNotComplete",
        ),
        "calls of {about}{op} to {target} are throttled",
        headline="{about}: calls{op} are throttled",
        weight=0.85,
        kin=_KIN,
        unless=r"ReservedFunction|ConcurrentInvocation|ProvisionedThroughput|SlowDown|shard|\b429\b",
    ),
    _function_throttled,
)
