"""Lines of JSON in plain words."""

from __future__ import annotations

import re

_KEYS = (
    "@mt",
    "msg",
    "message",
    "event",
    "errortype",
    "exceptiontype",
    "errormessage",
    "error",
    "err",
    "exception",
    "@x",
    "cause",
    "reason",
)
_SAID = re.compile(
    rf'"(?P<key>{"|".join(_KEYS)})": ?"(?P<value>(?:[^"\\]|\\.)*)(?:"|$)',
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """What a line of JSON says went wrong, also where it was cut: its error and message; other text as it is."""
    if not text.startswith("{"):
        return text
    said = {found["key"].lower(): found["value"] for found in _SAID.finditer(text)}
    told = [said[key] for key in _KEYS if said.get(key)]
    distinct = [each for index, each in enumerate(told) if not any(each in other for other in told[:index])]
    return ": ".join(distinct).replace(r"\"", '"').replace(r"\n", " ") if distinct else text
