"""Redaction: secrets go, what an on-call engineer needs stays."""

from __future__ import annotations

import base64
import json
import re
import time
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from untrusted import redact, redact_value

SECRET_KEY = "wJalrXUtnFEMI7K7MDENG9bPxRfiCYzEXAMPLEKEY"[:40]
SESSION_SECRET = "p9Vt/Xk2Qm+7RzLw4Bn8Jd1Hs6Gf3Ty5Ua0Ec2Iq"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9"
PEM = (
    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n"
    "MIIEpAIBAAKCAQEA7bq98Nq1k0z3y5Q1\nAbCdEf0123456789\n"
    "-----END RSA PRIVATE KEY-----"
)

SIGNED_URL = "https://b.s3.amazonaws.com/k?X-Amz-Signature=0123456789abcdef&X-Amz-Date=2"

# (text, what must be gone, what must still be there)
PLANTED = {
    "access key": ("key AKIAIOSFODNN7EXAMPLE used", "AKIAIOSFODNN7EXAMPLE", "key "),
    "temporary access key": ("ASIAY34FZKBOKMUTVV7A", "ASIAY34FZKBOKMUTVV7A", ""),
    "secret key by name": (f"aws_secret_access_key = {SECRET_KEY}", SECRET_KEY, "aws_secret_access_key"),
    "secret key alone": (f"found {SESSION_SECRET} in dump", SESSION_SECRET, "in dump"),
    "session token": ("x IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUC y", "X2VjEJr", " y"),
    "bearer": ("Authorization: Bearer abcdef0123456789abcdef", "abcdef0123456789", "Authorization"),
    "bearer in prose": ("sent bearer 0123456789abcdef0123456789 to api", "0123456789abcdef", "to api"),
    "basic": ("Authorization: Basic dXNlcjpodW50ZXIyMg==", "dXNlcjpodW50ZXIyMg", "Authorization"),
    "private key": (f"pem: {PEM} end", "MIIEpAIBAAKCAQEA", "end"),
    "private key, head lost": (PEM[60:], "MIIEpAIBAAKCAQEA", ""),
    "private key, tail lost": (PEM[:100], "MIIEpAIBAAKCAQEA", ""),
    "env style": ("DB_PASSWORD=hunter2 DB_HOST=db-1", "hunter2", "DB_HOST=db-1"),
    "json": ('{"password": "hunter2", "host": "db-1"}', "hunter2", '"host": "db-1"'),
    "json, escaped": ('{\\"password\\": \\"hunter2\\", \\"a\\": 1}', "hunter2", '\\"a\\": 1'),
    "python repr": ("{'clientSecret': 'hunter2', 'a': 1}", "hunter2", "'a': 1"),
    "quoted with a quote inside": (r'{"password": "hun\"ter2 rest"}', "ter2 rest", "password"),
    "yaml": ("password: hunter2\nhost: db-1", "hunter2", "host: db-1"),
    "connection string": ("postgresql://app:hunter2@db-1:5432/x", "hunter2", "app:"),
    "adonet": ("Server=db-1;Uid=app;Pwd=hunter2;Encrypt=yes", "hunter2", "Encrypt=yes"),
    "token in a url": ("GET /a?token=hunter2&page=3 HTTP/1.1", "hunter2", "page=3"),
    "signed url": (SIGNED_URL, "0123456789ab", "Date=2"),
    "jwt": (f"jwt {JWT} end", JWT[:60], "end"),
    "github": ("ghp_0123456789abcdefghijABCDEFGHIJ012345", "0123456789abcdefghij", ""),
    "slack": ("xoxb-123456789012-abcdefABCDEF", "abcdefABCDEF", ""),
    "slack webhook": ("https://hooks.slack.com/services/T0/B0/abcdefghijkl", "abcdefghijkl", "hooks.slack.com"),
    "api key header": ("x-api-key: 0123456789abcdef", "0123456789abcdef", "x-api-key"),
}  # fmt: skip

HARMLESS = [
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf",
    '"SecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf"',
    "arn:aws:iam::123456789012:role/service-role/orders-role-x7f3",
    "arn:aws:lambda:eu-west-1:123456789012:function:orders:$LATEST",
    "not authorized to perform: secretsmanager:GetSecretValue on resource: *",
    "not authorized to perform: dynamodb:GetItem because no identity-based policy allows the action",
    "RequestId: 6f1b7e2a-1111-4222-8333-444455556666 Process exited before completing request",
    "account 123456789012 user AIDAJQABLZS4A3QDU576Q role AROAJQABLZS4A3QDU576Q",
    "sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "CodeSha256 n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
    "x-amz-id-2: aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789+/aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789aBcDeFg==",
    "Root=1-5759e988-bd862e3fe1be46a994272793",
    "AWSLogs/123456789012/CloudTrail/euwest/26",
    "com/example/orders/service/OrderRepositor",
    "GetFunctionConfigurationRequestHandlerV12",
    "  File \"/var/task/app.py\", line 12, in handler\n    token = get_token(secret)\nKeyError: 'token'",
    '{"inputTokens": 1200, "max_tokens": 4096, "totalTokens": 99}',
    '"NextToken": "AAAAAAAABBBBBBB"',
    '{"clientRequestToken": "6f1b7e2a-1111"}',
    "password authentication failed for user admin",
    "basic authentication is required",
    "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-dlq",
    "i-0abcd1234ef567890 vpc-0a1b2c3d4e5f67890 sg-0123456789abcdef0",
    "password=${DB_PASSWORD} and {{resolve:ssm:x}} and password=null",
    "2026-11-21T10:43:25.123Z 128 orders-7f9c6d5b8-x2x4z",
]


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_secret_goes_and_its_surroundings_stay(name: str) -> None:
    text, secret, kept = PLANTED[name]

    redacted = redact(text)

    assert secret not in redacted
    assert kept in redacted
    assert "[redacted:" in redacted


@pytest.mark.parametrize("text", HARMLESS)
def test_what_the_on_call_needs_survives(text: str) -> None:
    assert redact(text) == text


def _code(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


@pytest.mark.parametrize(
    "encoded",
    [
        SESSION_SECRET,
        _code(SESSION_SECRET),
        _code("x" + SESSION_SECRET + "tail"),
        _code("xy" + SESSION_SECRET + "tail"),
        base64.urlsafe_b64encode(f'{{"s":"{SESSION_SECRET}"}}'.encode()).decode(),
        quote(SESSION_SECRET, safe=""),
        SESSION_SECRET.encode().hex(),
        SESSION_SECRET[::-1],
        json.dumps({"k": SESSION_SECRET}).replace("/", "\\/"),
    ],
)
def test_a_known_secret_goes_in_every_common_encoding(encoded: str) -> None:
    redacted = redact(f"<<{encoded}>>", [SESSION_SECRET])

    assert "[redacted:credentials]" in redacted
    assert encoded[8:30] not in redacted


def test_a_known_secret_too_short_to_tell_from_words_is_left() -> None:
    assert redact("the key is in the door", ["key"]) == "the key is in the door"


@pytest.mark.parametrize(
    "field", ["password", "DB_PASSWORD", "clientSecret", "SecretString", "api-key", "UserData"]
)
def test_the_value_of_a_secret_field_goes(field: str) -> None:
    assert redact_value({field: "hunter2", "host": "db-1"}) == {field: "[redacted:field]", "host": "db-1"}


@pytest.mark.parametrize(
    "field", ["SecretArn", "secretName", "PasswordLastUsed", "NextToken", "KeyId", "TokenCount", "clientToken"]
)
def test_a_field_that_only_talks_about_a_secret_stays(field: str) -> None:
    assert redact_value({field: "orders"}) == {field: "orders"}


def test_name_and_value_pairs_are_understood() -> None:
    environment = [{"name": "DB_PASSWORD", "value": "hunter2"}, {"name": "DB_HOST", "value": "db-1"}]

    assert redact_value(environment) == [
        {"name": "DB_PASSWORD", "value": "[redacted:field]"},
        {"name": "DB_HOST", "value": "db-1"},
    ]


def test_a_wrapped_secret_goes_whole() -> None:
    assert redact_value({"UserData": {"Value": "IyEvYmluL2Jhc2g="}}) == {"UserData": {"Value": "[redacted:field]"}}


def test_a_reference_to_a_secret_stays() -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"
    assert redact_value({"password": arn, "token": None, "secret": True}) == {
        "password": arn,
        "token": None,
        "secret": True,
    }


def test_nesting_beyond_the_limit_becomes_a_note() -> None:
    value: Any = "hunter2"
    for _ in range(5000):
        value = [value]

    assert "[nested too deeply]" in str(redact_value(value))


_PIECES = st.sampled_from(
    [
        *(text for text, _, _ in PLANTED.values()),
        *HARMLESS,
        *"\"'=:;@/\\[]{} \n,",
        "[redacted:",
        "[redacted:token]",
        "password",
        "token",
        "secret: ",
        "://u:",
        "Bearer ",
    ]
)


@given(st.lists(_PIECES | st.text(max_size=12), max_size=12).map("".join))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text, [SESSION_SECRET])

    assert redact(once, [SESSION_SECRET]) == once


@given(
    st.recursive(
        st.text(max_size=20) | st.none() | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=8) | st.just("password"), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_a_value_keeps_its_shape_and_stays_json(value: Any) -> None:
    redacted = redact_value(value)

    assert type(redacted) is type(value)
    json.dumps(redacted)


HARD = {
    "one long word": "a" * 4000,
    "almost a jwt": ".eyJ" * 1000,
    "almost a key": "-----BEGIN PRIVATE KEY-----\n" * 140,
    "end of keys": ("A" * 64 + "\n") * 60,
    "names without values": "password secret token " * 180,
    "open quotes": 'password="' * 400,
    "escaped quotes": 'password=\\"' * 360,
    "urls": "://a:" * 800,
    "separators": "password" + " " * 2000 + "=" * 2000,
    "tokens": "IQoJb3JpZ2lu" * 330,
    "bearers": "bearer " * 570,
    "slashes": "a/" * 2000,
}


@pytest.mark.parametrize("name", HARD)
def test_work_grows_no_faster_than_the_text(name: str) -> None:
    """A ratio, not a time: 16 times the text may cost 16 times the work, here with a margin of six.

    Quadratic work would cost 256 times as much.
    """

    def work(text: str) -> float:
        def once() -> float:
            before = time.process_time()
            redact(text)
            return time.process_time() - before

        return max(min(once() for _ in range(4)), 1e-4)

    assert work(HARD[name] * 16) / work(HARD[name]) < 16 * 6


def test_the_replacement_names_the_kind() -> None:
    assert re.fullmatch(r"\[redacted:[a-z-]+\]", redact("AKIAIOSFODNN7EXAMPLE"))
