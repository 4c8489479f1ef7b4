"""The few errors the product raises on purpose. Each says what happened, to what, and what to do."""

from __future__ import annotations


class TriageError(Exception):
    """Base of every error raised on purpose."""


class UnsupportedEvent(TriageError):
    """The event is not one of ours: count it, log its keys, return. Never retried, never billed."""


class MalformedEvent(TriageError):
    """The event is ours but cannot be read: an engineer gets a notice, no model is asked.

    Attributes:
        keys: top-level keys of the event, the only part of it that is safe to repeat.
    """

    def __init__(self, message: str, keys: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.keys = keys


class ConfigurationError(TriageError):
    """An environment variable is missing or malformed; the message names it and says what it should hold."""


class InvalidReport(TriageError):
    """The model's ``submit_report`` input does not fit the schema.

    Attributes:
        problems: one sentence per problem, each starting with the path of the field.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class ModelUnavailable(TriageError):
    """No configured model answered; the report is written from the evidence alone."""


class ContextOverflow(TriageError):
    """The conversation no longer fits the model's context window."""


class ToolUnavailable(TriageError):
    """The tool Lambda did not run the code; the message is safe to show to the model."""


class DeliveryError(TriageError):
    """A channel did not accept the report or notice; it must be tried again.

    Attributes:
        is_final: the channel will never accept it; trying again is no use.
        retry_after_s: how long the channel asked to be left alone.
    """

    def __init__(self, message: str, *, is_final: bool = False, retry_after_s: float = 0.0) -> None:
        super().__init__(message)
        self.is_final = is_final
        self.retry_after_s = retry_after_s


class TagsUnreadable(TriageError):
    """The tags of an alarm could not be read; the alarm is treated as one without tags."""


class TrackerUnavailable(TriageError):
    """The Tracker did not answer: nobody knows what was claimed, investigated or delivered before."""


class ClaimLost(TriageError):
    """Another attempt owns the investigation now; this one must not write or deliver anything."""


class UnknownInvestigation(TriageError):
    """No investigation with this id is remembered: it never was delivered, is forgotten by now, or is mistyped."""


class InvalidFeedback(TriageError):
    """The feedback lacks what it needs; the message says what."""
