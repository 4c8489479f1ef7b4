"""What an error message names: who, which operation, on what, which host, which variable.

Wordings of the AWS SDKs (botocore, AWS SDK for Java, JavaScript and Go), of IAM's denials, and of common clients.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ACTION = re.compile(
    r"perform:? (?P<asked>[a-z0-9-]+:[A-Za-z*]+)|^(?P<called>[a-z0-9-]+:[A-Za-z]+) by \S+ was refused",
    re.IGNORECASE,
)
_OPERATION = re.compile(
    r"calling the (?P<py>\w+) operation|operation error (?P<gs>[\w ]+?): (?P<go>\w+)|"
    r"(?:during|executing|failed to execute) (?:the )?(?P<run>[A-Z]\w+(?:Item|Object|Message|Records?|Query|Scan|"
    r"Value))\b"
)
_ON = re.compile(
    r"on resource: ?['\"]?(?P<on>[^\s,;'\"]+)|FunctionName=(?P<function>[\w-]+)|Table: (?P<table>[\w.-]+)|"
    r"\b[Tt]able ['\"]?(?P<table2>[\w.-]*[a-z][\w.-]*[-_.][\w.-]+)|Bucket[:=] ?['\"]?(?P<bucket>[\w.-]+)|"
    r"for role:? (?P<role>arn:\S+)|(?P<arn>arn:aws[\w-]*:(?!iam|sts)[^\s,;'\")\]]+)"
)
_PRINCIPAL = re.compile(
    r"assumed-role/(?P<role>[\w+=,.@-]+)|:user/(?P<user>[\w+=,.@/-]+)|:role/(?P<iam>[\w+=,.@/-]+)"
)
_HOST = re.compile(
    r"https?://(?P<url>[\w.-]+\.[A-Za-z][\w-]*(?::\d+)?)|ENOTFOUND (?P<dns>[\w.-]+)|lookup (?P<go>[\w.-]+)|"
    r"UnknownHostException: (?P<java>[\w.-]+)|"
    r"host(?: ?name)?\"?[= :]+['\"]?(?P<host>[\w-]+(?:\.[\w-]+)+(?::\d+)?)|"
    r"\b(?!(?:javax?|jdk|sun)\.)(?P<bare>[a-z0-9][\w-]*(?:\.[\w-]+)*"
    r"\.(?:com|net|org|io|example|internal|local|dev|eu|de|cloud|aws|test|app)"
    r"(?::\d+)?)\b"
)
_ADDRESS = re.compile(
    r"(?:dial tcp|connect to|->|connect \w+|server at|addr=|connecting to) ?/?(\d+\.\d+\.\d+\.\d+(?::\d+)?)"
)
_VARIABLE = re.compile(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b")
_USER = re.compile(r"(?:for|of) (?:user|role|login) ['\"]?([\w.@-]+)", re.IGNORECASE)
_QUOTED = re.compile(r"['\"`]([\w./$:@-]{2,80})['\"`]")
_PATH = re.compile(r"(?<![\w:/])(/[\w.-]+(?:/[\w.-]+)+)")
#: Ids of EC2 and what belongs to it (EC2 User Guide, "Resource IDs").
_ID = re.compile(
    r"(?<![\w-])(?:ami|i|eni|subnet|sg|vpc|vpce|rtb|nat|igw|acl|vol|snap|lt|eipalloc|tgw|pcx|fs|fsap|pl|cr)-[0-9a-f]{8,17}\b"
)
_ARN_TAIL = re.compile(r"[^:/]+$")
_STACK_FILES = (".py", ".js", ".ts", ".java", ".go", ".rb", ".cs", ".json", ".yaml", ".yml", ".md", ".cpp", ".php")


@dataclass(frozen=True)
class Named:
    """Names in a message; empty where it holds none.

    Attributes:
        principal: role or user.
        action: as IAM writes it.
        operation: of an AWS API.
        resource: as short as people say it.
        arn: the same, in full.
        host: of a URL, a look-up or a connection.
        variable: a name in capitals.
        user: of a database.
        quoted: the first quoted name.
        identifier: the first id of EC2: an image, an interface, an endpoint.
    """

    principal: str = ""
    action: str = ""
    operation: str = ""
    resource: str = ""
    arn: str = ""
    host: str = ""
    variable: str = ""
    user: str = ""
    quoted: str = ""
    path: str = ""
    identifier: str = ""

    @property
    def gone(self) -> str:
        """The id, where nothing else is named that could be what is missing."""
        return self.identifier if self.quoted in ("", self.identifier) else self.quoted

    def all(self) -> frozenset[str]:
        """The names by which a change could mention the same thing."""
        # Endpoints of caches put a word before the name: master.NAME.…
        first = (
            self.host.removeprefix("master.")
            .removeprefix("replica.")
            .removeprefix("clustercfg.")
            .partition(".")[0]
        )
        given = (
            self.principal,
            self.resource,
            self.host,
            self.variable,
            self.user,
            self.quoted,
            self.path,
            self.identifier,
        )
        return frozenset(name for name in (*given, first, self.path.rpartition("/")[2]) if len(name) > 3)


def named(text: str) -> Named:
    """Everything a message names."""
    operation = _first(_OPERATION, text, ("py", "go", "run"))
    resource = _first(_ON, text, ("on", "function", "table", "table2", "bucket", "role", "arn"))
    address = _ADDRESS.search(text)
    variable = _VARIABLE.search(text)
    user = _USER.search(text)
    quoted = _QUOTED.search(text)
    path = _PATH.search(text)
    identifier = _ID.search(text)
    return Named(
        principal=_first(_PRINCIPAL, text, ("role", "user", "iam")).rpartition("/")[2]
        or _first(_PRINCIPAL, text, ("role", "user", "iam")),
        action=_first(_ACTION, text, ("asked", "called")),
        operation=operation,
        resource=_tail(resource),
        arn=resource if resource.startswith("arn:") else "",
        host=_host(text) or (address[1] if address else ""),
        variable=variable[1] if variable else "",
        user=user[1] if user else "",
        quoted=quoted[1] if quoted else "",
        path=path[1] if path else "",
        identifier=identifier[0] if identifier else "",
    )


def _host(text: str) -> str:
    for found in _HOST.finditer(text):
        host = next(each for each in found.groups() if each)
        if not host.lower().endswith(_STACK_FILES):
            return host
    return ""


def _first(pattern: re.Pattern[str], text: str, groups: tuple[str, ...]) -> str:
    found = pattern.search(text)
    return next((found[group] for group in groups if found[group]), "") if found else ""


def _tail(resource: str) -> str:
    """The last part of an ARN; other names as they are."""
    trimmed = resource.rstrip(".,;:)/*")
    if not trimmed.startswith("arn:"):
        return trimmed
    found = _ARN_TAIL.search(trimmed)
    return found[0] if found else trimmed
