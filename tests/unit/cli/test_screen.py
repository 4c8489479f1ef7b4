"""Progress: plain where nobody watches, and never a way to steer the terminal."""

from __future__ import annotations

import io

from cli.screen import Screen


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_pipe_gets_plain_lines() -> None:
    err = io.StringIO()
    screen = Screen(io.StringIO(), err, seconds=lambda: 0.0)

    screen.phase("first look")
    screen.step("ok")

    assert err.getvalue() == "   0.0s first look\n   0.0s   ok\n"


def test_a_terminal_gets_colours() -> None:
    err = Terminal()

    Screen(io.StringIO(), err, seconds=lambda: 0.0).phase("first look")

    assert "\033[1m" in err.getvalue()


def test_what_others_wrote_is_one_visible_line() -> None:
    err = io.StringIO()

    Screen(io.StringIO(), err).step("purpose\nwith lines \033[2J and an escape " + "x" * 500)

    assert err.getvalue().count("\n") == 1
    assert "\033" not in err.getvalue()
    assert len(err.getvalue()) < 140


def test_quiet_leaves_the_notes_and_the_answer() -> None:
    out, err = io.StringIO(), io.StringIO()
    screen = Screen(out, err, quiet=True)

    screen.phase("first look")
    screen.note("written to report.md")
    screen.answer("the report")

    assert (out.getvalue(), err.getvalue()) == ("the report\n", "written to report.md\n")
