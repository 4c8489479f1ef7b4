"""Errors as runtimes, clients and AWS word them are recognised for what they are."""

from __future__ import annotations

import pytest

from tests.unit.first_look.builders import breach, error, logs, ranked
from triage.domain.report import Category

DENIED, MISSING = Category.PERMISSION_DENIED, Category.CONFIGURATION_MISSING
UNREACHABLE, QUOTA = Category.DEPENDENCY_UNREACHABLE, Category.QUOTA_EXCEEDED

WORDINGS = [
    # Access: IAM's own sentences, SDKs of Python, Java, JavaScript and Go.
    (
        (
            "ERROR ClientError: An error occurred (AccessDeniedException) when calling the PutItem operation: "
            "User: "
            "arn:aws:sts::1:assumed-role/w-role/w is not authorized to perform: dynamodb:PutItem on resource: "
            "arn:aws:dynamodb:eu-west-1:1:table/orders because no identity-based policy allows the "
            "dynamodb:PutItem "
            "action"
        ),
        "denied",
        DENIED,
    ),
    (
        (
            "software.amazon.awssdk.services.sns.model.AuthorizationErrorException: User: "
            "arn:aws:sts::1:assumed-role/r/s "
            "is not authorized to perform: SNS:Publish on resource: arn:aws:sns:eu-west-1:1:t"
        ),
        "denied",
        DENIED,
    ),
    (
        "operation error SQS: SendMessage, https response error StatusCode: 403, AccessDenied: Access denied",
        "denied",
        DENIED,
    ),
    ("UnauthorizedOperation: You are not authorized to perform this operation.", "denied", DENIED),
    (
        "x is not authorized to perform: s3:GetObject with an explicit deny in a service control policy",
        "organisation-denies",
        DENIED,
    ),
    (
        "not authorized to perform: sqs:SendMessage because no permissions boundary allows the action",
        "boundary-denies",
        DENIED,
    ),
    (
        "not authorized to perform: sqs:SendMessage because no resource-based policy allows it",
        "resource-policy-denies",
        DENIED,
    ),
    (
        "User: x is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::2:role/r",
        "role-not-assumed",
        DENIED,
    ),
    ("The role defined for the function cannot be assumed by Lambda.", "role-not-assumed", DENIED),
    (
        "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied",
        "storage-denies",
        DENIED,
    ),
    (
        "botocore: An error occurred (403) when calling the HeadObject operation: Forbidden",
        "storage-denies",
        DENIED,
    ),
    (
        "User: x is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:1:key/k",
        "key-denied",
        DENIED,
    ),
    ("KMSInvalidStateException: arn:aws:kms:eu-west-1:1:key/k is pending deletion.", "key-unusable", DENIED),
    ("DisabledException: arn:aws:kms:eu-west-1:1:key/k is disabled.", "key-unusable", DENIED),
    ("ERROR: permission denied for table orders", "database-denies", DENIED),
    ("Execution failed due to configuration error: Invalid permissions on Lambda function", "denied", DENIED),
    # Credentials.
    ('FATAL: password authentication failed for user "app"', "login-refused", DENIED),
    ("ERROR 1045 (28000): Access denied for user 'app'@'10.0.0.7' (using password: YES)", "login-refused", DENIED),
    ("ReplyError: WRONGPASS invalid username-password pair or user is disabled.", "login-refused", DENIED),
    ("MongoServerError: Authentication failed.", "login-refused", DENIED),
    ("org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed", "login-refused", DENIED),
    ("ExpiredTokenException: The security token included in the request is expired", "token-expired", DENIED),
    ("botocore.exceptions.NoCredentialsError: Unable to locate credentials", "token-expired", DENIED),
    ("POST https://api.pay.example/v1/charge answered 401: invalid_client", "api-unauthorised", DENIED),
    ('FATAL: no pg_hba.conf entry for host "10.0.0.7", user "app", SSL off', "login-refused", DENIED),
    # Configuration.
    ("[ERROR] KeyError: 'RATES_TABLE'", "variable-missing", MISSING),
    ("Error: Missing required environment variable: QUEUE_URL", "variable-missing", MISSING),
    (
        "java.lang.IllegalArgumentException: Could not resolve placeholder 'db.url' in value",
        "variable-missing",
        MISSING,
    ),
    ("panic: STRIPE_KEY is not set", "variable-missing", MISSING),
    (
        "An error occurred (ParameterNotFound) when calling the GetParameter operation",
        "parameter-missing",
        MISSING,
    ),
    ("ResourceNotFoundException: Secrets Manager can't find the specified secret.", "secret-missing", MISSING),
    (
        "ResourceNotFoundException: Requested resource not found: Table: orders not found",
        "resource-missing",
        MISSING,
    ),
    ("NoSuchBucket: The specified bucket does not exist", "resource-missing", MISSING),
    ("AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist", "resource-missing", MISSING),
    ("MessageRejected: Email address is not verified.", "identity-not-verified", MISSING),
    ("Launching a new EC2 instance failed: The image id '[ami-1]' does not exist", "resource-missing", MISSING),
    # Deployments.
    (
        ("Execution failed due to configuration error: Malformed Lambda proxy response"),
        "answer-malformed",
        Category.BAD_DEPLOY,
    ),
    (
        "Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests'",
        "module-missing",
        Category.BAD_DEPLOY,
    ),
    ("Error: Cannot find module 'express'", "module-missing", Category.BAD_DEPLOY),
    ("Caused by: java.lang.ClassNotFoundException: com.acme.Handler", "module-missing", Category.BAD_DEPLOY),
    ("exec /usr/bin/app: exec format error", "module-missing", Category.BAD_DEPLOY),
    (
        "CannotPullContainerError: failed to resolve ref 1.dkr.ecr.eu-west-1.amazonaws.com/web:v9: not found",
        "image-missing",
        Category.BAD_DEPLOY,
    ),
    ('ERROR: column "discount" does not exist', "schema-and-code-differ", Category.BAD_DEPLOY),
    (
        "SQLSyntaxErrorException: Unknown column 'o.vat' in 'field list'",
        "schema-and-code-differ",
        Category.BAD_DEPLOY,
    ),
    # Time.
    (
        "2026-11-21T02:14:00Z 11111111-2222-3333-4444-555555555555 Task timed out after 3.00 seconds",
        "invocation-timed-out",
        Category.TIMEOUT,
    ),
    ("ERROR: canceling statement due to statement timeout", "query-timed-out", Category.TIMEOUT),
    (
        "ERROR 1205 (HY000): Lock wait timeout exceeded; try restarting transaction",
        "query-timed-out",
        Category.TIMEOUT,
    ),
    (
        "upstream timed out (110: Connection timed out) while reading response header",
        "integration-timed-out",
        Category.TIMEOUT,
    ),
    ("SqlException: Execution Timeout Expired.  The timeout period elapsed", "query-timed-out", Category.TIMEOUT),
    # Network.
    (
        ('psycopg2.OperationalError: connection to server at "db", port 5432 failed: timeout expired'),
        "connect-timed-out",
        UNREACHABLE,
    ),
    (
        ('psycopg2.OperationalError: could not translate host name "db.internal" to address'),
        "name-not-resolved",
        UNREACHABLE,
    ),
    ("CommunicationsException: Communications link failure", "connection-reset", UNREACHABLE),
    ("AxiosError: Request failed with status code 503", "dependency-fails", UNREACHABLE),
    (
        ("feign.FeignException$ServiceUnavailable: [503] during [GET] to [http://rates/v1]"),
        "dependency-fails",
        UNREACHABLE,
    ),
    (
        "requests.exceptions.ConnectTimeout: HTTPSConnectionPool(host='api.bank.example', port=443)",
        "connect-timed-out",
        UNREACHABLE,
    ),
    ("java.net.SocketTimeoutException: connect timed out", "connect-timed-out", UNREACHABLE),
    ("dial tcp 10.0.2.7:5432: i/o timeout", "connect-timed-out", UNREACHABLE),
    ("Error: connect ETIMEDOUT 10.0.2.7:443", "connect-timed-out", UNREACHABLE),
    ("java.net.NoRouteToHostException: No route to host", "no-route", UNREACHABLE),
    ("Error: connect ECONNREFUSED 10.0.2.7:6379", "connection-refused", UNREACHABLE),
    ("System.Net.Http.HttpRequestException: Connection refused (orders:80)", "connection-refused", UNREACHABLE),
    ("Error: getaddrinfo ENOTFOUND orders.shop.internal", "name-not-resolved", UNREACHABLE),
    ("dial tcp: lookup orders.shop.internal: no such host", "name-not-resolved", UNREACHABLE),
    ("java.net.UnknownHostException: orders.shop.internal", "name-not-resolved", UNREACHABLE),
    (
        "requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='api.bank.example'): Read timed out.",
        "no-answer",
        UNREACHABLE,
    ),
    (
        (
            'Get "https://api.bank.example/v1": context deadline exceeded (Client.Timeout exceeded while awaiting '
            "headers)"
        ),
        "no-answer",
        UNREACHABLE,
    ),
    ("Error: read ECONNRESET", "connection-reset", UNREACHABLE),
    ("GET https://api.bank.example/v1 answered 503", "dependency-fails", UNREACHABLE),
    ("FATAL: the database system is starting up", "store-not-ready", UNREACHABLE),
    ("READONLY You can't write against a read only replica.", "store-not-ready", UNREACHABLE),
    # Certificates.
    (
        "x509: certificate has expired or is not yet valid: current time 2026-11-21 is after 2026-11-20",
        "certificate-expired",
        Category.CERTIFICATE_EXPIRED,
    ),
    (
        'Post "https://seal.example/v1": remote error: tls: expired certificate',
        "own-certificate-expired",
        Category.CERTIFICATE_EXPIRED,
    ),
    (
        "javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_expired",
        "own-certificate-expired",
        Category.CERTIFICATE_EXPIRED,
    ),
    ("Error: certificate has expired code CERT_HAS_EXPIRED", "certificate-expired", Category.CERTIFICATE_EXPIRED),
    (
        "sun.security.validator.ValidatorException: PKIX path building failed",
        "certificate-rejected",
        Category.CERTIFICATE_EXPIRED,
    ),
    (
        "Hostname/IP does not match certificate's altnames: ERR_TLS_CERT_ALTNAME_INVALID",
        "certificate-rejected",
        Category.CERTIFICATE_EXPIRED,
    ),
    # Throttles and limits.
    (
        (
            "TooManyRequestsException: Rate Exceeded. Reason=ReservedFunctionConcurrentInvocationLimitExceeded "
            "FunctionName=price"
        ),
        "reserved-concurrency-used-up",
        Category.THROTTLED,
    ),
    (
        "TooManyRequestsException: Rate Exceeded. Reason=ConcurrentInvocationLimitExceeded",
        "account-concurrency-used-up",
        QUOTA,
    ),
    (
        (
            "ProvisionedThroughputExceededException: The level of configured provisioned throughput for the table "
            "was "
            "exceeded"
        ),
        "table-throttled",
        Category.THROTTLED,
    ),
    (
        "ProvisionedThroughputExceededException: Rate exceeded for shard shardId-000000000001 in stream clicks",
        "stream-throttled",
        Category.THROTTLED,
    ),
    ("SlowDown: Please reduce your request rate.", "store-slows-down", Category.THROTTLED),
    ("ThrottlingException: Rate exceeded", "api-throttled", Category.THROTTLED),
    ("GET https://maps.example/v1 answered 429", "dependency-limits", Category.THROTTLED),
    (
        "FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute",
        "connections-used-up",
        Category.CAPACITY,
    ),
    ("ERROR 1040 (HY000): Too many connections", "connections-used-up", Category.CAPACITY),
    ("ERR max number of clients reached", "connections-used-up", Category.CAPACITY),
    (
        "HikariPool-1 - Connection is not available, request timed out after 30000ms.",
        "pool-exhausted",
        Category.CAPACITY,
    ),
    (
        "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out",
        "pool-exhausted",
        Category.CAPACITY,
    ),
    ("OSError: [Errno 28] No space left on device", "disk-full", Category.CAPACITY),
    (
        'PANIC: could not write to file "pg_wal/xlogtemp.1": No space left on device',
        "disk-full",
        Category.CAPACITY,
    ),
    (
        "The execution reached the maximum number of history events (25000).",
        "history-too-long",
        Category.QUOTA_EXCEEDED,
    ),
    (
        "java.sql.SQLIntegrityConstraintViolationException: Duplicate entry '2147483647' for key 'orders.PRIMARY'",
        "numbers-used-up",
        Category.DATA_ERROR,
    ),
    (
        'ERROR: nextval: reached maximum value of sequence "orders_id_seq" (2147483647)',
        "numbers-used-up",
        Category.DATA_ERROR,
    ),
    (
        "Duplicate entry '4711' for key 'orders.PRIMARY'",
        "constraint-violated",
        Category.DATA_ERROR,
    ),
    (
        "VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of 64",
        "vcpu-limit",
        QUOTA,
    ),
    ("InsufficientFreeAddressesInSubnet: Insufficient Free Addresses in Subnet", "subnet-full", QUOTA),
    ("java.net.SocketException: Too many open files", "files-used-up", QUOTA),
    ("Daily message quota exceeded.", "sending-limit", QUOTA),
    ("LimitExceededException: The limit of 10 rules is reached", "limit-reached", QUOTA),
    (
        "We currently do not have sufficient g5.xlarge capacity in the zone (InsufficientInstanceCapacity)",
        "no-instances-to-have",
        Category.CAPACITY,
    ),
    (
        "service web was unable to place a task because no container instance met all of its requirements",
        "tasks-not-placed",
        Category.CAPACITY,
    ),
    # Memory.
    ("java.lang.OutOfMemoryError: Java heap space", "heap-exhausted", Category.OUT_OF_MEMORY),
    (
        "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
        "heap-exhausted",
        Category.OUT_OF_MEMORY,
    ),
    ("RequestId: x Error: Runtime exited with error: signal: killed", "process-killed", Category.OUT_OF_MEMORY),
    ("OutOfMemoryError: Container killed due to memory usage", "container-out-of-memory", Category.OUT_OF_MEMORY),
    ("OOM command not allowed when used memory > 'maxmemory'.", "cache-full", Category.OUT_OF_MEMORY),
    # Data.
    (
        "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        "value-not-readable",
        Category.DATA_ERROR,
    ),
    ("SyntaxError: Unexpected token < in JSON at position 0", "value-not-readable", Category.DATA_ERROR),
    ('java.lang.NumberFormatException: For input string: "1.250,00"', "value-not-readable", Category.DATA_ERROR),
    (
        "json: cannot unmarshal string into Go struct field Order.total of type float64",
        "value-not-readable",
        Category.DATA_ERROR,
    ),
    ("[ERROR] KeyError: 'customer'", "field-missing", Category.DATA_ERROR),
    ('ERROR: null value in column "email" violates not-null constraint', "field-missing", Category.DATA_ERROR),
    (
        'ERROR: duplicate key value violates unique constraint "orders_pkey"',
        "constraint-violated",
        Category.DATA_ERROR,
    ),
    (
        "ValidationException: One or more parameter values were invalid: Type mismatch for key id",
        "validation-fails",
        Category.DATA_ERROR,
    ),
    (
        "ValidationException: Item size has exceeded the maximum allowed size",
        "payload-too-large",
        Category.DATA_ERROR,
    ),
    ("ERROR: deadlock detected", "deadlock", Category.DATA_ERROR),
]


@pytest.mark.parametrize(("wording", "name", "category"), WORDINGS, ids=lambda value: str(value)[:40])
def test_a_wording_is_recognised(wording: str, name: str, category: Category) -> None:
    best = ranked(breach(), logs(error(wording)))[0]

    assert (best.candidate.signature, best.candidate.category) == (name, category)


@pytest.mark.parametrize(
    "wording",
    [
        "INFO 40 orders written in 12 ms",
        "WARN voucher expired, ignored",
        "[ERROR] cart 12: colour unknown, red taken",
        "ERROR translation missing key=trip.luggage",
        "WARN retry budget at 70 %, fine",
    ],
)
def test_what_is_no_known_trouble_is_no_hypothesis(wording: str) -> None:
    assert ranked(breach(), logs(error(wording))) == ()
