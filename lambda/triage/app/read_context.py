"""Read what the account's owners wrote about it, before a model is asked.

It is a help: an investigation without it is worth more than none, so what fails is counted and left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from untrusted import make_visible, redact

if TYPE_CHECKING:
    from triage.ports import AccountContext, Telemetry

MAX_CHARACTERS = 12_000
"""About 3,000 tokens, sent with every turn; Terraform refuses more."""


@dataclass(frozen=True)
class ReadContext:
    """Asks for the context once per investigation."""

    context: AccountContext
    telemetry: Telemetry

    def run(self) -> str:
        """The text, redacted: a runbook may hold a password; empty when there is none or it cannot be read."""
        try:
            return make_visible(redact(self.context.read()))[:MAX_CHARACTERS].strip()
        except Exception as error:
            self.telemetry.count("ContextsUnread")
            self.telemetry.failure("context_markdown could not be read", error)
            return ""
