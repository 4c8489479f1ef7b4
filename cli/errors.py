"""What goes wrong at a terminal, in words a person can act on, and the exit code it ends with."""

from __future__ import annotations

import re
from enum import IntEnum

from botocore import exceptions as aws


class ExitCode(IntEnum):
    """Exit codes of every command; docs/cli.md lists them."""

    OK = 0
    DIFFERS = 1
    """``replay``: today's code would not deliver the recorded report."""
    USAGE = 2
    """The command line, or a file named on it, is wrong."""
    ACCESS = 3
    """No credentials, or they may not do what is needed."""
    NOT_FOUND = 4
    """No such alarm, transcript, report or investigation."""
    UNSAFE = 5
    """Model-written code would not be contained here, so none was run."""
    AWS = 6
    """AWS did not answer, or refused for another reason."""
    NO_MODEL = 7
    """The report was written from the first look: no model answered although one was asked."""


class CliError(Exception):
    """What happened, to what, and what to do.

    Attributes:
        code: what the command exits with.
    """

    def __init__(self, message: str, code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message)
        self.code = code


_NOT_SIGNED_IN = (
    aws.NoCredentialsError,
    aws.PartialCredentialsError,
    aws.CredentialRetrievalError,
    aws.TokenRetrievalError,
    aws.SSOTokenLoadError,
    aws.UnauthorizedSSOTokenError,
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_INVALID = frozenset(
    {
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "SignatureDoesNotMatch",
        "AuthFailure",
        "InvalidAccessKeyId",
    }
)
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"})
_ACTION = re.compile(r"not authorized to perform:? (\S+)")


def explained(error: Exception) -> CliError:
    """The error of an AWS call in words that name what is missing."""
    if isinstance(error, _NOT_SIGNED_IN):
        return CliError(
            f"no usable AWS credentials: {error}. Sign in (`aws sso login`, `aws configure`), or name a profile "
            "with --profile",
            ExitCode.ACCESS,
        )
    if isinstance(error, aws.ProfileNotFound):
        return CliError(f"{error}; `aws configure list-profiles` shows those there are", ExitCode.ACCESS)
    if isinstance(error, aws.NoRegionError):
        return CliError("no region: say --region, or set AWS_REGION or a region in the profile", ExitCode.USAGE)
    if isinstance(error, aws.ClientError):
        return _refused(error)
    if isinstance(error, aws.EndpointConnectionError | aws.ConnectTimeoutError):
        return CliError(f"{error}. Is the region right, and is there a network?", ExitCode.AWS)
    return CliError(f"AWS did not answer: {type(error).__name__}: {error}", ExitCode.AWS)


def _refused(error: aws.ClientError) -> CliError:
    told = error.response.get("Error", {})
    code, message = str(told.get("Code", "")), str(told.get("Message", ""))
    if code in _EXPIRED:
        return CliError(
            f"the credentials have expired: {message}. Sign in again (`aws sso login`)", ExitCode.ACCESS
        )
    if code in _INVALID:
        return CliError(
            f"AWS does not know these credentials: {message}. Is it the right profile?", ExitCode.ACCESS
        )
    if code in _DENIED:
        named = _ACTION.search(message)
        action = named[1] if named else f"the action behind {error.operation_name}"
        return CliError(f"access denied: these credentials lack {action}. AWS said: {message}", ExitCode.ACCESS)
    return CliError(f"AWS refused {error.operation_name}: {code}: {message}", ExitCode.AWS)
