"""What others answer: 5XX, too many requests, an open circuit; databases that are starting or read-only."""

from __future__ import annotations

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Depth, Shape

_KIN = (Kin.DEPLOYMENT, Kin.NETWORK)

SIGNATURES = (
    Shape(
        "dependency-fails",
        Category.DEPENDENCY_UNREACHABLE,
        "what is called answers 5XX",
        (
            (
                r"(?:answered|returned|responded(?: with)?|replied|got|received|status(?: ?code)?[=: ]|"
                r"HTTP(?:/\d(?:\.\d)?)?)"
                r"[ :=]*(?P<code>50[0-3])\b"
            ),
            r"\b(?P<code>50[0-3]) (?:Internal Server Error|Bad Gateway|Service (?:Temporarily )?Unavailable|from)",
            (
                r"\b(?:InternalServerError|InternalFailure|ServiceUnavailable(?:Exception)?|"
                r"InternalServerException)\b"
            ),
            r"Server returned HTTP response code: (?P<code>5\d\d)",
            r"UNAVAILABLE: |no (?:live|healthy) upstreams?|failed with status code (?P<code>50[0-3])",
            r"(?:FeignException|HttpServerErrorException|WebClientResponseException)\S*:? ?\[?(?P<code>50[0-3])",
        ),
        "{host} answers {about} with errors of its own ({code})",
        headline="{about}: {host} answers with errors",
        depth=Depth.EFFECT,
        weight=0.76,
        kin=_KIN,
        unless=r"answering (?:<n>|5\d\d)|status=5\d\d.{0,80}\berr(?:or)?=",
    ),
    Shape(
        "version-retired",
        Category.DEPENDENCY_UNREACHABLE,
        "what is called answers 410 Gone, or that the version of its API was retired",
        (
            r"\b410 Gone\b|(?:status(?: ?code)?|HTTP/[\d.]+)[=: ]{1,2}410\b|HTTPStatus\.GONE",
            r"\bapi[_ -]?version[_ -](?:retired|sunset|removed|discontinued)",
            r"\bAPI version [^\n]{0,40}(?:has been|was|is) (?:retired|switched off|shut down|discontinued)",
        ),
        "{host} answers {about} that what it asks for is gone (410) or retired: that version of the API, or that "
        "endpoint, was switched off on the other side",
        headline="{about}: {host} has switched off what it asks for",
        weight=0.88,
        kin=(Kin.CONFIGURATION, Kin.DEPLOYMENT),
    ),
    Shape(
        "dependency-limits",
        Category.THROTTLED,
        "what is called answers 429",
        (
            r"(?:answered|returned|responded(?: with)?|status(?: ?code)?[=: ]|HTTP(?:/\d(?:\.\d)?)?)[ :=]*429\b",
            r"429 Too Many Requests|rate limit(?:ed| exceeded| reached)|rate_limit_exceeded|over_query_limit",
        ),
        "{host} limits the rate at which {about} may call it (429)",
        headline="{about}: rate-limited by {host}",
        weight=0.84,
        kin=(Kin.CAPACITY, Kin.SCHEDULE, Kin.DEPLOYMENT),
    ),
    Shape(
        "circuit-open",
        Category.DEPENDENCY_UNREACHABLE,
        "a circuit breaker is open",
        (r"circuit ?-?breaker[^.]{0,40}open|CallNotPermittedException|BrokenCircuitException|CircuitBreakerOpen",),
        "the circuit breaker of {about} towards {host} is open after failed calls",
        headline="{about}: circuit breaker open",
        depth=Depth.SYMPTOM,
        weight=0.66,
        kin=_KIN,
    ),
    Shape(
        "store-not-ready",
        Category.DEPENDENCY_UNREACHABLE,
        "a database or cache starts, stops, fails over or is read-only",
        (
            r"the database system is (?:starting up|shutting down|in recovery mode)",
            r"terminating connection due to administrator command",
            r"READONLY You can't write|cannot execute \w+ in a read-only transaction|--read-only option",
            r"CLUSTERDOWN|MASTERDOWN|LOADING Redis is loading|NotWritablePrimary|not (?:primary|master)\b",
            r"NOT_LEADER\w*|NotLeaderFor\w+|LEADER_NOT_AVAILABLE|NOT_ENOUGH_REPLICAS|NotEnoughReplicas",
            r"No primary available|no primary server",
        ),
        "the data store of {about} is not ready for it: it starts, stops or has changed its primary",
        headline="{about}: its data store is not ready",
        weight=0.85,
        kin=(Kin.CAPACITY, Kin.CONFIGURATION),
    ),
    Shape(
        "health-check-mismatch",
        Category.CONFIGURATION_MISSING,
        "health checks get an answer of 3XX or 4XX: path, host or login do not fit",
        (r"failed with these codes: \[(?P<code>[34]\d\d)", r"Target\.ResponseCodeMismatch"),
        "health checks of {about} get an answer they do not expect ({code}): path, host or login do not fit",
        headline="{about}: health checks do not fit what it answers",
        depth=Depth.EFFECT,
        weight=0.74,
        kin=(Kin.CONFIGURATION, Kin.DEPLOYMENT),
    ),
    Shape(
        "targets-unhealthy",
        Category.DEPENDENCY_UNREACHABLE,
        "targets fail their health check",
        (
            r"Target\.(?:Timeout|FailedHealthChecks|NotRegistered|NotInUse|InvalidState)",
            r"is unhealthy in \(target-group[^)]*\) due to",
            r"failed (?:ELB|container|EC2) health checks|Health checks failed",
        ),
        "targets of {about} fail their health check",
        headline="{about}: targets fail their health check",
        depth=Depth.SYMPTOM,
        weight=0.62,
        kin=(Kin.DEPLOYMENT, Kin.NETWORK, Kin.CONFIGURATION),
    ),
)
