"""Reads the command line, runs one command, and says what went wrong in words."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from cli.arguments import parser
from cli.errors import CliError, explained
from cli.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

_INTERRUPTED = 130


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    arguments = parser().parse_args(words)
    screen = Screen(quiet=getattr(arguments, "quiet", False))
    try:
        # A command is imported when it is run: `render` need not wait for the toolbox.
        return int(importlib.import_module(f"cli.{arguments.module}").run(arguments, screen))
    except CliError as error:
        return _failed(error)
    except (BotoCoreError, ClientError) as error:
        return _failed(explained(error))
    except KeyboardInterrupt:
        sys.stderr.write("\nalarm-triage: interrupted\n")
        return _INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output is gone; Python would complain about it once more
        return 0


def _failed(error: CliError) -> int:
    sys.stderr.write(f"alarm-triage: {error}\n")
    return int(error.code)
