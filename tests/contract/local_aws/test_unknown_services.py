"""What nobody answers for is refused in words, in each protocol."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from local_aws.process import Running

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("service", "operation", "given"),
    [
        ("synthetics", "describe_canaries", {}),
        ("securityhub", "get_findings", {}),
        ("support", "describe_trusted_advisor_checks", {"language": "en"}),
        ("redshift", "describe_clusters", {}),
    ],
    ids=["rest-json", "rest-json with a body", "json", "query"],
)
def test_a_service_nobody_answers_for_says_so(
    local_aws: Running, service: str, operation: str, given: dict[str, str]
) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(local_aws.client(service), operation)(**given)

    assert refused.value.response["Error"]["Code"] == "UnsupportedOperation"
    assert "This local AWS does not answer for " in refused.value.response["Error"]["Message"]
