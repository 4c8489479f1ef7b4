"""What every filter pattern can be asked, and the one error of all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping


class InvalidPatternError(ValueError):
    """A pattern that is refused; the text is the message of the InvalidParameterException."""

    @classmethod
    def because(cls, reason: str) -> InvalidPatternError:
        """The service's own refusal ("Invalid filter pattern: …")."""
        return cls(f"Invalid filter pattern: {reason}")

    @classmethod
    def characters_in(cls, term: str) -> InvalidPatternError:
        """The service's refusal of a term that should have been quoted."""
        return cls.because(f"Invalid character(s) in term '{term}'")


class Pattern(ABC):
    """A compiled filter pattern."""

    names_fields: ClassVar[bool] = False
    """Whether values can be taken out of an event, for metric values and dimensions."""

    regular_expressions: int = 0
    """How many regular expressions it holds; their number is limited per pattern and per log group."""

    @abstractmethod
    def matches(self, message: str) -> bool:
        """Whether the log event's message matches."""

    def extracted(self, message: str) -> Mapping[str, str]:
        """What the pattern's selectors find in a matching message, as TestMetricFilter returns it."""
        del message
        return {}

    def value(self, message: str, selector: str) -> str | None:
        """What one selector (`$.field` or `$name`) finds in a matching message; None if nothing."""
        return self.extracted(message).get(selector)
