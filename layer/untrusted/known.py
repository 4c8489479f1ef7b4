"""Secrets that are known by value: the session's own credentials, however they were printed."""

from __future__ import annotations

import base64
import functools
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: A secret shorter than this is not searched for: it would take ordinary words out.
MIN_SECRET_CHARACTERS = 8
#: A form shorter than this is not searched for across line ends and signs between its characters.
MIN_SPREAD_CHARACTERS = 16
#: Signs between two characters of a secret that was spread out: `", "`, a line end with its quotes, an escape.
_MAX_GAP = 24

REPLACEMENT = "[redacted:credentials]"

_BETWEEN = re.compile(rb"[^A-Za-z0-9+/=_%-]+")


def redact_known(text: str, secrets: Iterable[str]) -> str:
    """Replace each secret, as it is and in the encodings it is likely to be printed in.

    Also where line ends, blanks, quotes or commas stand between its characters: wrapped base64, a list of
    characters. An encoding that code makes up itself is not recognised; nothing could.
    """
    forms = _forms(tuple(secrets))
    for form in forms:
        text = text.replace(form, REPLACEMENT)
    return _without_spread_forms(text, forms)


@functools.lru_cache(maxsize=8)
def _forms(secrets: tuple[str, ...]) -> tuple[str, ...]:
    """Longest first, so that no part of a longer form is left over."""
    forms = {form for secret in secrets if len(secret) >= MIN_SECRET_CHARACTERS for form in _encodings(secret)}
    return tuple(sorted((form for form in forms if len(form) >= MIN_SECRET_CHARACTERS), key=len, reverse=True))


def _encodings(secret: str) -> Iterator[str]:
    for plain in (secret, secret[::-1]):
        yield plain
        quoted = quote(plain, safe="")
        yield quoted
        yield re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), quoted)
        yield quote(quoted, safe="")
        yield json.dumps(plain)[1:-1]
        yield plain.replace("/", "\\/")
        yield plain.replace("+", "\\u002b").replace("/", "\\u002f").replace("=", "\\u003d")
        yield plain.replace("+", "&#43;").replace("/", "&#x2F;").replace("=", "&#61;")
        for data in (plain.encode(), plain.encode("utf-16-le")):
            yield data.hex()
            yield data.hex().upper()
            yield "".join(f"\\x{byte:02x}" for byte in data)
            yield from _base64(data)
            yield from _base32(data)
    yield secret.swapcase()


def _base64(data: bytes) -> Iterator[str]:
    """Base64 of a longer text shows the secret in one of three alignments.

    Its first and last characters mix with the neighbours, so only the part in between is looked for.
    """
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + data).decode().rstrip("=")
        core = encoded[(0, 2, 3)[offset] : len(encoded) - (1 if (offset + len(data)) % 3 else 0)]
        yield core
        yield core.translate(str.maketrans("+/", "-_"))
        yield core.replace("/", "\\/")
        yield core[::-1]


def _base32(data: bytes) -> Iterator[str]:
    """The same with five alignments: a character is five bits of eight."""
    for offset in range(5):
        encoded = base64.b32encode(b"\0" * offset + data).decode().rstrip("=")
        first = -(-offset * 8 // 5)
        last = (offset + len(data)) * 8 // 5
        yield encoded[first:last]


def _without_spread_forms(text: str, forms: tuple[str, ...]) -> str:
    """Take out forms with other signs between their characters. The text is read closely only if there is one."""
    condensed = _BETWEEN.sub(b"", text.encode("utf-8", "surrogatepass")) if forms else b""
    for form in forms:
        if len(form) < MIN_SPREAD_CHARACTERS or "\\" in form or "&" in form:
            continue
        if form.encode() in condensed:
            gap = rf"[^A-Za-z0-9+/=_%-]{{0,{_MAX_GAP}}}+"
            text = re.sub(gap.join(map(re.escape, form)), REPLACEMENT, text)
    return text
