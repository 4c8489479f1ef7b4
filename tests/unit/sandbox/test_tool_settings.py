"""A missing or malformed environment variable is named at start, with what it should hold."""

from __future__ import annotations

import pytest

from sandbox.settings import ConfigurationError, load_settings

COMPLETE = {"INVESTIGATOR_ROLE_ARN": "arn:aws:iam::123456789012:role/x/investigator", "AWS_REGION": "eu-west-1"}


def test_defaults_fill_in_what_is_absent() -> None:
    settings = load_settings(COMPLETE)

    assert (settings.timeout_seconds, settings.memory_mib, settings.log_level) == (120, 2048, "INFO")
    assert settings.endpoint_url is None
    assert settings.account_id == "123456789012"


def test_every_variable_is_read() -> None:
    settings = load_settings(
        COMPLETE
        | {"TOOL_TIMEOUT_SECONDS": "60", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024", "LOG_LEVEL": "debug"}
        | {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "READABLE_LOGS": '["logs/AWSLogs/"]'}
    )

    assert (settings.timeout_seconds, settings.memory_mib, settings.log_level) == (60, 1024, "DEBUG")
    assert settings.endpoint_url == "http://127.0.0.1:4566"
    assert settings.readable_logs == ("logs/AWSLogs/",)


@pytest.mark.parametrize(
    "arn", ["arn:aws-cn:iam::123456789012:role/i", "arn:aws-us-gov:iam::123456789012:role/path/to/i"]
)
def test_other_partitions_are_accepted(arn: str) -> None:
    assert load_settings(COMPLETE | {"INVESTIGATOR_ROLE_ARN": arn}).investigator_role_arn == arn


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INVESTIGATOR_ROLE_ARN", None),
        ("INVESTIGATOR_ROLE_ARN", "investigator"),
        ("INVESTIGATOR_ROLE_ARN", "arn:aws:iam::123456789012:user/x"),
        ("AWS_REGION", None),
        ("AWS_REGION", "Ireland"),
        ("TOOL_TIMEOUT_SECONDS", "two minutes"),
        ("TOOL_TIMEOUT_SECONDS", "5"),
        ("TOOL_TIMEOUT_SECONDS", "901"),
        ("TOOL_TIMEOUT_SECONDS", "60.5"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_ENDPOINT_URL", "localhost:4566"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:port"),
        ("LOG_LEVEL", "chatty"),
        ("READABLE_LOGS", "my-logs/"),
        ("READABLE_LOGS", "[1]"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str | None) -> None:
    environ = {key: text for key, text in (COMPLETE | {name: value}).items() if text is not None}

    with pytest.raises(ConfigurationError, match=f"{name} is .*; it should hold"):
        load_settings(environ)
