"""Takes secrets out of text and JSON values, and leaves in what an on-call engineer needs.

Account ids, ARNs, request ids, hashes, stack traces and names of secrets stay; their values go. What is replaced
becomes `[redacted:<kind>]`, which says nothing about the length of what was there and which nothing matches again.

Three ways lead to a secret: its value is known (:mod:`untrusted.known`), its name announces it
(:mod:`untrusted.assignments`), its shape gives it away (:mod:`untrusted.patterns`).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from untrusted.assignments import looks_generated, redact_assignments
from untrusted.fields import holds_secret, kept_field_value
from untrusted.known import redact_known
from untrusted.patterns import PRIVATE_KEYS, RULES, RULES_WITHOUT_UNDERSCORE, Rule
from untrusted.visible import WITHOUT_WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Deeper JSON than this is cut off; nothing an AWS API returns comes near.
MAX_DEPTH = 64
#: What was taken out may show what was hidden beside it, so a text that changed is read again; twice is usual.
MAX_PASSES = 5

_KEY_LINE = re.compile(r"(?<!\[)[A-Za-z0-9+/=]{8,128}+")
_ESCAPED_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_OPENING_BRACKET = re.compile(r"[{\[](?=[ \t]{0,8}[\"{\[])")
_DECODER = json.JSONDecoder()
# Members that name something whose value stands beside them, and the members that hold it.
_NAMING = frozenset({"name", "key", "parameterkey", "parametername", "optionname", "header", "headername"})
_VALUED = frozenset({"value", "parametervalue", "optionvalue", "stringvalue", "values", "headervalue"})
_ENVIRONMENTS = frozenset({"variables", "environment", "environmentvariables", "env", "stagevariables"})


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Replace secrets in a text.

    Args:
        text: Any text: logs, code output, JSON, tracebacks.
        secrets: Values known to be secret, replaced wherever they occur, also in common encodings; those shorter
            than 8 characters are ignored.

    Returns:
        The text with each secret replaced by `[redacted:<kind>]`. Redacting it again changes nothing. Text that is
        JSON, whole or line by line, still is.
    """
    known = tuple(secrets)
    for _ in range(MAX_PASSES):
        redacted = _one_pass(text, known)
        if redacted == text:
            break
        text = redacted
    return text


def redact_value(value: Any, secrets: Iterable[str] = ()) -> Any:
    """Replace secrets in a JSON value: in every string, and whole values of fields named like a secret.

    Understands the ways AWS writes fields: `{"DB_PASSWORD": "x"}`, `{"Name": "DB_PASSWORD", "Value": "x"}` and
    `["DB_PASSWORD", "x"]`. Anything nested deeper than 64 levels becomes text saying so.
    """
    return _redact_value(value, tuple(secrets), 0)


def _one_pass(text: str, secrets: tuple[str, ...]) -> str:
    decoded = _json_strings_redacted(text, secrets) if "\\" in text else text
    redacted = _redacted(decoded, secrets)
    return redacted if redacted == decoded else _still_json(decoded, redacted, secrets)


def _redacted(text: str, secrets: tuple[str, ...]) -> str:
    if secrets:
        text = redact_known(text, secrets)
    lowered = text.lower()
    if "private key" in lowered:
        text = _without_private_keys(text)
    text = redact_assignments(text)
    lowered = text.lower()
    for rule in RULES if "_" in lowered else RULES_WITHOUT_UNDERSCORE:
        if rule.may_match(lowered):
            text = rule.pattern.sub(rule.replacement, text)
    return _without_hidden_secrets(text, secrets)


def _without_private_keys(text: str) -> str:
    whole, end, apart = PRIVATE_KEYS
    text = apart.pattern.sub(lambda found: _lines_of_key(found, whole), text)
    for rule in (whole, end):
        text = rule.pattern.sub(rule.replacement, text)
    return text


def _lines_of_key(found: re.Match[str], whole: Rule) -> str:
    """Take out a key that stands in one piece, or line by line what looks like its lines."""
    at_once = whole.pattern.fullmatch(found[0])
    if at_once:
        return whole.replacement(at_once)
    return _KEY_LINE.sub(f"[redacted:{whole.kind}]", found[0])


def _without_hidden_secrets(text: str, secrets: tuple[str, ...]) -> str:
    """Characters without width inside a secret hide it from every pattern: then they are taken out first."""
    if text.isascii():
        return text
    joined = WITHOUT_WIDTH.sub("", text)
    if joined == text:
        return text
    redacted = _redacted(joined, secrets)
    return text if redacted == joined else redacted


def _json_strings_redacted(text: str, secrets: tuple[str, ...]) -> str:
    """The text with strings redacted as they read without their escapes, in the first JSON value of each line."""
    if _is_json(text):
        return _ESCAPED_STRING.sub(lambda found: _string_redacted(found[0], secrets), text)
    return "\n".join(_line_redacted(line, secrets) if "\\" in line else line for line in text.split("\n"))


def _line_redacted(line: str, secrets: tuple[str, ...]) -> str:
    begin = _OPENING_BRACKET.search(line)
    if not begin:
        return line
    try:
        _, end = _DECODER.raw_decode(line, begin.start())
    except (ValueError, RecursionError):
        return line
    inside = _ESCAPED_STRING.sub(lambda found: _string_redacted(found[0], secrets), line[begin.start() : end])
    return line[: begin.start()] + inside + line[end:]


def _string_redacted(token: str, secrets: tuple[str, ...]) -> str:
    if "\\" not in token:
        return token
    plain = json.loads(token, strict=False)
    redacted = redact(plain, secrets)
    return token if redacted == plain else json.dumps(redacted, ensure_ascii=token.isascii())


def _still_json(text: str, redacted: str, secrets: tuple[str, ...]) -> str:
    """The redacted text; where that broke a JSON document or line, the document redacted value by value."""
    if _is_json(text):
        return redacted if _is_json(redacted) else _by_value(text, secrets)
    before, after = text.split("\n"), redacted.split("\n")
    if len(before) != len(after):
        return redacted
    pairs = zip(before, after, strict=True)
    return "\n".join(
        _by_value(old, secrets) if old != new and _is_json(old) and not _is_json(new) else new
        for old, new in pairs
    )


def _is_json(text: str) -> bool:
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _by_value(text: str, secrets: tuple[str, ...]) -> str:
    return json.dumps(_redact_value(json.loads(text), secrets, 0), ensure_ascii=text.isascii())


def _redact_value(value: Any, secrets: tuple[str, ...], depth: int) -> Any:
    if isinstance(value, str):
        return redact(value, secrets)
    if depth >= MAX_DEPTH and isinstance(value, list | dict):
        return "[nested too deeply]"
    if isinstance(value, list):
        return _redact_list(value, secrets, depth)
    if isinstance(value, dict):
        return _redact_object(value, secrets, depth)
    return value


def _redact_list(value: list[Any], secrets: tuple[str, ...], depth: int) -> list[Any]:
    if len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], str) and _is_header(value[0]):
        return [redact(value[0], secrets), _redact_leaves(value[1])]
    return [_redact_value(item, secrets, depth + 1) for item in value]


def _is_header(name: str) -> bool:
    """Whether the first of two texts can only be the name of the second: HTTP clients write headers as pairs."""
    return holds_secret(name) and ("-" in name or "_" in name or name.lower() in ("authorization", "cookie"))


def _redact_object(value: dict[Any, Any], secrets: tuple[str, ...], depth: int) -> dict[str, Any]:
    named = next((value[key] for key in value if str(key).lower() in _NAMING), None)
    value_is_secret = isinstance(named, str) and holds_secret(named)
    cleaned: dict[str, Any] = {}
    for key, item in value.items():
        name = str(key)
        if (holds_secret(name) and not _is_inventory(name, item)) or (value_is_secret and name.lower() in _VALUED):
            held = _redact_leaves(item)
        elif name.lower() in _ENVIRONMENTS:
            held = _redact_generated(item)
        else:
            held = item
        cleaned[redact(name, secrets)] = _redact_value(held, secrets, depth + 1)
    return cleaned


def _is_inventory(name: str, value: Any) -> bool:
    """Whether the field lists secrets by name and ARN, as an ECS task definition does."""
    return name.lower() == "secrets" and isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _redact_leaves(value: Any) -> Any:
    """Replace everything a secret field holds, however it is wrapped: EC2 user data comes as {"Value": "..."}."""
    if isinstance(value, list):
        return [_redact_leaves(item) for item in value]
    if isinstance(value, dict):
        return {key: _redact_leaves(item) for key, item in value.items()}
    return value if kept_field_value(value) else "[redacted:field]"


def _redact_generated(value: Any) -> Any:
    """Environment variables: a value that looks generated goes, whatever its name is."""
    if isinstance(value, list):
        return [_redact_generated(item) for item in value]
    if isinstance(value, dict):
        return {key: _redact_generated(item) for key, item in value.items()}
    return "[redacted:generated-value]" if isinstance(value, str) and looks_generated(value) else value
