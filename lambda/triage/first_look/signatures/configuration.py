"""Something a program needs is not there: variables, parameters, secrets, tables, buckets, queues, functions."""

from __future__ import annotations

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Shape

_KIN = (Kin.CONFIGURATION, Kin.DEPLOYMENT)

SIGNATURES = (
    Shape(
        "variable-missing",
        Category.CONFIGURATION_MISSING,
        "an environment variable is not set",
        (
            r"KeyError: ['\"](?P<name>(?-i:[A-Z][A-Z0-9]*_[A-Z0-9_]+))['\"]",
            (
                r"(?:environment|env)(?:ironment)? ?var(?:iable)?s? ['\"`]?(?P<name>\w+)['\"`]?[^.]{0,40}"
                r"(?:not set|missing|required|undefined|not found|not defined|empty|must be set)"
            ),
            (
                r"(?:missing|required|undefined|unset|no)[^.:]{0,30}(?:environment|"
                r"env\b)[^.:]{0,20}:? ?['\"`]?(?P<name>(?-i:[A-Z][A-Z0-9_]+))"
            ),
            r"(?:os\.environ|process\.env|getenv)\W{0,3}(?P<name>(?-i:[A-Z][A-Z0-9_]+))",
            r"Could not resolve placeholder ['\"](?P<name>[^'\"]+)['\"]",
            (
                r"(?P<name>(?-i:[A-Z][A-Z0-9]*_[A-Z0-9_]+)) (?:is not set|is not defined|is missing|is required|"
                r"must be set|not configured)"
            ),
            (
                r"(?:missing|required|unknown) (?:configuration|config|setting|property)(?: key|"
                r" value)?:? ['\"`]?(?P<name>[\w.]+)"
            ),
        ),
        "the setting {name} is missing in the configuration of {about}",
        headline="{about}: the setting {name} is missing",
        weight=0.92,
        kin=_KIN,
    ),
    Shape(
        "parameter-missing",
        Category.CONFIGURATION_MISSING,
        "a parameter of the Parameter Store or AppConfig does not exist",
        (
            r"ParameterNotFound\w*|invalid ssm parameters",
            r"(?:parameter|ssm)[^.]{0,40} (?P<name>/[\w./-]+)[^.]{0,40}(?:not found|does not exist|missing)",
            r"AppConfig[^.]{0,80}(?:ResourceNotFound|not found)",
        ),
        "{about} reads the parameter {name}, which does not exist",
        headline="{about}: the parameter {name} does not exist",
        weight=0.92,
        kin=_KIN,
    ),
    Shape(
        "secret-missing",
        Category.CONFIGURATION_MISSING,
        "a secret does not exist, has no such version or waits for its deletion",
        (
            r"Secrets Manager can't find the specified secret",
            r"secret[^.]{0,60}(?:marked for deletion|scheduled for deletion|was deleted|does not exist|not found)",
            r"(?:ResourceInitializationError|unable to pull secrets)[^.]{0,120}(?:ResourceNotFound|can't find)",
        ),
        "{about} reads a secret that is not there any more{on}",
        headline="{about}: its secret is missing",
        weight=0.92,
        kin=(Kin.CREDENTIALS, Kin.CONFIGURATION),
    ),
    Shape(
        "resource-missing",
        Category.CONFIGURATION_MISSING,
        "a table, bucket, queue, topic, stream, function or state machine does not exist",
        (
            (
                r"ResourceNotFoundException[^.]{0,120}?(?:[Ff]unction not found: (?P<name>\S+)|"
                r"[Tt]able: (?P<table>[\w.-]+))"
            ),
            r"ResourceNotFoundException",
            r"NoSuchBucket|The specified bucket does not exist",
            r"NonExistentQueue|QueueDoesNotExist|The specified queue does not exist",
            (
                r"(?:Topic|Stream|StateMachine|Function|Cluster|Rule|Repository|FileSystem)(?:Does)?Not(?:Found|"
                r"Exist)\w*"
            ),
            r"Requested resource not found",
            r"InvalidAMIID\S*|image id .{0,40}does not exist|launch template .{0,60}(?:does not exist|not found)",
            r"Invalid IAM Instance Profile|InvalidSubnetID\S*|InvalidSecurityGroupID\S*|InvalidGroup\.NotFound",
            r"(?:database|schema|keyspace|index) ['\"]?(?P<name>[\w.-]+)['\"]? does not exist",
            r"Unknown database ['\"](?P<name>[\w.-]+)",
            r"index_not_found_exception|UNKNOWN_TOPIC_OR_PARTITION|UnknownTopicOrPartition",
        ),
        "{about} uses {missing}{op}",
        headline="{about} uses {missing}",
        weight=0.88,
        kin=_KIN,
        unless=r"Secrets Manager|ParameterNotFound|NoSuchKey",
    ),
    Shape(
        "no-such-route",
        Category.CONFIGURATION_MISSING,
        "an API has no such path or method: API Gateway answers 403 Missing Authentication Token",
        (r"MISSING_AUTHENTICATION_TOKEN|Missing Authentication Token(?!Exception)",),
        "requests are refused that {about} has no route for: that is what API Gateway means by “Missing "
        "Authentication Token”, unless the route wants signed calls and they are not",
        headline="{about}: requests for a route it does not have",
        unless=r"when calling the \w+ operation|MissingAuthenticationTokenException",
        weight=0.9,
        kin=(Kin.DEPLOYMENT, Kin.CONFIGURATION),
    ),
    Shape(
        "identity-not-verified",
        Category.CONFIGURATION_MISSING,
        "SES does not send for an address or domain that is not verified",
        (r"Email address is not verified|identities failed the check|MailFromDomainNotVerified",),
        "{about} sends from or to an address that is not verified",
        headline="{about}: a mail identity is not verified",
        weight=0.9,
        kin=_KIN,
    ),
    Shape(
        "object-archived",
        Category.CONFIGURATION_MISSING,
        "an object that is read lies in an archive: a lifecycle rule moved it to Glacier",
        (r"InvalidObjectState|not valid for the object's (?:storage class|access tier)|ObjectNotInActiveTier\w*",),
        "{about} reads {name}, which lies in an archive storage class (Glacier) and has to be restored first",
        headline="{about}: what it reads was moved to an archive",
        weight=0.92,
        kin=_KIN,
    ),
    Shape(
        "object-missing",
        Category.CONFIGURATION_MISSING,
        "a file or an object that is read does not exist",
        (
            r"NoSuchKey|The specified key does not exist",
            (
                r"(?:Head|Get)Object operation: (?:Not Found|The specified key|"
                r"Key ['\"](?P<name>[^'\"]+)['\"] does not)|"
                r"\(404\) when calling the (?:Head|Get)Object"
            ),
            r"curl: \(22\) The requested URL returned error: 404|ERROR 404: Not Found",
            r"404[^\n]{0,60}(?P<name>https?://[\w.-]*s3[\w.-]*\.amazonaws\.com/\S+)",
            r"(?:FileNotFound\w*|ENOENT|No such file or directory)",
        ),
        "{about} reads {name}, which does not exist (any more)",
        headline="{about}: {name} does not exist",
        weight=0.78,
        kin=_KIN,
        unless=r"CannotPull|exec format|runc|socket",
    ),
)
