"""Streams stay within memory; scratch directories are measured and always go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import scratch
from sandbox.capture import Capture


@given(st.lists(st.binary(max_size=40), max_size=30), st.integers(1, 30), st.integers(1, 30))
def test_head_and_tail_are_those_of_the_stream(pieces: list[bytes], head: int, tail: int) -> None:
    capture = Capture(head, tail)
    for piece in pieces:
        capture.feed(piece)
    stream, kept = b"".join(pieces), capture.captured()

    assert capture.is_empty == (not stream)
    if kept.omitted_bytes:
        assert (kept.head, kept.tail) == (stream[:head], stream[-tail:])
        assert kept.omitted_bytes == len(stream) - head - tail
    else:
        assert kept.head == stream


def test_a_flood_takes_no_more_memory_than_the_limits() -> None:
    capture = Capture(1000, 1000)
    for _ in range(1000):
        capture.feed(b"x" * 65536)

    kept = capture.captured()
    assert len(kept.head) + len(kept.tail) == 2000
    assert kept.omitted_bytes == 65536 * 1000 - 2000


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    path = tmp_path / "call"
    path.mkdir()
    return path


def test_files_within_the_quota_are_fine(directory: Path) -> None:
    (directory / "a").write_bytes(b"x" * 10_000)

    assert scratch.over_quota(str(directory)) is None


def test_many_small_files_together_exceed_the_quota(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "QUOTA_BYTES", 100_000)
    for number in range(30):
        (directory / str(number)).write_bytes(b"x" * 8_000)

    assert "MiB" in (scratch.over_quota(str(directory)) or "")


def test_too_many_files_exceed_the_quota(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "QUOTA_ENTRIES", 10)
    for number in range(11):
        (directory / str(number)).touch()

    assert "10 files" in (scratch.over_quota(str(directory)) or "")


def test_a_tree_too_deep_to_name_is_over_quota_and_still_removed(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=handle)
        inner = os.open("d", os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = inner
    os.close(handle)

    assert scratch.over_quota(str(directory)) is not None
    scratch.remove_scratch(str(directory))

    assert not directory.exists()


def test_directories_that_refuse_entry_are_removed(directory: Path) -> None:
    (directory / "a" / "b").mkdir(parents=True)
    (directory / "a" / "b" / "c").touch()
    (directory / "a" / "b").chmod(0)
    (directory / "a").chmod(0)
    directory.chmod(0)

    scratch.remove_scratch(str(directory))

    assert not directory.exists()


def test_links_are_removed_and_not_followed(directory: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").touch()
    (directory / "link").symlink_to(outside)

    scratch.remove_scratch(str(directory))

    assert not directory.exists()
    assert (outside / "precious").exists()
