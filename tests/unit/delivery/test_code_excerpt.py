"""What of a program is shown where there is room for a few lines only: the question, not its preparation."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.delivery.code_excerpt import LINE_CHARACTERS, telling_code

PREPARATION = '''\
"""What every question uses."""

import json
from datetime import timedelta

import boto3

LOOK_BACK: timedelta = timedelta(hours=2)
SIGNAL = json.loads('{"region": "us-east-2"}')
function = "api"


class Gap(Exception):
    """Something could not be read."""


def say(about, **facts):
    print(json.dumps({"about": about} | facts))


'''


def asked(code: str, limit: int = 5) -> list[str]:
    """The lines shown, without the count of those left out."""
    return [line for line in telling_code(code, limit) if not line.endswith((" more line)", " more lines)"))]


def test_imports_definitions_and_constants_are_passed_over() -> None:
    code = PREPARATION + 'logs = boto3.client("logs")\nprint(logs.describe_log_groups())\n'

    assert asked(code) == ['logs = boto3.client("logs")', "print(logs.describe_log_groups())"]


def test_the_body_of_the_function_that_is_called_tells_what_the_call_does() -> None:
    code = PREPARATION + textwrap.dedent(
        '''\
        def ask(signal):
            """Read the alarm.

            And its history.
            """
            for name in ("alarm", "history"):
                say(name)


        ask(SIGNAL)
        '''
    )

    assert asked(code) == [
        "ask(SIGNAL)",
        "def ask(signal):",
        '    for name in ("alarm", "history"):',
        "        say(name)",
    ]


def test_a_guarded_main_is_followed_as_well() -> None:
    code = 'async def main():\n    print(1)\n\nif __name__ == "__main__":\n    asyncio.run(main())\n'

    assert asked(code) == [
        'if __name__ == "__main__":',
        "    asyncio.run(main())",
        "async def main():",
        "    print(1)",
    ]


def test_the_lines_left_out_are_counted() -> None:
    assert telling_code("import json\nprint(1)\nprint(2)\nprint(3)", 2) == (
        "print(1)",
        "print(2)",
        "(2 more lines)",
    )
    assert telling_code("import json\nprint(1)", 5) == ("print(1)", "(1 more line)")
    assert telling_code("print(1)", 5) == ("print(1)",)


def test_a_long_line_is_shortened() -> None:
    (line,) = telling_code(f"print('{'x' * 500}')", 5)

    assert len(line) == LINE_CHARACTERS
    assert line.endswith("x ...")


@pytest.mark.parametrize(
    "code",
    [
        "import json\nprint(1",
        "import json\nSELECT * FROM logs",
        "import json\nprint('\x00')",
        "import json\nprint('\ud800')",
        "import json\n" + "-" * 100_000 + "1",
    ],
    ids=["unfinished", "other language", "NUL", "surrogate", "nested too deep"],
)
def test_what_does_not_parse_is_shown_as_text(code: str) -> None:
    (line,) = asked(code)

    assert line[:6] == code.splitlines()[1][:6]


def test_code_that_only_defines_is_shown_from_its_start() -> None:
    assert asked("import json\n\ndef ask():\n    pass\n") == ["def ask():", "    pass"]


def test_an_odd_escape_is_neither_a_warning_nor_unreadable() -> None:
    assert asked("import re\nX = 1\nprint(re.findall('\\d', 'a'))") == ["print(re.findall('\\d', 'a'))"]


@given(st.text(max_size=400), st.integers(min_value=1, max_value=8))
def test_whatever_the_code_is_the_excerpt_keeps_its_limits(code: str, limit: int) -> None:
    lines = telling_code(code, limit)

    assert len(lines) <= limit + 1
    assert all(len(line) <= LINE_CHARACTERS and len(line.splitlines()) <= 1 for line in lines)
