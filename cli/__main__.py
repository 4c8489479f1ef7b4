"""Starts the command line from a checkout: `python -m cli …`; `./alarm-triage …` makes its environment first."""

from __future__ import annotations

import sys
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parent.parent
# Source roots, as Lambda unpacks them beside each other.
sys.path[:0] = [str(_CHECKOUT / name) for name in ("lambda", "tool-lambda", "layer")]

from cli.main import main  # noqa: E402 - needs the source roots

if __name__ == "__main__":
    sys.exit(main())
