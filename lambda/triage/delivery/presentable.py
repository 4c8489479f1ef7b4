"""The one place where text of an investigation is made fit to leave.

Names, reasons, log lines and what a model wrote about them were all written by somebody nobody vouches for.
Before any sink, secrets are taken out and invisible characters are named. What people read is also *defanged*: an
address in it is written so that no mail client, browser or Markdown viewer turns it into something to click. The
only links in a message are those of :mod:`triage.delivery.console_links`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from triage.domain.investigation import Investigation
from untrusted import make_visible, redact, redact_value

if TYPE_CHECKING:
    from collections.abc import Callable


_AWS_HOST = re.compile(
    r"(?:[\w-]{1,63}\.){0,9}(?:amazonaws\.com|amazonaws\.com\.cn|aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws\.cn"
    r"|api\.aws|on\.aws)(?![\w.-])",
    re.IGNORECASE,
)
# Hosts under these domains belong to AWS customers, hence to anybody: function URLs, buckets, API and load
# balancer endpoints. They are no more trustworthy than any other host.
_CUSTOMER_HOST = re.compile(
    r"\.(?:lambda-url|execute-api|elb|s3|s3-website|elasticbeanstalk|cloudfront|compute|compute-1)\b"
    r"|(?:\.|^)s3[.-]|\.on\.aws$",
    re.IGNORECASE,
)
_SCHEME = re.compile(
    # An address may stand directly behind another one: the host of the first ends where the second begins.
    r"(https?|ftp|wss?)(:/{1,2})((?:(?!(?:https?|ftp|wss?):/)[^\s/?#\"'<>`)\]}|\\]){0,255})",
    re.IGNORECASE,
)
_SCHEME_WITHOUT_HOST = re.compile(
    r"(javascript|vbscript|mailto|data(?=:\w{1,20}/)|file(?=:/)|(?:tel|sms|callto|facetime)(?=:\+?\d)|view-source"
    r"|(?:sftp|smb|nfs|ldaps?|gopher|webcal|slack|msteams|skype|zoommtg|vscode|intent|ms-[a-z]{1,20})(?=://)):(?=\S|\Z)",
    re.IGNORECASE,
)
_GUESSED_AS_LINK = (
    r"(?:com|net|org|io|co|info|biz|dev|app|xyz|top|site|online|click|link|cloud|live|shop"
    r"|me|ru|cn|tk|de|uk|eu|us)"
)
# Mail clients also guess links from bare host names. A name of a file or class (main.py, java.net.Socket) is left
# alone: the name must end behind one of the endings that clients guess, or start a path.
_BARE_HOST = re.compile(
    r"(?<![\w.@/-])((?:[a-z0-9][a-z0-9-]{0,62}\.){1,126})"
    rf"({_GUESSED_AS_LINK}(?![\w-]|\.\w|\()|[a-z]{{2,24}}(?=/\S))",
    re.IGNORECASE,
)
# Dots of other scripts, which browsers read as dots of a host name (RFC 3490, section 3.1).
_OTHER_DOT = re.compile(rf"(?<=[^\W_])[\u3002\uff0e\uff61](?={_GUESSED_AS_LINK}(?![\w-]))", re.IGNORECASE)
_DEFANGED = re.compile(r"hxxps?:/|\w\[\.\]\w", re.IGNORECASE)


@dataclass(frozen=True)
class Presentable(Investigation):
    """An investigation whose texts hold no secret and nothing hidden; made by :func:`presentable` only."""


@dataclass(frozen=True)
class Readable(Presentable):
    """A presentable investigation whose addresses are defanged; made by :func:`readable` only."""


def presentable(investigation: Investigation) -> Presentable:
    """The same investigation with secrets redacted and invisible characters named, in every text it holds.

    Evidence can be megabytes, so what is presentable already, as its type says, is returned as it is.
    """
    if isinstance(investigation, Presentable):
        return investigation
    # Only the structure tells that a field is a secret: {"password": "x"}.
    signal = replace(investigation.signal, reason_data=redact_value(dict(investigation.signal.reason_data)))
    return Presentable(**_each_field(replace(investigation, signal=signal), _visible_without_secrets))


def readable(investigation: Investigation) -> Readable:
    """:func:`presentable`, and addresses defanged: the form every renderer for people starts from."""
    if isinstance(investigation, Readable):
        return investigation
    return Readable(**_each_field(presentable(investigation), defang))


def clean(text: str) -> str:
    """One text made presentable and defanged, for messages that are not about a whole investigation."""
    return defang(_visible_without_secrets(text))


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def defang(text: str) -> str:
    """Write addresses so that nothing turns them into links: ``hxxps://host[.]example/path``.

    Service endpoints and consoles of AWS stay as they are: commands that name them can be pasted. Endpoints that
    any AWS customer can have (function URLs, buckets, load balancers, APIs) do not.
    """
    text = _SCHEME.sub(_defanged_address, text)
    text = _SCHEME_WITHOUT_HOST.sub(r"\1[:]", text)
    text = _OTHER_DOT.sub("[.]", text)
    return _BARE_HOST.sub(_defanged_host, text)


def is_defanged(text: str) -> bool:
    """Whether the text holds an address that :func:`defang` changed; a command must then be mended by hand."""
    return bool(_DEFANGED.search(text))


def _visible_without_secrets(text: str) -> str:
    return make_visible(redact(text))


def _defanged_address(found: re.Match[str]) -> str:
    scheme, separator, authority = found.groups()
    if separator == "://" and _is_aws(authority):
        return found[0]
    host = authority.replace(".", "[.]")
    if scheme.lower().startswith("http"):
        return f"{scheme[0]}xx{scheme[3:]}{separator}{host}"
    return f"{scheme}[:]{separator[1:]}{host}"


def _defanged_host(found: re.Match[str]) -> str:
    return found[0] if _is_aws(found[0]) else found[0].replace(".", "[.]")


def _is_aws(host: str) -> bool:
    return bool(_AWS_HOST.fullmatch(host)) and not _CUSTOMER_HOST.search(host)


def _each_field(investigation: Investigation, change: Callable[[str], str]) -> dict[str, Any]:
    return {one.name: _changed(getattr(investigation, one.name), change) for one in fields(investigation)}


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    """A copy of a domain value in which every text went through ``change``."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return change(value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _changed(getattr(value, one.name), change) for one in fields(value)})
    if isinstance(value, Mapping):
        return {change(str(key)): _changed(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_changed(item, change) for item in value)
    return value
