"""Secrets that are known by their shape: credentials of AWS and of vendors whose keys turn up in logs.

Every pattern starts at a literal or a word boundary and has bounded repetition, possessive wherever a failure
could be retried, so that work grows linearly with the text. A pattern is tried only when one of its hints
occurs. White space is spelled out: what `\\s` matches beyond blank, tab and line end is made visible elsewhere,
and the result must not depend on which happens first. No pattern takes in a quote, so JSON stays JSON.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from untrusted.fields import looks_random

if TYPE_CHECKING:
    from collections.abc import Callable

# What may stand before the start of a word: no letter, digit or underscore, unless it ends an escaped line end, a
# percent escape, a Unicode escape or a colour.
_BEFORE = (r"\\[nrtbf]", r"%[0-9A-Fa-f]{2}", r"\\u[0-9A-Fa-f]{4}", r"\[\dm", r"\[\d\dm", r";\d\dm")
_PEM = r"PRIVATE KEY(?: BLOCK)?-----"
_BREAK = r"(?:[ \t\r\n]|\\{1,4}[nrt])"
_KEY_LINE = r"[A-Za-z0-9+/=]{20,128}+"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of secret.

    Attributes:
        name: Identifies the rule in tests and corpora.
        kind: Goes into the replacement.
        hints: Lower-case literals; without any of them in the text the pattern cannot match and is not tried.
        expression: Finds the secret; groups named `keep` and `end` around it survive.
        accept: Decides on a match that only looks like a secret.
    """

    name: str
    kind: str
    hints: tuple[str, ...]
    expression: str
    accept: Callable[[str], bool] = lambda _: True

    @property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled when it is first tried: most texts hold no hint of most secrets."""
        return _compiled(self.expression)

    def may_match(self, lowered: str) -> bool:
        """Whether the text, in lower case, holds one of the hints; without hints it always may."""
        return not self.hints or any(hint in lowered for hint in self.hints)

    def replacement(self, found: re.Match[str]) -> str:
        """What a match becomes."""
        if not self.accept(found[0]):
            return found[0]
        groups = found.groupdict()
        return f"{groups.get('keep') or ''}[redacted:{self.kind}]{groups.get('end') or ''}"


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.ASCII)


def _rule(name: str, kind: str, hints: str, pattern: str, accept: Callable[[str], bool] = lambda _: True) -> Rule:
    """A rule whose hints are the words of one string."""
    return Rule(name, kind, tuple(hints.split()), pattern, accept)


def _word(start: str) -> str:
    """A literal at the start of a word. The literal comes first: regular expressions search for it much faster."""
    behind = "|".join(rf"(?<={before}{re.escape(start)})" for before in _BEFORE)
    return rf"{re.escape(start)}(?:(?<![A-Za-z0-9_]{re.escape(start)})|{behind})"


def _is_basic(found: str) -> bool:
    """Whether the word behind "Basic" is the base64 of user:password (RFC 7617), and not prose."""
    word = found.rsplit(maxsplit=1)[-1].rstrip("=")
    try:
        decoded = base64.b64decode(word + "=" * (-len(word) % 4), validate=True)
    except (ValueError, binascii.Error):
        return False
    return b":" in decoded


def _is_encoded_private_key(found: str) -> bool:
    """Whether base64 of a PEM text, as Kubernetes keeps it, holds a private key: a certificate may be read."""
    return b"PRIVATE KEY" in base64.b64decode(found[:64])


def _is_no_port(found: str) -> bool:
    """Whether what stands between `host:` and `@` can be a password: a port with a path behind it is none."""
    return not re.match(r"://[^:]*:\d{1,5}[,;]", found)


def _has_digit(found: str) -> bool:
    return any(character.isdigit() for character in found)


PRIVATE_KEYS = (
    Rule(
        "private-key",
        "private-key",
        ("private key",),
        rf"-----BEGIN [A-Z0-9 ]{{0,30}}{_PEM}"
        rf"(?:{_BREAK}{{1,8}}+(?:{_KEY_LINE}|(?:Proc-Type|DEK-Info|Version|Comment):"
        rf" [^\n\"'\\]{{0,100}}+)){{0,300}}+"
        rf"(?:(?:\n|\\n)[A-Za-z0-9+/=]{{1,128}}+"
        rf"|{_BREAK}{{1,8}}+[A-Za-z0-9+/=]{{1,128}}+(?={_BREAK}{{0,8}}-----END))?+"
        rf"(?:{_BREAK}{{0,8}}+-----END [A-Z0-9 ]{{0,30}}{_PEM})?",
    ),
    Rule(
        # The end of a key whose beginning was cut off.
        "private-key-end",
        "private-key",
        ("private key",),
        rf"(?:(?<![A-Za-z0-9+/=])[A-Za-z0-9+/=]{{4,128}}+{_BREAK}{{1,8}}+){{1,200}}+"
        rf"-----END [A-Z0-9 ]{{0,30}}{_PEM}",
    ),
    Rule(
        # A key between other things: one line per log event, a list of lines. Its lines go, what is around stays.
        "private-key-apart",
        "private-key",
        ("private key",),
        rf"-----BEGIN [A-Z0-9 ]{{0,30}}{_PEM}(?:[^-]|-(?!----)){{1,16384}}+-----END [A-Z0-9 ]{{0,30}}{_PEM}",
    ),
)

_AWS = (
    _rule(
        "aws-access-key",
        "aws-access-key",
        "akia asia abia acca",
        r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])",
    ),
    _rule(
        "aws-session-token",
        "aws-session-token",
        "oj og aqodyxdz",
        r"(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz|AQoDYXdz)(?:[A-Za-z0-9/+=%_-]|\\/){20,8192}+",
    ),
    _rule("aws-sso-token", "token", "aoaaaa aoraaa", r"ao[ar]AAAA[A-Za-z0-9_:/+=-]{20,4096}+"),
    _rule("aws-eks-token", "token", "k8s-aws-v1.", r"k8s-aws-v1\.[A-Za-z0-9_=-]{20,8192}+"),
    _rule("aws-ecr-token", "token", "eyjwyxlsb2fkijoi", r"eyJwYXlsb2FkIjoi[A-Za-z0-9+/=_-]{20,8192}+"),
    _rule(
        "aws-bedrock-key",
        "token",
        "absk bedrock-api-key-",
        r"(?:ABSK[A-Za-z0-9+/=]{60,512}+|bedrock-api-key-[A-Za-z0-9+/=_-]{20,8192}+)",
    ),
    _rule(
        "aws-sigv2",
        "signature",
        "aws ",
        r"(?P<keep>\bAWS (?:\[redacted:aws-access-key\]|[A-Z0-9]{16,32}):)[A-Za-z0-9+/]{27}=",
    ),
    _rule(
        "signed-url",
        "signature",
        "signature sig= policy= x-amz- x-goog-",
        r"(?P<keep>\b(?:(?i:x-amz-signature|x-amz-security-token|x-amz-credential|x-goog-signature"
        r"|x-goog-credential|signature|sig)"
        r"|Policy)(?:=|%3[dD]|%253[dD]))(?:[A-Za-z0-9.~+/%=_-]|\\/){8,8192}+",
    ),
)

_VENDORS = (
    _rule("jwt", "jwt", "eyj", _word("eyJ") + r"[\w-]{8,8192}+\.[\w-]{8,16384}+(?:\.[\w-]{0,16384}+){1,3}+"),
    _rule(
        "github",
        "token",
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
        r"(?:gh[pousr]_[A-Za-z0-9]{30,255}+|github_pat_\w{22,255}+)",
    ),
    _rule(
        "gitlab",
        "token",
        "glpat- gldt- glrt- glptt- glcbt- glft- glsoat- gloas- glagent-",
        r"gl(?:pat|dt|rt|ptt|cbt|ft|soat|oas|agent)-[\w.-]{20,255}+",
    ),
    _rule(
        "slack",
        "token",
        "xox xapp- xwfp-",
        r"(?:xox[abeoprsc][.-][A-Za-z0-9.-]{10,512}+|x(?:app|wfp)-[A-Za-z0-9-]{10,512}+)",
    ),
    _rule(
        "slack-webhook",
        "token",
        "hooks.slack",
        r"(?P<keep>hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/)[\w/-]{8,255}+",
    ),
    _rule("discord-webhook", "token", "/api/webhooks/", r"(?P<keep>/api/webhooks/)\d{5,25}/[\w-]{20,255}+"),
    _rule("teams-webhook", "token", "/webhookb2/", r"(?P<keep>/webhookb2/)[\w@/-]{20,512}+"),
    _rule(
        "stripe",
        "token",
        "sk_live_ rk_live_ sk_test_ rk_test_ whsec_",
        r"(?:[rs]k_(?:live|test)_[A-Za-z0-9]{10,255}+|whsec_[A-Za-z0-9+/=]{16,255}+)",
    ),
    _rule(
        "openai", "token", "sk-", _word("sk-") + r"(?:ant-|proj-|svcacct-|or-)?(?=[\w-]{0,300}[0-9])[\w-]{24,300}+"
    ),
    _rule(
        "google",
        "token",
        "aiza ya29. gocspx- 1//0",
        r"(?:AIza[\w-]{35}|ya29\.[\w.-]{20,2048}+|GOCSPX-[\w-]{20,64}+|\b1//0[\w-]{30,255}+)",
    ),
    _rule("azure-client-secret", "secret", "8q~ 7q~", r"(?<![\w~.-])[\w~.-]{3}[78]Q~[\w~.-]{30,40}+"),
    _rule(
        "azure-key",
        "key",
        "+ast azse +acd +amc",
        r"(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40,90}(?:\+AStD|AzSe|\+ACD|\+AMC|\+ARm)[A-Za-z0-9+/]{2,10}={0,2}",
    ),
    _rule("npm", "token", "npm_", r"npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])"),
    _rule("pypi", "token", "pypi-age", r"pypi-AgE[\w-]{30,1024}+"),
    _rule("rubygems", "token", "rubygems_", r"rubygems_[0-9a-f]{48}"),
    _rule("docker", "token", "dckr_pat_ dckr_oat_", r"dckr_[po]at_[\w-]{20,128}+"),
    _rule("sendgrid", "token", "sg.", _word("SG.") + r"[\w-]{16,64}+\.[\w-]{16,64}+"),
    _rule("twilio", "key", "sk", r"SK[0-9a-f]{32}(?![A-Za-z0-9])"),
    _rule("mailgun", "key", "key-", r"key-(?<![A-Za-z0-9_-]key-)[0-9a-f]{32}(?![A-Za-z0-9])"),
    _rule("mailchimp", "key", "-us", r"(?<![0-9a-f])[0-9a-f]{32}-us\d{1,2}\b"),
    _rule("telegram", "token", ":aa", r"(?<!\d)\d{8,10}:AA[\w-]{33}(?![\w-])"),
    _rule(
        "square", "token", "sq0atp- sq0csp- eaaa", r"(?:sq0(?:atp|csp)-[\w-]{22,64}+|\bEAAA[\w-]{56,64}(?![\w-]))"
    ),
    _rule("shopify", "token", "shpat_ shpss_ shpca_ shppa_", r"shp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}"),
    _rule("digitalocean", "token", "dop_v1_ doo_v1_ dor_v1_", r"do[por]_v1_[0-9a-f]{64}"),
    _rule("vault", "token", "hvs. hvb. hvr.", r"hv[sbr]\.[\w-]{20,512}+"),
    _rule("terraform-cloud", "token", ".atlasv1.", r"(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,128}+"),
    _rule("databricks", "token", "dapi", r"dapi[0-9a-f]{32}(?:-\d)?(?![A-Za-z0-9])"),
    _rule("newrelic", "key", "nrak- nrii- nrra-", r"NR(?:AK|II|RA)-[A-Za-z0-9_-]{20,64}+"),
    _rule("grafana", "token", "glsa_ glc_", r"gl(?:sa|c)_[A-Za-z0-9+/=_]{30,512}+"),
    _rule("sentry", "token", "sntrys_ sntryu_", r"sntry[su]_[A-Za-z0-9+/=_]{30,512}+"),
    _rule("atlassian", "token", "atatt3 atbb", r"(?:ATATT3[\w=-]{50,512}+|ATBB[A-Za-z0-9]{28,40}(?![A-Za-z0-9]))"),
    _rule("huggingface", "token", "hf_", r"hf_[A-Za-z0-9]{30,40}(?![A-Za-z0-9_])"),
    _rule(
        "other-prefixes",
        "token",
        "pmak- lin_api_ ntn_ dp.pt. pul- sbp_ pscale_ gsk_ r8_ hrku- flyv1 age-secret-key-1 ops_ey",
        (
            r"(?:PMAK-[0-9a-f-]{40,80}+|lin_api_\w{30,64}+|ntn_\w{40,64}+|dp\.pt\.\w{30,64}+|pul-[0-9a-f]{40}"
            r"|sbp_[0-9a-f]{40}"
            r"|pscale_(?:tkn|pw|oauth)_[\w.-]{30,64}+|gsk_\w{40,64}+|r8_\w{30,50}+|HRKU-[\w-]{30,80}+|FlyV1"
            r" fm\d_[\w+/=,-]{40,2048}+"
            r"|AGE-SECRET-KEY-1[A-Z0-9]{50,64}+|ops_eyJ[\w+/=-]{40,2048}+)"
        ),
    ),
)

_PLACES = (
    # The user name stays: it tells which account was used.
    _rule(
        "url-password",
        "password",
        "://",
        r"(?P<keep>://[^ \t\r\n/:@\"'<>\[\]\\]{0,128}:)(?!\[redacted:)[^ \t\r\n/\"'<>\\?#]{1,512}(?P<end>@)",
        _is_no_port,
    ),
    _rule("url-token", "token", "://", r"(?P<keep>://)[A-Za-z0-9_.~%+-]{20,512}+(?P<end>@)", _has_digit),
    _rule(
        "bearer",
        "authorization",
        "bearer",
        r"(?P<keep>\b(?i:bearer)(?:[ \t]{1,4}|%20|\+))(?=[\w.~+/-]{0,400}[0-9=])[\w.~+/=-]{16,8192}+",
    ),
    _rule(
        "basic",
        "authorization",
        "basic",
        r"(?P<keep>\b(?i:basic)(?:[ \t]{1,4}|%20))[A-Za-z0-9+/]{6,4096}+={0,2}(?![\w-])",
        _is_basic,
    ),
    _rule(
        "sql-password",
        "password",
        "identified by",
        r"(?P<keep>(?i:identified by) (?:values )?')(?!\[redacted:)[^'\"\n]{1,512}+",
    ),
    _rule(
        "netrc",
        "password",
        "login",
        r"(?P<keep>\blogin [^ \t\n\"']{1,128} password )(?!\[redacted:)[^ \t\r\n\"'\\]{1,256}+",
    ),
    _rule(
        "oracle-url",
        "password",
        "jdbc:oracle",
        r"(?P<keep>jdbc:oracle:\w{2,8}:[\w.-]{1,64}/)(?!\[redacted:)[^ \t\r\n\"'\\@]{1,256}+(?P<end>@)",
    ),
    _rule(
        "digest",
        "authorization",
        "digest",
        r"(?P<keep>(?i:digest) [^\n]{0,400}?\bresponse=\\{0,3}[\"'])[0-9a-fA-F]{32,128}",
    ),
    _rule(
        "user-flag",
        "password",
        "-u --user --proxy-user",
        r"(?P<keep>(?:(?<=[ \t])-u|--user|--proxy-user)[ =][\"']?[A-Za-z0-9_.@+-]{1,64}:)(?!\[redacted:|\d{1,6}\b"
        r"|\$)[^ \t\r\n\"'\\]{3,256}+",
    ),
    _rule(
        "client-flag",
        "password",
        "mysql sshpass docker mongo redis-cli",
        r"(?P<keep>\b(?:mysql\w{0,10}|sshpass|docker login|mongosh?|redis-cli)\b[^\n\"']{0,200}? -[pa]"
        r" ?)(?!\[redacted:|[ \$-])[^ \t\r\n\"'\\]{3,256}+",
    ),
    _rule(
        "encoded-private-key",
        "private-key",
        "ls0tls1crudjti",
        r"LS0tLS1CRUdJTi[A-Za-z0-9+/=]{40,16384}+",
        _is_encoded_private_key,
    ),
    _rule(
        "aws-secret-key",
        "aws-secret-key",
        "",
        r"(?:(?<![A-Za-z0-9/+=_.-])|(?<=\\[nrt]))[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_.-])",
        looks_random,
    ),
)

RULES = (*_AWS, *_VENDORS, *_PLACES)
#: The rules that are left when a text holds no underscore, as most lines do not.
RULES_WITHOUT_UNDERSCORE = tuple(
    rule for rule in RULES if not rule.hints or any("_" not in hint for hint in rule.hints)
)
