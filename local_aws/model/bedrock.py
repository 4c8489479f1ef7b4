"""Forwards Converse to Amazon Bedrock with the user's own credentials.

Contract-tested with botocore's Stubber; it was never run against real Bedrock.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound

from local_aws.model.backend import ConverseError

if TYPE_CHECKING:
    from botocore.model import Shape

    from local_aws.model.backend import JsonObject

READ_TIMEOUT_S = 300


class BedrockNotUsable(ValueError):
    """Credentials, profile or region are missing; the message says what to set."""


class BedrockModel:
    """A backend that passes requests, answers and errors through.

    Args:
        model_id: the model asked, whatever model the request names.
        client: a ``bedrock-runtime`` client.
    """

    def __init__(self, model_id: str, client: Any) -> None:
        self._model_id = model_id
        self._client = client
        self._input = client.meta.service_model.operation_model("Converse").input_shape

    @classmethod
    def with_own_credentials(cls, model_id: str, profile: str | None, region: str | None) -> BedrockModel:
        """A backend for AWS itself: endpoint settings that point at a local AWS are not used.

        Raises:
            BedrockNotUsable: no credentials or no region.
        """
        try:
            session = boto3.Session(profile_name=profile, region_name=region)
        except ProfileNotFound as error:
            raise BedrockNotUsable(f"bedrock: {error}; write a profile of ~/.aws/config") from error
        if not session.region_name:
            raise BedrockNotUsable("bedrock: no region; write --region or set AWS_REGION")
        if session.get_credentials() is None:
            raise BedrockNotUsable("bedrock: no AWS credentials; write --profile or run `aws configure`")
        settings: dict[str, Any] = {
            "read_timeout": READ_TIMEOUT_S,
            # The caller retries by itself; retrying here as well would multiply its attempts.
            "retries": {"mode": "standard", "total_max_attempts": 1},
            "ignore_configured_endpoint_urls": True,
        }
        return cls(model_id, session.client("bedrock-runtime", config=Config(**settings)))

    @property
    def description(self) -> str:
        """The model and the region it is asked in."""
        return f"Amazon Bedrock model {self._model_id} in {self._client.meta.region_name} (costs money)"

    def converse(self, model_id: str, request: JsonObject) -> JsonObject:
        """Forward the request.

        Raises:
            ConverseError: with code, status and message of Bedrock's own answer.
        """
        del model_id
        arguments = _with_bytes(request, self._input)
        arguments["modelId"] = self._model_id
        try:
            answer = self._client.converse(**arguments)
        except ClientError as error:
            detail = error.response["Error"]
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            raise ConverseError(detail["Code"], detail.get("Message", ""), status) from error
        except BotoCoreError as error:
            raise ConverseError("ServiceUnavailableException", f"Bedrock was not reached: {error}") from error
        answer.pop("ResponseMetadata", None)
        encoded: JsonObject = _with_base64(answer)
        return encoded


def _with_bytes(value: Any, shape: Shape | None) -> Any:
    """JSON of the wire as arguments of the client: members that are blobs arrive as base64."""
    kind = getattr(shape, "type_name", None)
    if kind == "blob" and isinstance(value, str):
        return base64.b64decode(value)
    if kind == "structure" and isinstance(value, dict) and not getattr(shape, "is_document_type", False):
        members: Any = getattr(shape, "members", {})
        return {name: _with_bytes(item, members.get(name)) for name, item in value.items()}
    if kind == "list" and isinstance(value, list):
        return [_with_bytes(item, getattr(shape, "member", None)) for item in value]
    return value


def _with_base64(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: _with_base64(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_base64(item) for item in value]
    return value
