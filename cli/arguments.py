"""The command line: what there is, and help one would like at three in the morning."""

from __future__ import annotations

import argparse

from triage.domain.budget import Budget

DEFAULT_MODEL = "global.anthropic.claude-sonnet-4-6"
"""The module's own default (`bedrock_model_id`)."""
NO_MODEL = "none"
DEFAULT_FOLDER = "alarm-reports"

_EXAMPLES = """\
examples:
  ./alarm-triage investigate --alarm orders-5xx --first-look-only     what code finds, no model, nothing spent
  ./alarm-triage investigate --alarm orders-5xx --role-arn ARN        the whole investigation
  ./alarm-triage investigate --alarm orders-5xx --dry-run             what a model would be told
  ./alarm-triage backtest --days 30                                   what the module would have done, and cost
  ./alarm-triage render alarm-reports/…/report.json --as slack
  ./alarm-triage replay alarm-reports/…/transcript.jsonl.gz
  ./alarm-triage feedback 20261121T220424Z-0123456789 right --note "rolled back, fixed"

exit codes:
  0 done   1 replay: today's report differs   2 wrong command line or file   3 credentials or permissions
  4 not found   5 model-written code would not be contained here   6 AWS did not answer
  7 a model was asked and none answered: the report is the first look
"""
_INVESTIGATE = """\
Reads the alarm with your credentials, takes the first look, lets the model investigate, checks its report and
writes it to a folder and to the terminal. Nothing is deployed, nothing in the account is changed.

If the alarm is not in ALARM now, its latest change to ALARM is investigated; without one, its state now.

Code that the model writes never gets your credentials. It runs in a sandbox, in a session capped to reading
metadata, metrics and logs of one region: that of --role-arn, or, for the long-term keys of an IAM user, a
federated one. Where neither is possible the command refuses; --first-look-only needs neither.
"""
_BACKTEST = """\
Replays the account's alarm history through the module's own rules, on a simulated clock: which alarms would have
been investigated, suppressed, linked or told in a digest, what it would have cost, and which alarms flap.

CloudWatch keeps alarm history for some weeks only; the answer says how far back it really reached. Alarms deleted
since are counted by their history alone.
"""


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    whole = argparse.ArgumentParser(
        prog="alarm-triage",
        description="Investigate CloudWatch alarms from a checkout, with your own AWS credentials.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _investigate(_command(commands, "investigate", "investigate an alarm now", _INVESTIGATE))
    _replay(_command(commands, "replay", "show a recorded investigation, and check its report again", _REPLAY))
    _render(_command(commands, "render", "write an archived report in another form", _RENDER))
    _feedback(_command(commands, "feedback", "say whether a report was right", _FEEDBACK))
    _backtest(_command(commands, "backtest", "what the module would have done in the last weeks", _BACKTEST))
    return whole


_REPLAY = """\
Shows turn by turn what the model was told and what it answered, then checks the submitted report against the
recorded evidence with today's code. Exit code 0: the same report would be delivered; 1: another one, with the
difference.
"""
_RENDER = """\
Reads report.json (with transcript.jsonl.gz beside it where it is), a transcript, or the folder of both, and
writes the report as the product would: text is the e-mail, slack the body of the webhook call. Links are made
anew.
"""
_FEEDBACK = """\
Notes in the Tracker whether a report was right. Later investigations of the same alarm are told.
"""


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, brief: str, description: str
) -> argparse.ArgumentParser:
    made = commands.add_parser(
        name, help=brief, description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.set_defaults(module=name)
    return made


def _investigate(one: argparse.ArgumentParser) -> None:
    one.add_argument("--alarm", required=True, metavar="NAME", help="name of the alarm, any kind")
    _place(one)
    how = one.add_mutually_exclusive_group()
    how.add_argument(
        "--dry-run", action="store_true", help="take the first look, show what a model would get, stop"
    )
    how.add_argument("--first-look-only", action="store_true", help="report what code finds, ask no model")
    one.add_argument(
        "--model",
        default=DEFAULT_MODEL,
        metavar="ID",
        help="Bedrock model or inference profile (default: %(default)s)",
    )
    one.add_argument("--role-arn", metavar="ARN", help="role whose capped session the model's code gets")
    one.add_argument(
        "--context", metavar="FILE", help="what the model should know of the account, as in context_markdown"
    )
    one.add_argument(
        "--out",
        default=DEFAULT_FOLDER,
        metavar="DIR",
        help="folder that gets one folder per report (default: %(default)s)",
    )
    one.add_argument(
        "--minutes",
        metavar="N",
        type=_positive,
        default=15.0,
        help="time limit (default: 15, as the function has)",
    )
    one.add_argument(
        "--max-usd",
        metavar="USD",
        type=_positive,
        default=Budget().max_usd,
        help="spend limit (default: %(default)s)",
    )
    one.add_argument("--quiet", action="store_true", help="no progress on standard error")


def _replay(one: argparse.ArgumentParser) -> None:
    one.add_argument("transcript", metavar="TRANSCRIPT", help="transcript.jsonl.gz, or the folder it is in")
    one.add_argument("--full", action="store_true", help="every line of what was told and answered")
    one.add_argument("--json", action="store_true", help="as one JSON document")


def _render(one: argparse.ArgumentParser) -> None:
    one.add_argument("report", metavar="REPORT", help="report.json, transcript.jsonl.gz, or their folder")
    forms = ("text", "markdown", "html", "slack", "json")
    one.add_argument("--as", dest="form", choices=forms, default="text", help="form (default: text)")
    one.add_argument("--out", metavar="FILE", help="write it there instead of to standard output")


def _feedback(one: argparse.ArgumentParser) -> None:
    one.add_argument("id", metavar="ID", help="investigation id, as every report shows it")
    one.add_argument("verdict", choices=("right", "wrong"), help="whether the root cause was")
    one.add_argument("--note", metavar="TEXT", help="what it really was, or what helped")
    one.add_argument(
        "--table", metavar="NAME", help="Tracker table (default: asked of terraform, else found by name)"
    )
    _place(one)


def _backtest(one: argparse.ArgumentParser) -> None:
    one.add_argument("--days", metavar="N", type=_positive, default=30.0, help="how far back (default: 30)")
    one.add_argument("--alarm-prefix", metavar="TEXT", help="only alarms whose names begin so")
    one.add_argument(
        "--exclude-prefix",
        metavar="TEXT",
        action="append",
        help="no alarms whose names begin so; may be repeated (TargetTracking- are those that scale services)",
    )
    _place(one)
    settings = one.add_argument_group("settings of the module, with its defaults")
    settings.add_argument(
        "--window-hours", metavar="N", type=_not_negative, default=1.0, help="investigation_window_hours (1)"
    )
    settings.add_argument(
        "--group-minutes", metavar="N", type=_not_negative, default=10.0, help="group_window_minutes (10)"
    )
    settings.add_argument(
        "--per-hour", metavar="N", type=_whole, default=20, help="storm_guard.max_investigations_per_hour (20)"
    )
    settings.add_argument(
        "--daily-usd", metavar="USD", type=_positive, default=20.0, help="storm_guard.daily_budget_usd (20)"
    )
    settings.add_argument(
        "--digest-minutes", metavar="N", type=_whole, default=15, help="storm_guard.digest_interval_minutes (15)"
    )
    settings.add_argument("--no-refire-notices", action="store_true", help="notify_refire = false")
    settings.add_argument("--rearm-on-ok", action="store_true", help="rearm_on_ok = true")
    settings.add_argument(
        "--concurrency", metavar="N", type=_whole, default=5, help="max_concurrent_investigations (5)"
    )
    settings.add_argument(
        "--max-usd",
        metavar="USD",
        type=_positive,
        default=Budget().max_usd,
        help="investigation_budget.max_usd (1)",
    )
    assumed = one.add_argument_group("assumptions about one investigation")
    assumed.add_argument(
        "--model", default=DEFAULT_MODEL, metavar="ID", help="whose list price (default: %(default)s)"
    )
    assumed.add_argument("--input-tokens", metavar="N", type=_whole, default=40_000, help="tokens read (40000)")
    assumed.add_argument("--output-tokens", metavar="N", type=_whole, default=5_000, help="tokens written (5000)")
    assumed.add_argument(
        "--minutes", metavar="N", type=_positive, default=3.0, help="time from alarm to report (3)"
    )
    one.add_argument("--top", metavar="N", type=_whole, default=10, help="how many flapping alarms to list (10)")
    one.add_argument("--json", action="store_true", help="as one JSON document")
    one.add_argument("--quiet", action="store_true", help="no progress on standard error")


def _place(one: argparse.ArgumentParser) -> None:
    one.add_argument("--region", help="AWS region (default: that of the profile or AWS_REGION)")
    one.add_argument("--profile", help="AWS profile (default: what the AWS SDK finds)")


def _positive(text: str) -> float:
    value = _number(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def _not_negative(text: str) -> float:
    value = _number(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{text} is below 0")
    return value


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no number") from error
    if not abs(value) < 1e9:
        raise argparse.ArgumentTypeError(f"{text} is out of range")
    return value


def _whole(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10**9:
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 1 on")
    return int(text)
