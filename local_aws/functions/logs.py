"""A function's output: read from its pipes while it runs, written to its log stream as Lambda does.

A line of stdout or stderr is one log event. What goes through the runtime client's logger arrives in frames
(4 bytes type, 4 bytes length, 8 bytes timestamp in microseconds, message), so a traceback is one event of
several lines, as on Lambda.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

_FRAME_HEADER = struct.Struct(">IIQ")
_FRAME_TYPE_MASK = 0xA55A0000
_READ_BYTES = 1 << 16
_TAIL_BYTES = 4096
"""LogType=Tail returns the last 4 KB (Lambda API reference, Invoke)."""

LogSink = Callable[[int, str], None]
"""Takes a timestamp (epoch milliseconds) and a message."""


@dataclass
class _Pipe:
    read_fd: int
    parse: Callable[[bytearray], list[tuple[int, str]]]
    pending: bytearray


class FunctionLogs:
    """Collects one environment's output and passes it on, in order, to its log stream."""

    def __init__(self, sink: LogSink) -> None:
        self._sink = sink
        self._lock = threading.Lock()
        self._tail: deque[str] = deque(maxlen=1000)
        self._pipes: list[_Pipe] = []
        self._selector = selectors.DefaultSelector()
        self._closed = False

    def pipe(self, *, framed: bool) -> int:
        """Open a pipe for the function; the write end's descriptor, to be closed after the function started."""
        read_fd, write_fd = os.pipe()
        os.set_blocking(read_fd, False)
        pipe = _Pipe(read_fd, _frames if framed else _lines, bytearray())
        self._pipes.append(pipe)
        self._selector.register(read_fd, selectors.EVENT_READ, pipe)
        return write_fd

    def start(self) -> None:
        """Keep reading until closed, so that a function never blocks on a full pipe."""
        threading.Thread(target=self._pump, daemon=True, name="function-logs").start()

    def write(self, message: str) -> None:
        """Add a line of the platform itself (START, END, REPORT, a time-out)."""
        with self._lock:
            self._emit(int(time.time() * 1000), message)

    def drain(self) -> None:
        """Read what the function has written so far: what it wrote before its answer is in the pipe by then."""
        with self._lock:
            for pipe in self._pipes:
                self._read(pipe)

    def begin_tail(self) -> None:
        """Start collecting for LogType=Tail."""
        with self._lock:
            self._tail.clear()

    def tail(self) -> str:
        """The last 4 KB since `begin_tail`."""
        with self._lock:
            return "".join(self._tail).encode()[-_TAIL_BYTES:].decode(errors="ignore")

    def close(self) -> None:
        """Flush, including a last line without its end, and give the pipes back."""
        with self._lock:
            if self._closed:
                return
            for pipe in self._pipes:
                self._read(pipe)
                if pipe.pending and pipe.parse is _lines:
                    self._emit(int(time.time() * 1000), pipe.pending.decode(errors="replace"))
                with contextlib.suppress(KeyError, ValueError):
                    self._selector.unregister(pipe.read_fd)
                os.close(pipe.read_fd)
            self._closed = True
            self._selector.close()

    def _pump(self) -> None:
        while True:
            try:
                self._selector.select(timeout=0.5)
            except (OSError, ValueError):
                return  # closed while waiting
            with self._lock:
                open_pipes = [] if self._closed else [self._read(pipe) for pipe in self._pipes]
            if not any(open_pipes):
                return

    def _read(self, pipe: _Pipe) -> bool:
        while True:
            try:
                data = os.read(pipe.read_fd, _READ_BYTES)
            except BlockingIOError:
                return True
            except OSError:
                return False
            pipe.pending += data
            for timestamp_ms, message in pipe.parse(pipe.pending):
                self._emit(timestamp_ms, message)
            if not data:
                return False

    def _emit(self, timestamp_ms: int, message: str) -> None:
        text = message if message.endswith("\n") else message + "\n"
        self._tail.append(text)
        self._sink(timestamp_ms, text)


def _lines(pending: bytearray) -> list[tuple[int, str]]:
    """Cut whole lines off; they carry no time of their own."""
    now = int(time.time() * 1000)
    *lines, rest = bytes(pending).split(b"\n")
    pending[:] = rest
    return [(now, line.decode(errors="replace")) for line in lines]


def _frames(pending: bytearray) -> list[tuple[int, str]]:
    """Cut whole frames off; bytes that are no frame (a function writing to the descriptor itself) are dropped."""
    found = []
    while len(pending) >= _FRAME_HEADER.size:
        kind, length, timestamp_us = _FRAME_HEADER.unpack_from(pending)
        if kind & 0xFFFF0000 != _FRAME_TYPE_MASK:
            pending.clear()
            break
        end = _FRAME_HEADER.size + length
        if len(pending) < end:
            break
        found.append((timestamp_us // 1000, bytes(pending[_FRAME_HEADER.size : end]).decode(errors="replace")))
        del pending[:end]
    return found
