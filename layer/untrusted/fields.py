"""Which field names announce a secret, and which of their values tell nothing.

One vocabulary for every form a field takes: members of JSON objects, `NAME=value` lines, headers, flags, query
strings. What decides is the end of the name: `db_password` holds one, `PasswordLastUsed` and `TokenCount` do not.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

# Matched against the name in lower case without separators: "DB_PASSWORD" and "dbPassword" are "dbpassword".
_SECRET = re.compile(
    r"(?:password|passwd|passwrd|passphrase|passcode|pwd|passwordhash|secrets?|secretstring|secretbinary"
    r"|secretvalue"
    r"|(?:api|apps?|application|access|shared|sharedaccess|storage|private|account|encryption|signing|signature"
    r"|hmac|presharedkeys?|preshared|master|secret|service|license|integration|ingestion|webhook|license"
    r"|subscription"
    r"|client|admin|deploy|ssh|root|write|function|host|cipher|crypto|session|consumer|license)key"
    r"|tokens?value|token|credentials?|creds|authorization|proxyauth|httpauth|basicauth|xauth"
    r"|connectionstring|connstring|connstr|databaseurl|dburl|dburi|databaseuri|mongourl|mongouri|mongodburi"
    r"|redisurl"
    r"|amqpurl|brokerurl|cookies?|userdata|dsn|jwt|totp|otp|mfacode|webhookurl|sharedsecret|presharedkey"
    r"|jsessionid|phpsessid|sessioncookie)[0-9]{0,2}$"
)
# Short words are secrets only where they are a word of their own, behind another one: DB_PASS, mysql-pw, npm
# _auth.
_SHORT = re.compile(
    r"(?:[a-z0-9][_-](?:pass|pw|otp|pin|salt|seed|pepper)|_auth|^sas|^pass)[0-9]{0,2}$", re.IGNORECASE
)
# Environment variables are written by people for programs; what they call a key opens something, unless it sorts,
# names or finds something.
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_SECRET_VARIABLE = re.compile(
    r"_(?:KEY|AUTH|CERT|CREDS|SALT|PIN|SEED|PEPPER|HMAC|WEBHOOK|WEBHOOK_URL|LICENSE)[0-9]{0,2}$"
)
_HARMLESS_VARIABLE = re.compile(
    r"(?:PARTITION|SORT|PRIMARY|HASH|RANGE|OBJECT|S3|CACHE|ROUTING|PUBLIC|FOREIGN|IDEMPOTENCY|DEDUP|GROUP|INDEX"
    r"|MESSAGE|KMS|FEATURE|CONFIG|STATE|LOCK|PUB|REGISTRY|BUCKET|TABLE|TAG|METRIC|LOG|PATH|FILE)_KEY$"
)
# Tokens that page through results or make a request idempotent open nothing; nor do counts of a model's tokens.
_HARMLESS = re.compile(
    r"(?:(?:next|page|pagination|continuation|nextpage|starting|client|clientrequest|request|idempotency|sequence"
    r"|nextsequence|uploadsequence|nextforward|nextbackward|forward|backward|marker|cancellation|sync|nextsync"
    r"|query"
    r"|max|input|output|total|completion|prompt|stop)token"
    r"|(?:unexpected|invalid|expired|missing|malformed|unknown|bad|wrong|incorrect|unrecognized|no|has|is|needs"
    r"|require"
    r"|requires|change|reset|forgot|invalidate)(?:token|password|passwd|secret|credentials?|cookie|pwd)"
    r"|(?:get|list|describe|generate|rotate|revoke|issue|fetch|validate|create|update|delete)"
    r"(?:secret|secretvalue|token|password|credentials?|accesskey|apikey|authorizationtoken|sessiontoken))$"
)
_RESET_TOKEN = re.compile(r"(?:reset|change|forgot)\w*token$")
_SEPARATORS = re.compile(r"[^a-z0-9]+")
_REFERENCE = re.compile(
    r"arn:aws|\$\{|\{\{|\[redacted:|\$\(|\$[A-Z_]{2,}|!(?:Ref|Sub|GetAtt|ImportValue)\b|<[a-z]|(?:\*{2,}|•{2,}"
    r"|[xX]{3,}|-)\Z"
)
_NOTHING = frozenset({"", "null", "none", "nil", "true", "false", "undefined", "redacted", "[redacted]", "hidden"})
_TAKEN_OUT = re.compile(r"\[redacted:[a-z-]{1,40}\]")
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,30}://", re.IGNORECASE)

_KINDS = (
    ("cookie", ("cookie", "sessid", "sessionid")),
    ("authorization", ("authorization", "auth")),
    ("password", ("pass", "pwd", "_pw", "-pw")),
    ("connection-string", ("conn", "dsn", "url", "uri")),
    ("user-data", ("userdata", "user_data", "user-data")),
    ("token", ("token", "jwt", "otp", "sas")),
    ("key", ("key",)),
)


def holds_secret(name: str) -> bool:
    """Whether a field of this name holds a secret itself, not its name, id, ARN, age or length."""
    # What was taken out of a name is not called by the kind it had: [redacted:aws-access-key] is no access key.
    name = _TAKEN_OUT.sub("redacted", name[-120:])[-80:].strip("\"'-. ")
    plain = _SEPARATORS.sub("", name.lower())
    if _SECRET.search(plain):
        return not _HARMLESS.search(plain) or bool(_RESET_TOKEN.search(plain))
    if _SHORT.search(name):
        return True
    return bool(
        _VARIABLE.fullmatch(name) and _SECRET_VARIABLE.search(name) and not _HARMLESS_VARIABLE.search(name)
    )


def kind_of(name: str) -> str:
    """What the value of such a field is called once it was taken out."""
    lowered = name.lower()
    return next((kind for kind, words in _KINDS if any(word in lowered for word in words)), "secret")


def kept_field_value(value: Any) -> bool:
    """Whether the value of a secret field tells nothing: absent, empty, a flag, or where the secret is kept."""
    if value is None or isinstance(value, bool):
        return True
    return isinstance(value, str) and kept_text_value(value)


def kept_text_value(value: str) -> bool:
    """The same for a value that is text: empty, a placeholder, an ARN or another reference."""
    return value.lower() in _NOTHING or bool(_REFERENCE.match(value))


def is_address(value: str) -> bool:
    """Whether the value is a URL: only the secret parts of an address are taken out, the host tells something."""
    return bool(_URL.match(value))


def looks_random(text: str) -> bool:
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
