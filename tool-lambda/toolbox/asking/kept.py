"""What was read once in a look and serves several helpers: asked once, whoever asks first."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Kept:
    """Answers of one look, by question; a refusal is kept as well, so that nobody insists."""

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._answers: dict[str, Any] = {}
        self._errors: dict[str, Exception] = {}

    def once(self, question: str, read: Callable[[], T]) -> T:
        """The answer to a question; only the first who asks reads it, others wait for him.

        Args:
            question: Tells it from all others of the look.
            read: Gets the answer.

        Raises:
            Exception: Whatever reading it raised, each time.
        """
        with self._lock:
            lock = self._locks.setdefault(question, threading.Lock())
        with lock:
            if question in self._errors:
                raise self._errors[question]
            if question not in self._answers:
                try:
                    self._answers[question] = read()
                except Exception as error:
                    self._errors[question] = error
                    raise
            answer: T = self._answers[question]
            return answer
