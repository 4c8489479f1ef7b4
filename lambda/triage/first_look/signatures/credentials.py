"""Credentials: rejected passwords, expired tokens, keys and secrets that are no longer valid."""

from __future__ import annotations

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Shape

_KIN = (Kin.CREDENTIALS, Kin.CONFIGURATION)

SIGNATURES = (
    Shape(
        "login-refused",
        Category.PERMISSION_DENIED,
        "a database or broker rejects user or password",
        (
            r"password authentication failed for user ['\"]?(?P<login>[\w.@-]+)",
            r"Access denied for user ['\"]?(?P<login>[\w.@%-]+)",
            r"Login failed for user ['\"]?(?P<login>[\w.@-]+)",
            r"WRONGPASS|NOAUTH Authentication required|invalid username-password pair",
            r"SASL[\w -]*authentication failed|SaslAuthenticationException",
            r"MongoServerError: Authentication failed|bad auth : authentication failed",
            (
                r"no pg_hba\.conf entry|SSL connection is required|requires? (?:a )?(?:SSL|secure) (?:connection|"
                r"transport)"
            ),
            r"ORA-01017|ACCESS_REFUSED - Login was refused|PAM authentication failed for user",
        ),
        "{about} cannot log in{user}: the password it uses is rejected",
        headline="{about}: login rejected{user}",
        weight=0.93,
        kin=_KIN,
    ),
    Shape(
        "token-expired",
        Category.PERMISSION_DENIED,
        "AWS credentials are expired, unknown or wrong",
        (
            r"ExpiredToken(?:Exception)?\b",
            r"security token included in the request is (?:expired|invalid)",
            r"InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidAccessKeyId",
            r"Unable to locate credentials|NoCredentialsError|CredentialsProviderError|NoCredentialProviders",
            r"(?:no|failed to load) credentials",
        ),
        "{about} calls AWS{op} with credentials that are not valid",
        headline="{about}: its AWS credentials are not valid",
        weight=0.9,
        kin=_KIN,
    ),
    Shape(
        "api-unauthorised",
        Category.PERMISSION_DENIED,
        "an API answers 401 or 403, or calls a token or key invalid",
        (
            (
                r"(?:answered|returned|responded(?: with)?|status(?: ?code)?[=: ]|HTTP(?:/\d(?:\.\d)?)?)[ :=]*"
                r"(?:401|403)\b"
            ),
            r"\b(?:401 Unauthorized|403 Forbidden)\b",
            r"invalid[_ ](?:client|grant|api[_ ]?key|token|credentials)",
            (
                r"(?:api[_ -]?key|access[_ ]token|jwt|bearer token|client secret)[^.]{0,40}"
                r"(?:expired|invalid|revoked|rejected)"
            ),
            r"(?:token|jwt) (?:has )?expired",
        ),
        "{host} rejects the credentials of {about}",
        headline="{about}: {host} rejects its credentials",
        weight=0.8,
        kin=_KIN,
        unless=r"AccessDenied|certificate",
    ),
    Shape(
        "image-not-allowed",
        Category.PERMISSION_DENIED,
        "the registry refuses to hand out an image, or a secret cannot be fetched at start",
        (
            r"pull access denied|no basic auth credentials|denied: (?:requested access|User)",
            r"unable to (?:pull secrets|retrieve secrets?)[^.]{0,80}(?:AccessDenied|not authorized)",
            r"CannotPull\w+[^.]{0,200}(?:403|denied|not authorized|unauthorized)",
        ),
        "{about} cannot start: what it needs at start is refused to it{on}",
        headline="{about}: refused what it needs to start",
        weight=0.92,
        kin=(Kin.ACCESS, Kin.DEPLOYMENT),
    ),
)
