"""Secrets that are known by the name in front of them: `DB_PASSWORD=…`, `"token": "…"`, `<secret>…</secret>`.

The scanner looks for words that a secret's name ends in, reads the whole name around such a word, asks
:mod:`untrusted.fields` about it, and finds where the value behind it ends: in JSON at any depth of escaping,
Python literals, YAML, env and ini files, XML, query strings, HTTP headers and command lines. It moves forward
only, and every look around is bounded, so its work grows linearly with the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from untrusted.casing import lowered
from untrusted.fields import holds_secret, is_address, kept_text_value, kind_of, looks_random

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_NAME = 80
MAX_VALUE = 16_384
_NAME_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.$-"

# Searched for in lower case: what a name may end in, by the literal it starts with, since most texts hold none of
# these literals and need no closer look. Whether it is a secret's name is decided on the whole of it.
_ENDS_OF_NAMES = {
    literal: re.compile(rf"{literal}{more}[0-9]{{0,2}}(?![a-z0-9_-])", re.ASCII)
    for literal, more in {
        "pass": r"(?:wo?r?d|wd|phrase|code)?(?:[_-]?hash)?",
        "pw": "d?",
        "secret": r"s?(?:[_-]?(?:string|binary|value))?",
        "token": r"(?:[_-]?value)?",
        "key": "",
        "cred": "(?:ential)?s?",
        "auth": "(?:orization)?",
        "cookie": "s?",
        "user": r"[_-]?data",
        "conn": r"(?:ection)?[_ -]?str(?:ing)?",
        "ur": "[il]",
        "dsn": "",
        "jwt": "",
        "otp": "",
        "mfa": r"[_-]?code",
        "sess": "(?:ion)?id",
        "hook": "",
        "signature": "",
        "sas": "",
        "salt": "",
        "seed": "",
        "pepper": "",
        "pin": "",
        "cert": "",
        "hmac": "",
        "license": "",
    }.items()
}
_SPOKEN_KEYS = re.compile(r"\b(?:api|access|secret|private|license|account) \Z", re.IGNORECASE)
_QUOTE = r"(?:\\{0,7}[\"']|&quot;|&#34;|&#39;)"
_COLOUR = r"(?:(?:\x1b|⟨U\+001B⟩)\[[0-9;]{0,16}m)"
_SPACE = r"[ \t]{0,16}"
# What stands between a name and its value.
_BEHIND_QUOTED_NAME = re.compile(rf"(?P<q>{_QUOTE})[ \t\n]{{0,16}}(?:=>|[:=])[ \t\n]{{0,32}}", re.ASCII)
_BEHIND_NAME = re.compile(
    rf"(?P<q>)(?:{_QUOTE}?\]|)(?:{_COLOUR}{{0,2}})(?:{_SPACE}(?::=|=>|==?){_SPACE}|{_SPACE}:(?:[ \t]{{1,16}}"
    rf"|(?=[\"'\\|])|(?=[^ \t\n]))"
    r"|%3[dD]|%253[dD]|:\n(?:[ \t]{1,16}(?=[^ \t\n-][^ \t\n:]{0,256}(?:\n|\Z))))",
    re.ASCII,
)
_SPOKEN = re.compile(
    r"(?P<q>)[ \t]{1,4}(?:is|was|set to|is set to|changed to|of)[ \t:]{1,4}", re.ASCII | re.IGNORECASE
)
_BEHIND_FLAG = re.compile(r"(?P<q>)[ \t]{1,4}(?=[^ \t\n-])", re.ASCII)
_BEHIND_ELEMENT = re.compile(r"(?P<q>)(?: [^<>\n]{0,100})?>(?=[^<])", re.ASCII)
_BEHIND_SQL = re.compile(r"(?P<q>)[ \t]{1,4}(?:AS[ \t]{1,4})?(?=')", re.ASCII | re.IGNORECASE)
_BEHIND_FIRST_OF_PAIR = re.compile(rf"(?P<q>{_QUOTE}),[ \t\n]{{0,8}}(?=[bBuU]?{_QUOTE})", re.ASCII)
_OPENS_PAIR = re.compile(rf"[(\[][ \t\n]{{0,4}}[bBuU]?{_QUOTE}\Z", re.ASCII)
_CONCATENATED = re.compile(rf"{_QUOTE}[ \t]{{0,4}}\+[ \t]{{0,4}}(?={_QUOTE})", re.ASCII)
_WRAPPED = re.compile(rf"\{{[ \t\n]{{0,32}}{_QUOTE}[Vv]alue{_QUOTE}[ \t\n]{{0,8}}:[ \t\n]{{0,8}}", re.ASCII)

# Values. An opening quote may have a colour or a string prefix of Python in front.
_OPENING = re.compile(rf"{_COLOUR}{{0,3}}[bBuUrRfF]{{0,2}}(?P<q>{_QUOTE})", re.ASCII)
_COLOURS = re.compile(rf"{_COLOUR}{{0,3}}", re.ASCII)
_SCHEME = re.compile(
    r"(?:bearer|basic|digest|token|negotiate|apikey|splunk|ssws|bot|pat|aws)[ \t]{1,4}(?=[^ \t\n\"'])",
    re.IGNORECASE,
)
# A delimiter ends an unquoted value only where something new begins behind it.
_NEW = r"[ \t\r\n]|\Z|[,;&)}\]\"'\\]|[A-Za-z_][\w.-]{0,40}[=:]"
_BARE = re.compile(
    rf"(?:[^ \t\r\n\"'<>\\,;&(){{}}\[\]`|%]|[,;&){{}}\]`|](?!{_NEW})|[({{\[](?=[^ \t\r\n\"'\\])|%(?!26|22|2C|7D)"
    rf"|\\(?![nrtbfu\"'\\/])){{1,4096}}+",
    re.ASCII,
)
_COOKIES = re.compile(r"[^\r\n\"'\\]{1,4096}+")
_ELEMENT_TEXT = re.compile(r"[^<\"\\]{1,4096}+")
_NUMBER = re.compile(r"-?\d[\d.eE+-]{0,40}")
_LINE_REST = re.compile(r"[^\n\"'\\=:{}\[\],<>]{0,256}(?=\n|\Z)")
_BLOCK = re.compile(r"[|>][+-]?\d?[ \t]{0,8}\n")
_LIST_ITEM = re.compile(rf"[ \t\n]{{0,32}}{_QUOTE}", re.ASCII)

# Source lines in tracebacks: `token = get_token(name)`, `secret = os.environ["X"]`, `password=self.password`.
_EXPRESSION = re.compile(
    r"[A-Za-z_][\w.]{0,80}+(?:\([^()]{0,200}+(?:\)(?:\.[\w.()\[\]]{0,80}+)?)?|\[[^\]]{0,80}+\]?)|(?:self|cls|os"
    r"|config"
    r"|settings|args|kwargs|event|request|response|process|env|options|opts|ctx|context|this|params|var|local|data"
    r"|module)\.[\w.]{1,80}"
)
# What follows a name in prose: "password: expired for user", "ExpiredToken: The security token".
_PROSE = frozenset(
    """
        a access all already an and any are as at attempt attempts authentication authorization be been
        blocked but by can cannot changed check configured could created deleted denied did disabled does
        empty enabled error errors exception expected expired expires fail failed failure for found from
        given has have if ignored in incorrect info invalid is it length locked malformed may mismatch
        mismatched missing must need needs never no none not null of ok on only optional or please provided
        refresh rejected removed required reset reused revoked rotated should skipped so some string success
        that the there this to too type unable unauthorized undefined unexpected unknown unset unsupported
        updated user using valid validation was were when which will with wrong you your
    """.split()  # noqa: SIM905 - a list of words reads better than a list of strings
)


@dataclass(frozen=True, slots=True)
class _Span:
    """A value to take out: where it is, and what takes its place."""

    start: int
    end: int
    replacement: str


def redact_assignments(text: str) -> str:
    """Replace the values of fields whose names announce a secret."""
    lower = lowered(text)
    spans = [*_values_of_names(text, lower), *_values_of_pairs(text, lower), *_environment(text, lower)]
    if not spans:
        return text
    pieces, done = [], 0
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if span.start >= done:
            pieces += [text[done : span.start], span.replacement]
            done = span.end
    return "".join(pieces) + text[done:]


def _values_of_names(text: str, lower: str) -> Iterator[_Span]:
    done = 0
    for ending, end in _ends_of_names(text, lower):
        if end < done:
            continue
        name, start = _whole_name(text, ending, end)
        if not _announces(name):
            continue
        span = _value_behind(text, name, start, end)
        if span is not None:
            done = span.end
            yield span


def _ends_of_names(text: str, lower: str) -> list[tuple[int, int]]:
    """Where words end that a secret's name may end in, in order."""
    return sorted(
        found.span()
        for literal, pattern in _ENDS_OF_NAMES.items()
        if literal in lower
        for found in pattern.finditer(lower)
        if _may_assign(text, found.end())
    )


def _may_assign(text: str, end: int) -> bool:
    """A cheap look at the next character: most words of text are followed by none of these."""
    return text[end : end + 1] in "\"'\\=: \t>]&%,\x1b⟨" and end < len(text)


def _whole_name(text: str, start: int, end: int) -> tuple[str, int]:
    before = text[max(0, start - MAX_NAME) : start]
    before = before[len(before.rstrip(_NAME_CHARACTERS)) :]
    escaped = text[start - len(before) - 1 : start - len(before)] == "\\" and before[:1] in "nrt"
    if escaped:  # an escaped line end in front is no part of the name
        before = before[1:]
    if not before and (spoken := _SPOKEN_KEYS.search(text, max(0, start - 10), start)):
        before = spoken[0]
    return before + text[start:end], start - len(before)


def _announces(name: str) -> bool:
    return holds_secret(name) or name.lower().endswith("signature")


def _value_behind(text: str, name: str, start: int, end: int) -> _Span | None:
    """The value that the name at `start:end` is given, if it is given one that tells something."""
    before = text[start - 1] if start else "\n"
    separator = _separator(text, name, before, end)
    if separator is None:
        return None
    at = separator.end()
    wrapped = _WRAPPED.match(text, at) or _CONCATENATED.match(text, at)
    if wrapped:
        at = wrapped.end()
    quote = separator["q"]
    if separator.re is _BEHIND_ELEMENT:
        return _matched(_ELEMENT_TEXT, text, at, name)
    if text[at : at + 1] in ("[", "(", "{"):
        span = _list(text, at, name)
        if span or quote:
            return span
    opening = _OPENING.match(text, at)
    if opening:
        return _quoted(text, opening, name, pair=separator.re is _BEHIND_FIRST_OF_PAIR)
    return _bare(text, at, name, quote, before, separator[0])


def _separator(text: str, name: str, before: str, end: int) -> re.Match[str] | None:
    """What stands between the name and a value; which forms are possible depends on what is in front of the
    name."""
    found = _special_separator(text, name, before, end)
    if found:
        return found
    found = _BEHIND_NAME.match(text, end) or _SPOKEN.match(text, end)
    return found if found and not (before in ":/" and ":" in found[0]) else None


def _special_separator(text: str, name: str, before: str, end: int) -> re.Match[str] | None:
    found = None
    if before in "\"';":
        # A pair `("password", "x")` is an assignment, a list of names `["user", "password", "host"]` is not.
        found = _BEHIND_QUOTED_NAME.match(text, end)
        if not found and _OPENS_PAIR.search(text, max(0, end - len(name) - 16), end - len(name)):
            found = _BEHIND_FIRST_OF_PAIR.match(text, end)
    elif name.startswith("-"):
        found = _BEHIND_FLAG.match(text, end)
    elif before == "<" or (before == ":" and "<" in text[max(0, end - MAX_NAME) : end]):
        found = _BEHIND_ELEMENT.match(text, end)
    elif name.lower() in ("password", "secret"):
        found = _BEHIND_SQL.match(text, end)
    return found


def _replacement(name: str) -> str:
    return f"[redacted:{kind_of(name)}]"


def _matched(pattern: re.Pattern[str], text: str, at: int, name: str) -> _Span | None:
    found = pattern.match(text, at)
    if not found or kept_text_value(found[0].strip()):
        return None
    return _Span(found.start(), found.end(), _replacement(name))


def _quoted(text: str, opening: re.Match[str], name: str, *, pair: bool) -> _Span | None:
    start = opening.end()
    end, closed = _end_of_string(text, start, opening["q"])
    value = text[start:end]
    if pair and not (closed and text[end + len(opening["q"]) :].lstrip(" \t\n")[:1] in (")", "]")):
        return None
    if len(value) < 2:  # a sign that a parser stumbled over
        return None
    return _Span(start, end, _replacement(name)) if _tells(name, value) else None


def _tells(name: str, value: str) -> bool:
    """Whether a value must go. The password in an address is found by its place, so that the host may stay."""
    if kept_text_value(value.strip()) or value.startswith("AWS4-HMAC"):  # a signed header hides only its signature
        return False
    if is_address(value) and kind_of(name) == "connection-string" and "webhook" not in name.lower():
        return not re.search(r"://[^/ ]{0,640}@|[?&]\w", value)
    if name.lower().endswith("signature"):
        return len(value) >= 16 and any(character.isdigit() for character in value)
    return True


def _end_of_string(text: str, start: int, quote: str) -> tuple[int, bool]:
    """Where a string ends whose opening quote was `quote`, and whether it was closed.

    Inside JSON in a string the quote is written `\\"`, one level deeper `\\\\\\"`: n backslashes. A quote ends the
    string when as many stand before it, modulo those that escape each other. A string that is not closed, or that
    another kind of quote seems to close before, ends at that quote or at the end of its line.
    """
    if not quote.endswith(('"', "'")):
        end = text.find(quote, start, start + MAX_VALUE)
        return (end, True) if end >= 0 else (min(len(text), start + 256), False)
    depth, sign = len(quote) - 1, quote[-1]
    pattern = _RUNS[sign]
    for run in pattern.finditer(text, start, start + MAX_VALUE):
        if run[0][-1:] == sign:
            if (len(run[0]) - 1) % (2 * depth + 2) == depth:
                return run.end() - 1 - depth, True
        elif run[0][-1:] == '"' and depth == 0 and len(run[0]) == 1 and _ends_outer(text, run.end()):
            return run.start(), False
    line_end = text.find("\n", start, start + MAX_VALUE)
    limit = line_end if line_end >= 0 else min(len(text), start + MAX_VALUE)
    stop = re.compile(r"\\*[\"']").search(text, start, limit)
    return (stop.start() if stop else limit), False


_RUNS = {"'": re.compile(r"\\*+[\"']"), '"': re.compile(r"\\*+\"")}


def _ends_outer(text: str, end: int) -> bool:
    """Whether a double quote inside a single-quoted value rather ends a JSON string around it."""
    return text[end : end + 8].lstrip(" \n\t")[:1] in (",", "}", "]", ":", "")


def _list(text: str, at: int, name: str) -> _Span | None:
    """All strings of a list as one: `"cookies": ["a=1", "b=2"]`; one that holds anything else stays."""
    position, quote = at + 1, ""
    while position - at < MAX_VALUE and (item := _LIST_ITEM.match(text, position)):
        quote = item[0].strip()
        end, closed = _end_of_string(text, item.end(), quote)
        if not closed:
            return None
        position = end + len(quote)
        rest = re.compile(r"[ \t\n]{0,32}(,?)").match(text, position)
        position = rest.end() if rest else position
    if not quote or text[position : position + 1] not in ("]", ")"):
        return None
    inner = text[at + 1 : position]
    if kept_text_value(inner.strip(" \t\n\"'\\")):
        return None
    return _Span(at + 1, position, f"{quote}{_replacement(name)}{quote}")


def _bare(text: str, at: int, name: str, quote: str, before: str, separator: str) -> _Span | None:
    """A value without quotes of its own."""
    colours = _COLOURS.match(text, at)
    at = colours.end() if colours else at
    if quote.endswith(('"', "'")):
        number = _NUMBER.match(text, at)
        if number and name.lower() != "pass":  # JSON stays JSON; a count of tests passed stays
            return _Span(at, number.end(), f"{quote}{_replacement(name)}{quote}")
    at_line_start = before == "\n" or _is_line_start(text, at, before)
    if at_line_start and (block := _BLOCK.match(text, at)):
        return _block(text, at, block.end(), name)
    if kind_of(name) == "cookie" and ":" in separator:
        return _matched(_COOKIES, text, at, name)
    scheme = _SCHEME.match(text, at)
    at = scheme.end() if scheme else at
    found = _BARE.match(text, at)
    if not found or not _tells(name, found[0]) or not _is_value(found, name, separator):
        return None
    end = found.end()
    if at_line_start and (rest := _LINE_REST.match(text, end)) and "//" not in rest[0]:
        end = rest.end()
    return _Span(at, end, _replacement(name))


def _is_line_start(text: str, at: int, before: str) -> bool:
    """Whether only blanks and a list mark stand before the name: a line of YAML, ini or an env file."""
    if before not in " \t-":
        return False
    line = text[text.rfind("\n", max(0, at - 200), at) + 1 : at]
    return bool(re.match(r"[ \t]{0,64}(?:- |export |set )?[\w.$-]{1,80}[ \t]{0,8}[:=]", line))


def _is_value(found: re.Match[str], name: str, separator: str) -> bool:
    """Whether what follows the name is its value, and neither code nor prose."""
    value = found[0]
    if value.lower() == name.lower() or value.startswith("[redacted:") or _EXPRESSION.fullmatch(value):
        return False
    if separator.strip(" \t:=>") not in ("", "%3d", "%3D", "%253d", "%253D", "]"):
        # "is", "set to": only what looks like a secret.
        return len(value) >= 6 and any(not c.isalpha() for c in value.rstrip(".,;:!?"))
    return ":" not in separator or _is_value_behind_colon(value, name, separator)


def _is_value_behind_colon(value: str, name: str, separator: str) -> bool:
    """A colon stands in prose and between numbers, too."""
    if value.rstrip(".,;:!?").lower() in _PROSE or (name.lower() == "pass" and value.isdigit()):
        return False
    # Without a blank after the colon it is rather a ratio or a path, unless the value looks like a secret.
    return separator.endswith((" ", "\t", "\n")) or (len(value) >= 6 and any(c.isdigit() for c in value))


def _block(text: str, at: int, body: int, name: str) -> _Span | None:
    """A YAML block: every line that is indented deeper than the line of its name."""
    line_start = text.rfind("\n", max(0, at - 200), at) + 1
    line = text[line_start:at]
    indent = len(line) - len(line.lstrip(" "))
    end = body
    for _ in range(400):
        line_end = text.find("\n", end)
        line = text[end : line_end if line_end >= 0 else len(text)]
        if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
            break
        if line_end < 0:
            end = len(text) + 1
            break
        end = line_end + 1
    if end <= body:
        return None
    return _Span(at, end - 1, _replacement(name))


# A member that names a field beside the one that holds its value, as in ECS, CloudFormation, tags, XML and YAML.
_PAIR = re.compile(
    rf"(?:name|key)(?:{_QUOTE})?[ \t]{{0,4}}[:=]["
    rf" \t]{{0,4}}(?P<q>{_QUOTE})?(?P<name>[\w.$-]{{1,80}}+)(?:{_QUOTE})?"
    rf"[ ,;\t\n]{{1,32}}(?:{_QUOTE})?(?:parameter|option|string)?_?value(?:{_QUOTE})?[ \t]{{0,4}}[:=][ \t]{{0,4}}",
    re.ASCII,
)
_PAIR_REVERSED = re.compile(
    rf"value(?P<q>{_QUOTE})[ \t]{{0,4}}[:=][ \t]{{0,4}}{_QUOTE}(?P<value>[^\"'\\\n]{{0,4096}}+){_QUOTE}["
    rf" \t]{{0,4}},[ \t\n]{{0,32}}"
    rf"{_QUOTE}(?:parameter|option)?_?(?:name|key){_QUOTE}[ \t]{{0,4}}[:=]["
    rf" \t]{{0,4}}{_QUOTE}(?P<name>[\w.$-]{{1,80}}+)",
    re.ASCII,
)


def _values_of_pairs(text: str, lower: str) -> Iterator[_Span]:
    if "value" not in lower:
        return
    for found in _PAIR.finditer(lower):
        name = text[found.start("name") : found.end("name")]
        if not holds_secret(name):
            continue
        opening = _OPENING.match(text, found.end())
        span = (
            _quoted(text, opening, name, pair=False)
            if opening
            else _bare(text, found.end(), name, found["q"] or "", "", "=")
        )
        if span is not None:
            yield span
    for found in _PAIR_REVERSED.finditer(lower):
        name = text[found.start("name") : found.end("name")]
        value = text[found.start("value") : found.end("value")]
        if holds_secret(name) and value and _tells(name, value):
            yield _Span(found.start("value"), found.end("value"), _replacement(name))


# "Environment": {"Variables": {"A": "x", …}}: values that look generated go whatever their name is.
_VARIABLES = re.compile(rf"variables{_QUOTE}[ \t]{{0,4}}:[ \t\n]{{0,16}}\{{", re.ASCII)
_MEMBER = re.compile(
    rf"[ ,\t\n]{{0,64}}(?P<nq>{_QUOTE})(?P<name>[\w.-]{{1,128}}+){_QUOTE}[ \t]{{0,4}}:["
    rf" \t\n]{{0,16}}(?P<q>{_QUOTE})",
    re.ASCII,
)
MIN_GENERATED = 20
_GENERATED = re.compile(r"(?=[^\n]{0,256}[0-9])(?=[^\n]{0,256}[a-z])[A-Za-z0-9+/=_~.!@#$%^&*-]{20,512}")


def looks_generated(value: str) -> bool:
    """Whether the value of an environment variable was made by a generator of keys rather than by a person."""
    return bool(_GENERATED.fullmatch(value)) and looks_random(value)


def _environment(text: str, lower: str) -> Iterator[_Span]:
    if "variables" not in lower:
        return
    for found in _VARIABLES.finditer(lower):
        position = found.end()
        while position - found.end() < MAX_VALUE and (member := _MEMBER.match(text, position)):
            end, closed = _end_of_string(text, member.end(), member["q"])
            if not closed:
                break
            if looks_generated(text[member.end() : end]):
                yield _Span(member.end(), end, "[redacted:generated-value]")
            position = end + len(member["q"])
