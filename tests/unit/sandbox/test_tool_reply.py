"""A reply fits its size, holds no secret, and believes only how the process ended."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.capture import Captured
from sandbox.contract import MAX_REPLY_BYTES
from sandbox.reply import build_reply
from sandbox.runner import HEAD_BYTES, TAIL_BYTES, Outcome

SECRET = "pLaNt3d/Secret+Access9Key0Of7This2Sessio"
STARTED = {"imports": {"json": True}, "guard": {"limits": "on"}}


def outcome(*lines: dict[str, Any], stdout: Captured | bytes = b"", **changes: Any) -> Outcome:
    captured = stdout if isinstance(stdout, Captured) else Captured(stdout, b"", 0)
    facts: dict[str, Any] = {
        "stdout": captured,
        "lines": [STARTED, *lines],
        "stopped": None,
        "signal_name": None,
        "exit_code": 0,
        "report_omitted_bytes": 0,
    }
    return Outcome(**facts | changes)


def done(**facts: Any) -> dict[str, Any]:
    return {"done": {"error": None, "result": None, "omitted_bytes": 0} | facts}


def reply_of(came: Outcome) -> dict[str, Any]:
    return build_reply(came, (SECRET,), 12.34).as_dict()


def test_code_that_ends_well_is_ok() -> None:
    reply = reply_of(outcome(done(result={"a": 1}), stdout=b"hello\n"))

    assert (reply["status"], reply["stdout"], reply["result"]) == ("ok", "hello\n", {"a": 1})
    assert (reply["error"], reply["truncated"], reply["guard"]) == (None, False, {"limits": "on"})


@pytest.mark.parametrize(
    ("came", "status", "words"),
    [
        (outcome(done(error="ValueError: x")), "error", "ValueError: x"),
        (outcome(stopped="deadline", signal_name="SIGKILL", exit_code=None), "timeout", "ran out of time"),
        (outcome(signal_name="SIGXCPU", exit_code=None), "timeout", "processor time"),
        (outcome(stopped="more than 256 MiB", signal_name="SIGKILL"), "killed", "more than 256 MiB"),
        (outcome(signal_name="SIGSEGV", exit_code=None), "killed", "SIGSEGV"),
        (outcome(exit_code=3), "killed", "exit code 3"),
        (outcome({"stopped": "os.system"}, exit_code=77), "killed", "os.system"),
    ],
)
def test_every_other_ending_has_its_status_and_reason(came: Outcome, status: str, words: str) -> None:
    reply = reply_of(came)

    assert reply["status"] == status
    assert words in reply["error"]


@pytest.mark.parametrize("ending", [{"stopped": "deadline"}, {"signal_name": "SIGKILL", "exit_code": None}])
def test_a_forged_report_does_not_turn_a_kill_into_success(ending: dict[str, Any]) -> None:
    assert reply_of(outcome(done(result="all is well"), **ending))["status"] != "ok"


@pytest.mark.parametrize(
    "line",
    [
        {"done": 5},
        {"evidence": "x"},
        {"evidence": {"title": {}, "output": None}},
        {"guard": {"audit": "on"}},
        {"omitted_bytes": -(2**70)},
        {"done": {"error": {"x": 1}, "omitted_bytes": "many"}},
    ],
)
def test_a_nonsensical_report_line_harms_nothing(line: dict[str, Any]) -> None:
    reply = reply_of(outcome(line, done()))

    assert reply["guard"] == {"limits": "on"}
    assert reply["omitted_bytes"] >= 0
    json.dumps(reply)


def test_secrets_are_taken_out_everywhere() -> None:
    text = f"k={SECRET} password=hunter2"
    reply = reply_of(
        outcome(
            {"evidence": {"title": text, "output": {"a": [text]}}},
            done(error=text, result={text: text, "token": "hunter2"}),
            stdout=text.encode(),
        )
    )

    assert SECRET not in json.dumps(reply)
    assert "hunter2" not in json.dumps(reply)


def test_hidden_characters_are_shown_everywhere() -> None:
    reply = reply_of(outcome(done(result=["\u202e"], error="\x1b[31m"), stdout="a\u200bb".encode()))

    assert reply["stdout"] == "a⟨U+200B⟩b"
    assert reply["result"] == ["⟨U+202E⟩"]
    assert reply["error"] == "⟨U+001B⟩[31m"


def test_bytes_that_are_no_text_become_text() -> None:
    assert reply_of(outcome(done(), stdout=bytes(range(256))))["stdout"].count("\ufffd") > 0


def test_a_long_output_keeps_both_ends_and_counts_the_rest() -> None:
    came = outcome(done(), stdout=Captured(b"first " + b"h" * 100_000, b"t" * 100_000 + b" last", 5_000_000))
    reply = reply_of(came)

    assert reply["stdout"].startswith("first ")
    assert reply["stdout"].endswith(" last")
    assert reply["truncated"] is True
    note = next(line for line in reply["stdout"].splitlines() if line.endswith("bytes left out]"))
    kept = len(reply["stdout"]) - len(note) - 2
    assert reply["omitted_bytes"] == 5_000_000 + 200_011 - kept
    assert note == f"[{reply['omitted_bytes']} bytes left out]"


@pytest.mark.parametrize("offset", range(0, 40, 3))
def test_a_secret_split_by_the_limit_shows_no_part(offset: int) -> None:
    head = (b"." * 9000 + SECRET.encode())[: 9000 + offset]
    tail = SECRET.encode()[offset:] + b"." * 9000

    reply = reply_of(outcome(done(), stdout=Captured(head, tail, 1)))

    assert SECRET[:8] not in reply["stdout"]
    assert SECRET[-8:] not in reply["stdout"]


@pytest.mark.parametrize("filler", ["\x00", '"', "😀", "\u200b", "password=hunter2 "])
def test_the_largest_possible_reply_fits(filler: str) -> None:
    big = filler * (300_000 // len(filler))
    raw = (filler * 2_000_000).encode()
    lines = [{"evidence": {"title": big, "output": big}}] * 4
    came = outcome(
        *lines, done(error=big, result=[big]), stdout=Captured(raw[:HEAD_BYTES], raw[-TAIL_BYTES:], 10**9)
    )

    reply = reply_of(came)

    assert len(json.dumps(reply)) <= MAX_REPLY_BYTES
    assert reply["truncated"] is True


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(
    st.lists(st.dictionaries(st.sampled_from(["done", "evidence", "stopped", "guard", "omitted_bytes"]), _JSON))
)
def test_no_report_whatever_makes_the_reply_fail(lines: list[dict[str, Any]]) -> None:
    reply = reply_of(outcome(*lines))

    assert reply["status"] in ("ok", "error", "killed")
    assert len(json.dumps(reply)) <= MAX_REPLY_BYTES
