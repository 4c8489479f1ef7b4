"""What is written down of each turn, and how it is found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_aws.model.turns import TurnLog, read, trace_root

HEADER = "Root=1-6b022722-b45ce75ea688f1f7652934aa;Parent=53995c3f42cd8ad8;Sampled=0"
REPLY = {
    "stopReason": "tool_use",
    "usage": {"inputTokens": 10, "cacheReadInputTokens": 5, "outputTokens": 3},
    "output": {
        "message": {
            "content": [
                {"text": "a secret thought"},
                {"toolUse": {"name": "run_python", "input": {"code": "x", "purpose": "Whether it may read"}}},
                {"toolUse": {"name": "recall", "input": "E1"}},
            ]
        }
    },
}


def test_a_turn_is_kept_with_its_times_tokens_and_wishes_and_none_of_its_words(tmp_path: Path) -> None:
    path = tmp_path / "turns.jsonl"

    with TurnLog(path).turn("a.model", HEADER) as turn:
        turn.answered(REPLY)

    [kept] = read(path)
    assert (kept.trace, kept.model_id) == ("1-6b022722-b45ce75ea688f1f7652934aa", "a.model")
    assert kept.began_ns <= kept.ended_ns
    assert (kept.stop_reason, kept.input_tokens, kept.output_tokens) == ("tool_use", 15, 3)
    assert kept.asks == [["run_python", "Whether it may read"], ["recall", ""]]
    assert "secret" not in path.read_text()


def test_a_turn_that_fails_is_kept_with_the_error(tmp_path: Path) -> None:
    path = tmp_path / "turns.jsonl"

    with pytest.raises(TimeoutError), TurnLog(path).turn("a.model", ""):
        raise TimeoutError

    assert [turn.error for turn in read(path)] == ["TimeoutError"]


def test_a_line_that_is_still_being_written_is_left_for_later(tmp_path: Path) -> None:
    path = tmp_path / "turns.jsonl"
    with TurnLog(path).turn("a.model", HEADER):
        pass
    path.write_text(path.read_text() + '{"trace": "1-')

    assert len(read(path)) == 1
    assert read(tmp_path / "missing") == []


@pytest.mark.parametrize("header", ["", "Sampled=0", "Parent=1;Self=2"])
def test_without_a_trace_a_turn_belongs_to_nobody(header: str) -> None:
    assert trace_root(header) == ""
