"""The owners' context in the bucket, as S3 answers."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from triage.aws.account_context import S3AccountContext

TEXT = "# Shop\nCheckout → payments. Page for CRITICAL only.\n"


@mock_aws
def test_the_text_is_read_as_it_was_written() -> None:
    s3 = boto3.client("s3", "us-east-1")
    s3.create_bucket(Bucket="reports")
    s3.put_object(Bucket="reports", Key="context/context.md", Body=TEXT.encode())

    assert S3AccountContext("reports", "context/context.md", lambda: s3).read() == TEXT


@mock_aws
def test_an_object_that_is_gone_is_an_error_and_not_an_empty_text() -> None:
    s3 = boto3.client("s3", "us-east-1")
    s3.create_bucket(Bucket="reports")

    with pytest.raises(ClientError, match="NoSuchKey"):
        S3AccountContext("reports", "context/context.md", lambda: s3).read()


def test_without_a_key_nothing_is_asked() -> None:
    assert S3AccountContext("reports", "", lambda: pytest.fail("S3 was asked")).read() == ""
