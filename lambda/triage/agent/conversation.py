"""The conversation with the model: append-only, roles alternating as Converse requires, older outputs folded.

Every turn sends the whole conversation again, so what a tool printed is paid for in every later turn. Outputs that
the model has seen fold into one line each, in batches: a batch changes the conversation from its first output on,
and what a prompt cache holds from there on is lost, so it should be seldom. ``recall`` shows folded outputs again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from triage.ports import Message

FOLD_CHARACTERS = 28_000
"""Outputs seen by the model that add up to more are folded; a sweep and a check fit below it."""

MIN_FOLDED_CHARACTERS = 500
"""A shorter output is hardly longer than the line it would fold into."""


class Conversation:
    """Messages in Converse form, starting with one user message, which never changes."""

    def __init__(self, opening: str) -> None:
        self._messages: list[dict[str, Any]] = [{"role": "user", "content": [{"text": opening}]}]
        self._answering: dict[str, str] = {}
        self._digests: dict[tuple[int, str], str] = {}
        self._folded_to = 0
        self._marked: set[int] = set()

    @property
    def messages(self) -> Sequence[Message]:
        """The messages so far."""
        return tuple(self._messages)

    def next_stable(self) -> tuple[int, ...]:
        """Indexes of messages up to which a prompt cache pays in the request that is made now, ascending.

        The longest part that was marked before and is unchanged (a cache finds what is marked again); the last of
        what was folded; the latest message.
        """
        unchanged = max(self._marked, default=0)
        chosen = {unchanged, self._folded_to, len(self._messages) - 1}
        self._marked |= chosen
        return tuple(sorted(chosen))

    def add_assistant(self, message: Message) -> None:
        """Append what the model answered, untouched. An empty answer is left out: Converse rejects it later."""
        if message.get("content"):
            self._messages.append({"role": "assistant", "content": list(message["content"])})

    def may_fold(self, tool_use_id: str, digest: str) -> None:
        """Let the answer that is being put together for a tool call fold into ``digest``, once it was seen."""
        self._answering[tool_use_id] = digest

    def add_user(self, blocks: Sequence[dict[str, Any]]) -> None:
        """Append content of ours; merged into the last message when that is ours already."""
        if self._messages[-1]["role"] == "user":
            self._messages[-1]["content"].extend(blocks)
        else:
            self._messages.append({"role": "user", "content": list(blocks)})
        # Models need not give each call of an investigation an id of its own, only each call of a turn.
        self._digests |= {(len(self._messages) - 1, use_id): digest for use_id, digest in self._answering.items()}
        self._answering = {}

    def fold_if_long(self) -> bool:
        """Fold what the model has seen when it has grown too long; whether anything was folded."""
        seen = self._seen()
        return sum(map(self._length, seen)) > FOLD_CHARACTERS and self._fold(seen)

    def fold(self) -> bool:
        """Fold everything the model has seen; whether anything was folded."""
        return self._fold(self._seen())

    def fold_unseen(self) -> bool:
        """Fold also what it has asked for and not seen: it can recall one by one; whether anything was folded."""
        return self._fold(self._long(self._digests))

    def _seen(self) -> list[tuple[int, str]]:
        """Outputs that may be folded, oldest first: those before the model's last answer, if long enough."""
        last_answer = max((n for n, each in enumerate(self._messages) if each["role"] == "assistant"), default=0)
        return self._long(place for place in self._digests if place[0] < last_answer)

    def _long(self, places: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
        return [place for place in places if self._length(place) > MIN_FOLDED_CHARACTERS]

    def _length(self, place: tuple[int, str]) -> int:
        return sum(len(part["text"]) for result in self._results(place) for part in result["content"])

    def _results(self, place: tuple[int, str]) -> Iterator[dict[str, Any]]:
        index, use_id = place
        for block in self._messages[index]["content"]:
            if block.get("toolResult", {}).get("toolUseId") == use_id:
                yield block["toolResult"]

    def _fold(self, seen: list[tuple[int, str]]) -> bool:
        self._marked = {index for index in self._marked if not seen or index < seen[0][0]}
        for index, use_id in seen:
            self._messages[index] = _with_digest(self._messages[index], use_id, self._digests.pop((index, use_id)))
            self._folded_to = index
        return bool(seen)


def _with_digest(message: dict[str, Any], use_id: str, digest: str) -> dict[str, Any]:
    """The message anew: requests that were sent keep what they held."""
    content = [
        {"toolResult": block["toolResult"] | {"content": [{"text": digest}]}}
        if block.get("toolResult", {}).get("toolUseId") == use_id
        else block
        for block in message["content"]
    ]
    return message | {"content": content}
