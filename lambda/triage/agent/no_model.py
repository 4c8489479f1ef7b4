"""No model at all: what stands behind the Model port when the module was told to ask none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from triage.domain.errors import ModelUnavailable

if TYPE_CHECKING:
    from triage.ports import ModelRequest


class NoModel:
    """Answers every request as a model that cannot be reached would."""

    def converse(self, request: ModelRequest, timeout_s: float) -> NoReturn:  # noqa: ARG002 - the port's signature
        """Never answers.

        Raises:
            ModelUnavailable: always.
        """
        raise ModelUnavailable('none is configured (bedrock_model_id = "none")')
