"""Shapes of error messages, and the category of cause each speaks for. None names a resource."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """How a kind of failure is worded by AWS, a runtime or a library.

    Attributes:
        category: category of the report schema.
        patterns: find the telling part, the more telling one first; groups are details (``action``, ``resource``,
            ``seconds``, ``name``, …).
        meaning: the cause in words.
    """

    category: str
    patterns: tuple[re.Pattern[str], ...]
    meaning: str


@dataclass(frozen=True)
class Match:
    """A shape found in a message.

    Attributes:
        excerpt: the telling part, verbatim.
        details: named groups that matched.
    """

    shape: Shape
    excerpt: str
    details: dict[str, str]


def _shape(category: str, meaning: str, *patterns: str) -> Shape:
    return Shape(category, tuple(map(re.compile, patterns)), meaning)


SHAPES = (
    _shape(
        "permission_denied",
        "a call is denied",
        r"(?:assumed-role/(?P<role>[\w+=,.@-]+)/\S+ )?is not authorized to perform: (?P<action>[\w-]+:\w+)"
        r"(?: on resource: (?P<resource>[^\s\"\\]+))?",
        r"password authentication failed for user \W{0,2}(?P<login>[\w.@-]+)",
        r"\bAccessDenied(?:Exception)?\b|\bUnauthorizedOperation\b|\bAuthorizationError\b|\bPermission denied\b",
    ),
    _shape(
        "certificate_expired",
        "a certificate is no longer accepted",
        r"certificate has expired|CERTIFICATE_VERIFY_FAILED|x509: certificate[\w ]*",
    ),
    _shape(
        "out_of_memory",
        "the memory did not suffice",
        r"Runtime exited with error: signal: killed|Runtime\.OutOfMemory|\bMemoryError\b|\bOutOfMemoryError\b"
        r"|JavaScript heap out of memory|Cannot allocate memory",
    ),
    _shape(
        "timeout",
        "the invocation was stopped at its time limit",
        r"Task timed out after (?P<seconds>[\d.]+) seconds",
    ),
    _shape(
        "bad_deploy",
        "the deployed code cannot be started",
        r"Runtime\.(?:ImportModuleError|HandlerNotFound|UserCodeSyntaxError|InvalidEntrypoint)[^\n]{0,80}"
        r"|Unable to import module [^\n:]{0,80}|No module named [\w'.]+",
    ),
    _shape(
        "quota_exceeded",
        "a quota is used up",
        r"\bServiceQuotaExceeded(?:Exception)?\b|\bLimitExceeded(?:Exception)?\b|\bQuotaExceeded\w*",
    ),
    _shape(
        "throttled",
        "calls are throttled",
        r"\bThrottling(?:Exception)?\b|\bTooManyRequests(?:Exception)?\b|\bProvisionedThroughputExceeded\w*"
        r"|\bRequestLimitExceeded\b|\bRate [Ee]xceeded\b|\bSlowDown\b|\b429 Too Many Requests\b",
    ),
    _shape(
        "dependency_unreachable",
        "something the code calls cannot be reached",
        r"Could not connect to the endpoint URL[^\n]{0,120}|\b[Cc]onnection (?:refused|reset|timed out)[^\n]{0,60}"
        r"|\bECONNREFUSED\b[^\n]{0,60}|\bE(?:NOTFOUND|TIMEDOUT)\b[^\n]{0,60}|Name or service not known"
        r"|Temporary failure in name resolution|\b(?:Connect|Read)TimeoutError\b|\bRead timed out\b"
        r"|\bgetaddrinfo\b"
        r"|\b50[234] (?:Bad Gateway|Service Unavailable|Gateway Time-?out)",
    ),
    _shape(
        "configuration_missing",
        "a setting or resource the code expects is missing",
        r"KeyError: '(?P<name>[A-Z][A-Z0-9]*_[A-Z0-9_]*|[A-Z]{3,})'",
        r"\bParameterNotFound\b|\bResourceNotFoundException\b|\bNoSuch(?:Bucket|Key)\b|\bNonExistentQueue\b"
        r"|[Mm]issing (?:required )?(?:environment variable|env var|setting|parameter)[^\n]{0,60}",
    ),
    _shape(
        "data_error",
        "the input is not what the code expects",
        r"\b(?:Key|Value|Type|Index|Attribute|UnicodeDecode|JSONDecode|Validation|Schema)Error\b[^\n]{0,120}"
        r"|\bValidationException\b[^\n]{0,120}|\bConditionalCheckFailed\w*|\bSyntaxError: Unexpected[^\n]{0,60}",
    ),
)
"""In order of precedence: a message is what the first matching shape says."""


def match_shape(message: str) -> Match | None:
    """The first shape that the message has, or ``None``."""
    for shape in SHAPES:
        for pattern in shape.patterns:
            if found := pattern.search(message):
                details = {name: value for name, value in found.groupdict().items() if value}
                return Match(shape, found[0].strip(), details)
    return None
