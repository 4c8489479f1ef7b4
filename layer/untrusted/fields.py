"""Which field names announce a secret."""

from __future__ import annotations

import re
from typing import Any

# Matched against the name in lower case without separators: "DB_PASSWORD" and "dbPassword" are "dbpassword".
_SECRET = re.compile(
    r"(?:password|passwd|passphrase|pwd|secret|secretkey|secretaccesskey|secretstring|secretbinary|secretvalue"
    r"|apikey|accesskey|privatekey|accountkey|encryptionkey|signingkey|sharedkey|presharedkey|masterkey"
    r"|token|credential|credentials|authorization|connectionstring|databaseurl|userdata|cookie|dsn)[0-9]?$"
)
# Tokens that page through results or make a request idempotent open nothing.
_HARMLESS_TOKEN = re.compile(
    r"(?:next|page|pagination|continuation|nextpage|starting|client|clientrequest|request|idempotency|sequence"
    r"|nextsequence|uploadsequence|nextforward|nextbackward|forward|backward|marker|cancellation)token"
)
_SEPARATORS = re.compile(r"[^a-z0-9]+")
_REFERENCE = ("arn:", "${", "{{", "[redacted:")


def holds_secret(name: str) -> bool:
    """Whether a field of this name holds a secret itself, not its name, id, ARN or length."""
    plain = _SEPARATORS.sub("", name[-80:].lower())
    return bool(_SECRET.search(plain)) and not _HARMLESS_TOKEN.search(plain)


def kept_field_value(value: Any) -> bool:
    """Whether the value of a secret field tells nothing: absent, empty, a flag, or where the secret is kept."""
    if value is None or isinstance(value, bool):
        return True
    return isinstance(value, str) and (not value or value.startswith(_REFERENCE) or set(value) <= {"*"})
