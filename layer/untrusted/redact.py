"""Takes secrets out of text and JSON values, and leaves in what an on-call engineer needs.

Account ids, ARNs, request ids, hashes, stack traces and names of secrets stay; their values go. Every pattern
starts at a literal or at a word boundary and has bounded or possessive repetition, so work grows linearly with the
text. What is replaced becomes `[redacted:<kind>]`, which no pattern matches again.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from untrusted.fields import holds_secret, kept_field_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

#: An explicit secret shorter than this is not searched for: it would take ordinary words out.
MIN_SECRET_CHARACTERS = 8
#: Deeper JSON than this is cut off; nothing an AWS API returns comes near.
MAX_DEPTH = 64

_WORD = r"A-Za-z0-9_"
_START = rf"(?<![{_WORD}-])"

# A name that announces a secret, at its end: DB_PASSWORD, clientSecret, x-api-key, "SecretString".
_NAME = (
    r"(?:passwo?r?d|passwd|\bpwd|passphrase|secret(?:[_-]?(?:access[_-]?)?key|[_-]?string|[_-]?value)?"
    r"|(?<!next)(?<!next[_-])(?<!page)(?<!page[_-])(?<!ation)(?<!ation[_-])(?<!client)(?<!client[_-])"
    r"(?<!request)(?<!request[_-])(?<!marker[_-])(?<!sequence)(?<!sequence[_-])token"
    r"|api[_-]?key|access[_-]?key|private[_-]?key|account[_-]?key|encryption[_-]?key|signing[_-]?key"
    r"|credentials?|connection[_-]?string|set-cookie|cookie)"
)
_KEPT_VALUE = r"(?!\[redacted:|arn:|\$\{|\{\{|\*{3}|null\b|none\b|true\b|false\b)"

# Source lines in tracebacks: `token = get_token(name)`, `secret = os.environ["X"]`.
_NOT_AN_EXPRESSION = r"(?![a-z_][\w.]{0,80}+(?:\(|\[[\"']))"


@dataclass(frozen=True, slots=True)
class _Rule:
    """One kind of secret.

    Attributes:
        hints: Lower-case literals; without any of them in the text the pattern cannot match and is not tried.
        pattern: Finds the secret; a group named `keep` in front of it survives.
        kind: Goes into the replacement.
        accept: Decides on a match that only looks like a secret.
    """

    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    kind: str
    accept: Callable[[str], bool] = lambda _: True

    def apply(self, text: str) -> str:
        return self.pattern.sub(self._replacement, text)

    def _replacement(self, found: re.Match[str]) -> str:
        keep = found.groupdict().get("keep") or ""
        end = found.groupdict().get("end") or ""
        return f"{keep}[redacted:{self.kind}]{end}" if self.accept(found[0]) else found[0]


def _looks_random(text: str) -> bool:
    """Tell a random string from a path, a camel-case name or a hash: the kind of character changes often."""
    kinds = [_character_kind(character) for character in text]
    changes = sum(before != after for before, after in pairwise(kinds))
    return changes >= len(text) * 0.4 and {"upper", "lower", "digit"} <= set(kinds)


def _character_kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isupper():
        return "upper"
    return "lower" if character.islower() else "sign"


_RULES = (
    _Rule(
        ("private key",),
        re.compile(
            r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!----)){0,16384}+"
            r"(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?"
        ),
        "private-key",
    ),
    _Rule(
        # The end of a key whose beginning was cut off.
        ("private key",),
        re.compile(
            r"(?:(?<![\w+/=])[A-Za-z0-9+/=]{16,128}+\s{1,4}+){1,200}+-----END [A-Z0-9 ]{0,30}PRIVATE KEY-----"
        ),
        "private-key",
    ),
    _Rule(
        ("akia", "asia", "abia", "acca"),
        re.compile(rf"{_START}(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{{16}}(?![A-Za-z0-9])"),
        "aws-access-key",
    ),
    _Rule(
        ("oj", "og", "aqodyxdz"),
        re.compile(r"(?<![A-Za-z0-9/+=])(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz|AQoDYXdz)[A-Za-z0-9/+=%_-]{20,8192}+"),
        "aws-session-token",
    ),
    _Rule(
        ("eyj",),
        re.compile(rf"{_START}eyJ[\w-]{{8,8192}}+\.[\w-]{{8,16384}}+\.[\w-]{{0,8192}}+"),
        "jwt",
    ),
    _Rule(
        ("gh", "glpat-", "npm_", "xox", "xapp-", "sk_live_", "rk_live_", "sk-", "aiza", "sg."),
        re.compile(
            rf"{_START}(?:gh[pousr]_[A-Za-z0-9]{{36,255}}+|github_pat_\w{{22,255}}+|glpat-[\w-]{{20,255}}+"
            r"|npm_[A-Za-z0-9]{36}|xox[abeoprs]-[A-Za-z0-9-]{10,512}+|xapp-[A-Za-z0-9-]{10,512}+"
            r"|[rs]k_live_[A-Za-z0-9]{16,255}+|sk-(?:ant-|proj-)?[\w-]{24,255}+|AIza[\w-]{35}"
            r"|SG\.[\w-]{16,64}+\.[\w-]{16,64}+)"
        ),
        "token",
    ),
    _Rule(
        ("hooks.slack.com",),
        re.compile(r"(?P<keep>hooks\.slack\.com/(?:services|workflows|triggers)/)[\w/-]{8,255}+"),
        "token",
    ),
    _Rule(
        ("://",),
        # The user name stays: it tells which account was used.
        re.compile(r"(?P<keep>://[^\s/:@\"'\[\]]{0,128}:)[^\s/@\"'\[\]]{1,512}(?P<end>@)"),
        "password",
    ),
    _Rule(
        ("authorization",),
        re.compile(
            r"(?P<keep>(?i:authorization)[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?:(?i:bearer|basic|digest|token|negotiate)\s{1,4})?)"
            r"(?!\[redacted:)(?!(?i:bearer|basic|digest|token|negotiate)\b)(?!AWS4-HMAC)[\w.~+/=:-]{8,8192}+"
        ),
        "authorization",
    ),
    _Rule(
        ("bearer", "basic"),
        re.compile(r"(?P<keep>\b(?i:bearer|basic)\s{1,4})(?=[\w.~+/-]{0,400}[0-9=])[\w.~+/=-]{16,8192}+"),
        "authorization",
    ),
    _Rule(
        ("signature", "x-amz-", "sig="),
        re.compile(
            r"(?P<keep>\b(?i:x-amz-signature|x-amz-security-token|x-amz-credential|x-goog-signature|signature|sig)"
            r"(?:=|%3[dD]))[\w.~+/%=-]{8,8192}+"
        ),
        "signature",
    ),
    _Rule(
        ("pass", "pwd", "secret", "token", "key", "credential", "string", "cookie"),
        re.compile(
            rf"(?i)(?P<keep>{_NAME}[0-9]?(?:\\?[\"']\s{{0,4}}(?::|=>|,(?=\s{{0,4}}\\?[\"'])|=)\s{{0,4}}|\s{{0,4}}=>?\s{{0,4}}"
            r"|:\s{1,4})(?P<quote>\\?[\"']))"
            rf"{_KEPT_VALUE}(?:(?!(?P=quote))(?:\\.|[^\\\n]|\\(?=[\"']))){{1,4096}}(?P<end>(?P=quote))"
        ),
        "password",
    ),
    _Rule(
        ("pass", "pwd", "secret", "token", "key", "credential", "string", "cookie"),
        re.compile(
            rf"(?i)(?P<keep>{_NAME}[0-9]?(?:[\"']?\s{{0,4}}=>?\s{{0,4}}|[\"']\s{{0,4}}:\s{{0,4}}|:\s{{1,4}}))"
            rf"{_KEPT_VALUE}{_NOT_AN_EXPRESSION}[^\s,;&\"'<>(){{}}\[\]\\]{{1,4096}}+"
        ),
        "password",
    ),
    _Rule(
        ("",),
        re.compile(r"(?<![A-Za-z0-9/+=_.-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_.-])"),
        "aws-secret-key",
        _looks_random,
    ),
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Replace secrets in a text.

    Args:
        text: Any text: logs, code output, JSON, tracebacks.
        secrets: Values known to be secret, replaced wherever they occur, also in base64, hexadecimal and URL
            encoding; those shorter than 8 characters are ignored.

    Returns:
        The text with each secret replaced by `[redacted:<kind>]`. Redacting it again changes nothing.
    """
    for form in _forms(secrets):
        text = text.replace(form, "[redacted:credentials]")
    lowered = text.lower()
    for rule in _RULES:
        if any(hint in lowered for hint in rule.hints):
            text = rule.apply(text)
    return text


def redact_value(value: Any, secrets: Iterable[str] = ()) -> Any:
    """Replace secrets in a JSON value: in every string, and whole values of fields named like a secret.

    Understands the two ways AWS writes fields, `{"DB_PASSWORD": "x"}` and `{"Name": "DB_PASSWORD", "Value": "x"}`.
    Anything nested deeper than 64 levels becomes text saying so.
    """
    return _redact_value(value, tuple(secrets), 0)


def _redact_value(value: Any, secrets: tuple[str, ...], depth: int) -> Any:
    if isinstance(value, str):
        return redact(value, secrets)
    if depth >= MAX_DEPTH and isinstance(value, list | dict):
        return "[nested too deeply]"
    if isinstance(value, list):
        return [_redact_value(item, secrets, depth + 1) for item in value]
    if isinstance(value, dict):
        return _redact_object(value, secrets, depth)
    return value


def _redact_object(value: dict[Any, Any], secrets: tuple[str, ...], depth: int) -> dict[str, Any]:
    named = next((value[key] for key in value if str(key).lower() in ("name", "key", "parameterkey")), None)
    value_is_secret = isinstance(named, str) and holds_secret(named)
    cleaned: dict[str, Any] = {}
    for key, item in value.items():
        name = str(key)
        if holds_secret(name) or (value_is_secret and name.lower() in ("value", "parametervalue")):
            cleaned[redact(name, secrets)] = _redact_value(_redact_leaves(item), secrets, depth + 1)
        else:
            cleaned[redact(name, secrets)] = _redact_value(item, secrets, depth + 1)
    return cleaned


def _redact_leaves(value: Any) -> Any:
    """Replace everything a secret field holds, however it is wrapped: EC2 user data comes as {"Value": "..."}."""
    if isinstance(value, list):
        return [_redact_leaves(item) for item in value]
    if isinstance(value, dict):
        return {key: _redact_leaves(item) for key, item in value.items()}
    return value if kept_field_value(value) else "[redacted:field]"


def _forms(secrets: Iterable[str]) -> Iterator[str]:
    """The secret as it is and in the encodings it is likely to be printed in, longest first."""
    forms = {form for secret in secrets if len(secret) >= MIN_SECRET_CHARACTERS for form in _encodings(secret)}
    return iter(sorted((form for form in forms if len(form) >= MIN_SECRET_CHARACTERS), key=len, reverse=True))


def _encodings(secret: str) -> Iterator[str]:
    data = secret.encode()
    yield secret
    yield secret[::-1]
    yield quote(secret, safe="")
    yield quote(quote(secret, safe=""), safe="")
    yield secret.replace("/", "\\/")
    yield data.hex()
    yield data.hex().upper()
    for offset in range(3):
        # Base64 of a longer text shows the secret in one of three alignments; its first and last characters mix
        # with the neighbours, so only the part in between is looked for.
        encoded = base64.b64encode(b"\0" * offset + data).decode().rstrip("=")
        core = encoded[(0, 2, 3)[offset] : len(encoded) - (1 if (offset + len(data)) % 3 else 0)]
        yield core
        yield core.translate(str.maketrans("+/", "-_"))
