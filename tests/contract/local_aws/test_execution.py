"""Functions run on the real runtime client, and report as Lambda does."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.contract.local_aws.account import Account, zipped
from tests.waiting import eventually

pytestmark = pytest.mark.slow

ECHO = """
    def handler(event, context):
        return event
"""


def test_given_a_python_function_when_invoked_then_the_real_runtime_client_serves_it(account: Account) -> None:
    name = account.function(
        """
        import sys
        def handler(event, context):
            return {
                "client": "awslambdaric" in sys.modules,
                "arn": context.invoked_function_arn,
                "memory": context.memory_limit_in_mb,
                "remaining": context.get_remaining_time_in_millis(),
                "version": list(sys.version_info[:2]),
            }
        """,
        timeout=7,
        memory=300,
    )
    seen = account.invoke(name)
    assert seen["client"] is True
    assert seen["arn"] == account.function_arn(name)
    assert seen["memory"] == "300"
    assert 5000 < seen["remaining"] <= 7000
    assert seen["version"] >= [3, 11]
    assert f"Python {seen['version'][0]}.{seen['version'][1]}" in account.running.status()["interpreter"]


def test_given_a_host_environment_when_invoked_then_the_function_sees_only_lambdas_own(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = account.function(
        """
        import os
        def handler(event, context):
            return dict(os.environ)
        """,
        variables={"OWN": "value"},
    )
    seen = account.invoke(name)
    assert seen["OWN"] == "value"
    assert seen["AWS_REGION"] == seen["AWS_DEFAULT_REGION"] == account.region
    assert seen["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert seen["_HANDLER"] == "app.handler"
    assert seen["AWS_LAMBDA_LOG_GROUP_NAME"] == f"/aws/lambda/{name}"
    assert not {"HOME", "VIRTUAL_ENV", "PYTEST_CURRENT_TEST", "GATEWAY_PORT", "USER"} & set(seen)


def test_given_a_server_run_by_root_when_invoked_then_the_function_has_no_privileges(account: Account) -> None:
    name = account.function(
        """
        import os
        def handler(event, context):
            status = open("/proc/self/status").read()
            task = os.environ["LAMBDA_TASK_ROOT"]
            return {
                "uid": os.getuid(),
                "groups": os.getgroups(),
                "no_new_privs": status.split("NoNewPrivs:")[1].split()[0],
                "task_writable": os.access(task, os.W_OK),
            }
        """
    )
    seen = account.invoke(name)
    assert seen["no_new_privs"] == "1"
    assert seen["uid"] == (65534 if os.getuid() == 0 else os.getuid())
    if os.getuid() == 0:
        assert seen["groups"] == []
        assert seen["task_writable"] is False


def test_given_layers_when_invoked_then_their_python_folder_is_importable_in_order(account: Account) -> None:
    arns = [
        account.client("lambda").publish_layer_version(
            LayerName=account.name("layer"), Content={"ZipFile": zipped(python__greeting=f"WORD = {word!r}")}
        )["LayerVersionArn"]
        for word in ("first", "second")
    ]
    name = account.function(
        """
        import greeting
        def handler(event, context):
            return greeting.WORD
        """,
        layers=tuple(arns),
    )
    assert account.invoke(name) == "second"


def test_given_two_calls_when_the_code_is_unchanged_then_the_environment_is_warm_and_new_code_gets_a_new_one(
    account: Account,
) -> None:
    source = """
        calls = 0
        def handler(event, context):
            global calls
            calls += 1
            return [{label!r}, calls]
    """
    name = account.function(source.format(label="old"))
    assert [account.invoke(name), account.invoke(name)] == [["old", 1], ["old", 2]]
    new = zipped(app=source.format(label="new"))
    account.client("lambda").update_function_code(FunctionName=name, ZipFile=new)
    assert account.invoke(name) == ["new", 1]


def test_given_an_invoked_function_then_the_hash_of_the_zip_that_ran_can_be_read_back(account: Account) -> None:
    code = zipped(app=ECHO)
    name = account.function(ECHO)
    account.client("lambda").update_function_code(FunctionName=name, ZipFile=code)
    account.invoke(name, {"a": 1})
    expected = hashlib.sha256(code)
    configuration = account.client("lambda").get_function_configuration(FunctionName=name)
    assert configuration["CodeSha256"] == base64.b64encode(expected.digest()).decode()
    ran = {one["function_name"]: one for one in account.running.status()["ran_code"]}
    assert ran[name]["code_sha256"] == expected.hexdigest()
    assert ran[name]["invocations"] == 1


def test_given_a_call_then_the_log_group_holds_its_lines_as_lambda_writes_them(account: Account) -> None:
    name = account.function(
        """
        import logging
        logging.getLogger().setLevel("INFO")
        def handler(event, context):
            print("printed")
            logging.info("two\\nlines")
        """
    )
    answer, _ = account.answer(name, {}, LogType="Tail")
    request_id = answer["ResponseMetadata"]["RequestId"]
    messages = account.log_messages(name)
    assert request_id
    assert re.fullmatch(r"START RequestId: [0-9a-f-]{36} Version: \$LATEST\n", messages[0])
    # Printed text and the logger's take different ways out of the runtime: their order is not given.
    printed, logged = sorted(messages[1:3], reverse=True)
    assert printed == "printed\n"
    assert re.match(r"\[INFO\].*\ttwo\nlines", logged)
    assert re.fullmatch(r"END RequestId: [0-9a-f-]{36}\n", messages[3])
    assert re.fullmatch(
        r"REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\t"
        r"Max Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t\n",
        messages[4],
    )
    assert len(messages) == 5
    assert "printed" in base64.b64decode(answer["LogResult"]).decode()


def test_given_a_handler_that_raises_then_the_caller_and_the_log_see_the_error(account: Account) -> None:
    name = account.function(
        """
        def handler(event, context):
            raise KeyError("missing")
        """
    )
    answer, payload = account.answer(name)
    assert answer["FunctionError"] == "Unhandled"
    assert (payload["errorType"], payload["errorMessage"]) == ("KeyError", "'missing'")
    error = next(message for message in account.log_messages(name) if message.startswith("[ERROR]"))
    assert error.startswith("[ERROR] KeyError: 'missing'\nTraceback (most recent call last):\n")


def test_given_a_handler_that_takes_too_long_then_it_is_ended_and_the_log_says_so(account: Account) -> None:
    name = account.function(
        """
        import threading
        def handler(event, context):
            print("started")
            threading.Event().wait(60)
        """,
        timeout=1,
    )
    answer, payload = account.answer(name)
    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "Sandbox.Timedout"
    assert re.fullmatch(r"RequestId: \S+ Error: Task timed out after 1\.00 seconds", payload["errorMessage"])
    messages = account.log_messages(name)
    assert "started\n" in messages
    assert any(re.match(r"\S+Z \S+ Task timed out after 1\.00 seconds", message) for message in messages)
    assert "Status: timeout" in messages[-1]


def test_given_a_handler_that_uses_too_much_memory_then_it_is_killed_and_the_report_shows_it(
    account: Account,
) -> None:
    name = account.function(
        """
        import time
        def handler(event, context):
            held = []
            while True:
                held.append(b"x" * 1_000_000)
                time.sleep(0.001)
        """,
        memory=128,
        timeout=20,
    )
    answer, payload = account.answer(name)
    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "Runtime.ExitError"
    assert payload["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")
    report = account.log_messages(name)[-1]
    assert "Memory Size: 128 MB\tMax Memory Used: 128 MB" in report
    assert "Error Type: Runtime.OutOfMemory" in report


def test_given_a_function_that_leaves_processes_behind_when_it_times_out_then_they_are_gone(
    account: Account,
) -> None:
    name = account.function(
        """
        import os, subprocess, sys, threading
        def handler(event, context):
            sleep = [sys.executable, "-c", "import time; time.sleep(300)"]
            child = subprocess.Popen(sleep, start_new_session=True)
            print(f"child {child.pid}")
            threading.Event().wait(60)
        """,
        timeout=1,
    )
    account.invoke(name)
    line = next(message for message in account.log_messages(name) if message.startswith("child "))
    child = Path("/proc") / line.split()[1]
    eventually(lambda: not child.exists(), "the function's child process is gone")


def test_given_a_module_that_cannot_be_imported_then_the_call_fails_at_once_with_its_reason(
    account: Account,
) -> None:
    name = account.function("import nowhere_to_be_found")
    _, payload = account.answer(name)
    assert payload["errorType"] == "Runtime.ImportModuleError"
    assert "nowhere_to_be_found" in payload["errorMessage"]


def test_given_calls_at_the_same_time_then_each_has_an_environment_of_its_own(account: Account) -> None:
    name = account.function(
        """
        import os, time
        def handler(event, context):
            time.sleep(0.5)
            return os.getpid()
        """
    )
    with ThreadPoolExecutor(3) as threads:
        pids = list(threads.map(lambda _: account.invoke(name), range(3)))
    assert len(set(pids)) == 3
