"""boto3 against the model server, as a process and in the test's own."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local_aws.model.backend import ConverseError, JsonObject, response
from local_aws.model.openai import OpenAiModel
from local_aws.model.scripted import ScriptedModel
from local_aws.model.server import serve
from tests.unit.local_aws_model.incidents import TOOLS, a_request, a_result, an_incident, dice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_aws.model.backend import Backend

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
HELLO: list[Any] = [{"role": "user", "content": [{"text": "hello"}]}]
MODEL = "global.anthropic.claude-sonnet-4-6"


def a_client(url: str) -> Any:
    config = Config(retries={"total_max_attempts": 1}, max_pool_connections=40)
    return boto3.client(
        "bedrock-runtime", endpoint_url=url, region_name="eu-west-1", config=config,
        aws_access_key_id="x", aws_secret_access_key="x",
    )  # fmt: skip


class Echo:
    """Answers with the model id and the first text it was sent."""

    description = "an echo"

    def converse(self, model_id: str, request: JsonObject) -> JsonObject:
        text = f"{model_id} {request['messages'][0]['content'][0]['text']}"
        return response({"role": "assistant", "content": [{"text": text}]}, "end_turn", 3, 2)


class Failing:
    """Answers every request with one error."""

    description = "a failure"

    def __init__(self, error: Exception) -> None:
        self._error = error

    def converse(self, model_id: str, request: JsonObject) -> JsonObject:
        raise self._error


@contextmanager
def client_of(backend: Backend) -> Iterator[Any]:
    with serve(backend) as server:
        yield a_client(server.url)


@pytest.mark.parametrize(
    "model_id", [MODEL, "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0"]
)
def test_a_model_id_arrives_as_it_was_given(model_id: str) -> None:
    with client_of(Echo()) as client:
        answer = client.converse(modelId=model_id, messages=HELLO)

    assert answer["output"]["message"]["content"] == [{"text": f"{model_id} hello"}]
    assert answer["usage"] == {"inputTokens": 3, "outputTokens": 2, "totalTokens": 5}
    assert answer["metrics"]["latencyMs"] >= 0
    assert answer["ResponseMetadata"]["RequestId"]


@pytest.mark.parametrize(
    ("code", "status"),
    [("ThrottlingException", 429), ("ModelNotReadyException", 429), ("ModelTimeoutException", 408),
     ("ModelErrorException", 424), ("ServiceUnavailableException", 503), ("AccessDeniedException", 403)],
)  # fmt: skip
def test_an_error_arrives_as_the_exception_boto3_knows(code: str, status: int) -> None:
    with (
        client_of(Failing(ConverseError(code, "told"))) as client,
        pytest.raises(getattr(client.exceptions, code)) as raised,
    ):
        client.converse(modelId=MODEL, messages=HELLO)

    assert raised.value.response["Error"] == {"Code": code, "Message": "told"}
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_backend_that_breaks_is_an_internal_error_without_its_innards(capfd: pytest.CaptureFixture[str]) -> None:
    with (
        client_of(Failing(RuntimeError("innards"))) as client,
        pytest.raises(client.exceptions.InternalServerException) as raised,
    ):
        client.converse(modelId=MODEL, messages=HELLO)

    assert "innards" not in str(raised.value)
    assert "innards" in capfd.readouterr().err


def test_an_unknown_model_id_is_a_validation_error() -> None:
    with (
        client_of(Echo()) as client,
        pytest.raises(client.exceptions.ValidationException, match="model identifier is invalid"),
    ):
        client.converse(modelId="no-such-model", messages=HELLO)


def test_a_broken_conversation_is_a_validation_error() -> None:
    with (
        client_of(Echo()) as client,
        pytest.raises(client.exceptions.ValidationException, match="must start with a user message"),
    ):
        client.converse(modelId=MODEL, messages=[{"role": "assistant", "content": [{"text": "hello"}]}])


def test_an_operation_that_is_not_served_says_what_is() -> None:
    with client_of(Echo()) as client, pytest.raises(ClientError, match="use POST /model/") as raised:
        client.invoke_model(modelId=MODEL, body=b"{}")

    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_thirty_requests_at_once_get_each_its_own_answer() -> None:
    together = threading.Barrier(30)

    class Together(Echo):
        def converse(self, model_id: str, request: JsonObject) -> JsonObject:
            together.wait(timeout=20)  # passes only while all thirty are being answered
            return super().converse(model_id, request)

    with client_of(Together()) as client, ThreadPoolExecutor(30) as pool:
        asked = [[{"role": "user", "content": [{"text": f"n{number}"}]}] for number in range(30)]
        answers = list(pool.map(lambda messages: client.converse(modelId=MODEL, messages=messages), asked))

    texts = [answer["output"]["message"]["content"][0]["text"] for answer in answers]
    assert texts == [f"{MODEL} n{number}" for number in range(30)]


def test_a_web_page_is_not_answered() -> None:
    with serve(Echo()) as server:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
        body = json.dumps({"messages": HELLO})
        connection.request("POST", f"/model/{MODEL}/converse", body, {"Origin": "https://evil.example"})
        answer = connection.getresponse()
        answer.read()
        connection.close()

    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (403, "AccessDeniedException")


def test_the_scripted_model_asks_in_parallel_and_takes_its_results_over_boto3() -> None:
    incident = an_incident(dice(1)).with_error("MemoryError")
    request = a_request([{"role": "user", "content": [{"text": f"signal: {json.dumps(incident.signal())}"}]}])
    with client_of(ScriptedModel()) as client:
        asked = client.converse(modelId=MODEL, **request)
        message = asked["output"]["message"]
        uses = [block["toolUse"] for block in message["content"] if "toolUse" in block]
        results = [
            a_result(use["toolUseId"], f"[E{n}] status=ok duration=1 ms\n") for n, use in enumerate(uses, 1)
        ]
        request["messages"] += [message, {"role": "user", "content": results}]
        reported = client.converse(modelId=MODEL, **request)

    assert asked["stopReason"] == reported["stopReason"] == "tool_use"
    assert {use["name"] for use in uses} == {TOOLS[0]}
    assert len(uses) == 4
    assert reported["output"]["message"]["content"][0]["toolUse"]["name"] == "submit_report"


class TestProcess:
    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "local_aws.model.server", *arguments]
        return subprocess.Popen(  # noqa: S603 (this interpreter and fixed arguments)
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def test_writes_its_port_answers_boto3_and_ends_cleanly(self, tmp_path: Path) -> None:
        port_file = tmp_path / "port"
        with self.start("--port", "0", "--port-file", str(port_file)) as process:
            try:
                deadline = time.monotonic() + 30
                while not port_file.exists():
                    assert process.poll() is None, process.communicate()
                    assert time.monotonic() < deadline
                    threading.Event().wait(0.02)
                client = a_client(f"http://127.0.0.1:{int(port_file.read_text())}")
                answer = client.converse(modelId=MODEL, messages=HELLO)
            finally:
                process.send_signal(signal.SIGTERM)
            output, errors = process.communicate(timeout=20)

        assert "scripted stand-in" in answer["output"]["message"]["content"][0]["text"]
        assert process.returncode == 0
        assert "answered by the scripted stand-in (no language model)" in output
        assert "Traceback" not in errors

    def test_a_busy_port_is_one_clear_sentence(self) -> None:
        with serve(Echo()) as server, self.start("--port", str(urlsplit(server.url).port)) as process:
            _, errors = process.communicate(timeout=30)

        assert process.returncode == 2
        assert errors.startswith("model server: port ")
        assert "--port 0 takes a free one" in errors
        assert "Traceback" not in errors

    def test_an_unknown_backend_is_refused(self) -> None:
        with self.start("--backend", "gpt") as process:
            _, errors = process.communicate(timeout=30)

        assert process.returncode == 2
        assert "write scripted, bedrock:<model id> or openai:" in errors

    def test_help_names_the_backends_and_what_was_never_tried(self) -> None:
        with self.start("--help") as process:
            output, _ = process.communicate(timeout=30)

        assert process.returncode == 0
        assert "never run against real Bedrock" in output


class FakeOpenAi(BaseHTTPRequestHandler):
    """An OpenAI-compatible server that answers as the test says and remembers what it was asked."""

    status = 200
    body: Any = None
    seen: dict[str, Any]

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.update(path=self.path, body=asked, authorization=self.headers.get("Authorization"))
        payload = self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class's name)
        """Stay quiet."""


@contextmanager
def fake_openai(body: Any, status: int = 200) -> Iterator[tuple[str, dict[str, Any]]]:
    seen: dict[str, Any] = {}
    handler = type("Handler", (FakeOpenAi,), {"status": status, "body": body, "seen": seen})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", seen
        server.shutdown()
        thread.join()


class TestOpenAiOverHttp:
    def test_an_answer_arrives_through_both_translations(self) -> None:
        message = {"role": "assistant", "content": "hi"}
        body = {
            "choices": [{"message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 5, "completion_tokens": 1},
        }
        with fake_openai(body) as (url, seen), client_of(OpenAiModel(url, "tiny", "key")) as client:
            answer = client.converse(modelId=MODEL, messages=HELLO)

        assert answer["output"]["message"]["content"] == [{"text": "hi"}]
        assert seen["path"] == "/v1/chat/completions"
        assert seen["authorization"] == "Bearer key"
        assert seen["body"]["model"] == "tiny"

    def test_without_a_model_of_its_own_the_requested_one_is_asked_and_no_key_is_sent(self) -> None:
        body = {"choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}]}
        with fake_openai(body) as (url, seen), client_of(OpenAiModel(url)) as client:
            client.converse(modelId=MODEL, messages=HELLO)

        assert seen["body"]["model"] == MODEL
        assert seen["authorization"] is None

    @pytest.mark.parametrize(
        ("status", "body", "code", "told"),
        [
            (401, {"error": {"message": "bad key"}}, "AccessDeniedException", "bad key"),
            (404, {"error": "no such model"}, "ResourceNotFoundException", "no such model"),
            (429, {"error": {"message": "slow down"}}, "ThrottlingException", "slow down"),
            (500, "<html>", "ServiceUnavailableException", "<html>"),
            (400, {"error": {"message": "x", "code": "context_length_exceeded"}}, "ValidationException",
             "Input is too long"),
            (200, "no json", "ServiceUnavailableException", "chat/completions"),
        ],
    )  # fmt: skip
    def test_refusals_are_told_in_the_words_of_converse(
        self, status: int, body: Any, code: str, told: str
    ) -> None:
        with (
            fake_openai(body, status) as (url, _),
            client_of(OpenAiModel(url, "tiny")) as client,
            pytest.raises(getattr(client.exceptions, code), match=told),
        ):
            client.converse(modelId=MODEL, messages=HELLO)

    def test_a_server_that_is_not_there_is_unavailable(self) -> None:
        with fake_openai({}) as (url, _):
            pass
        with (
            client_of(OpenAiModel(url, "tiny")) as client,
            pytest.raises(client.exceptions.ServiceUnavailableException, match="refused"),
        ):
            client.converse(modelId=MODEL, messages=HELLO)
