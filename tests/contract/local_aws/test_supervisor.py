"""Whose memory counts as a function's: everything below its supervisor, whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from local_aws.functions import supervisor
from tests.waiting import eventually

pytestmark = pytest.mark.slow

FAMILY = """
import subprocess, sys, threading
def start():
    subprocess.Popen(["sh", "-c", "sleep 600 & wait"])
    threading.Event().wait()
threading.Thread(target=start, daemon=True).start()
sys.stdin.read()
"""
"""A process one of whose threads has a child with a child."""


@pytest.fixture
def family() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", FAMILY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as parent:  # noqa: S603 - as above
        yield parent
        os.killpg(parent.pid, signal.SIGKILL)


def test_given_a_thread_with_a_child_of_its_own_then_child_and_grandchild_are_below(
    family: subprocess.Popen[bytes],
) -> None:
    eventually(lambda: len(supervisor.descendants(family.pid)) == 2, "both have started")

    assert sorted(supervisor.below(family.pid)) == sorted(supervisor.descendants(family.pid))


def test_given_a_kernel_without_lists_of_children_then_they_are_found_by_their_parents(
    family: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    eventually(lambda: len(supervisor.descendants(family.pid)) == 2, "both have started")
    list_folder = os.listdir

    def without_threads(path: str) -> list[str]:
        if path.endswith("/task"):
            raise FileNotFoundError(path)
        return list_folder(path)

    monkeypatch.setattr(os, "listdir", without_threads)

    assert sorted(supervisor.below(family.pid)) == sorted(supervisor.descendants(family.pid))
    assert len(supervisor.below(family.pid)) == 2


def test_given_a_process_that_is_gone_then_nothing_is_below() -> None:
    with subprocess.Popen(["true"]) as gone:  # noqa: S607 - any short program
        gone.wait()

    assert supervisor.below(gone.pid) == []
