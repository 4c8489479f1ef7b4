"""A running tool service per module: real processes, unprivileged."""

from tests.sandbox_host import tool

__all__ = ["tool"]
