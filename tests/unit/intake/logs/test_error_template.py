"""The template of an error: what varies never changes it, another exception or another frame always does."""

from __future__ import annotations

import json
import string
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.log_batches import document, signals_of
from triage.intake.logs.error_template import message_of, template_of
from triage.intake.logs.masking import masked

HEX = "0123456789abcdef"
BASE62 = string.ascii_letters + string.digits
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31))  # noqa: DTZ001 - hypothesis wants them naive


def _with_digit(text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return text.filter(lambda one: any(character.isdigit() for character in one))


VARYING: dict[str, st.SearchStrategy[str]] = {
    "number": st.integers(-(10**12), 10**12).map(str),
    "decimal": st.floats(-1e6, 1e6, allow_nan=False).map(lambda one: f"{one:.3f}"),
    "duration": st.tuples(st.integers(0, 99_999), st.sampled_from(["ms", "s", "us", "h"])).map(
        lambda one: f"{one[0]}{one[1]}"
    ),
    "size": st.tuples(st.integers(0, 99_999), st.sampled_from(["MB", "kB", "GiB", "B"])).map(
        lambda one: f"{one[0]}{one[1]}"
    ),
    "uuid": st.uuids().map(str),
    "hash": _with_digit(st.text(HEX, min_size=12, max_size=64)),
    "address": st.integers(0, 2**64).map(hex),
    "token": _with_digit(st.text(BASE62, min_size=20, max_size=40)),
    "ipv4": st.ip_addresses(v=4).map(str),
    "ipv4 and port": st.tuples(st.ip_addresses(v=4), st.integers(1, 65535)).map(lambda one: f"{one[0]}:{one[1]}"),
    "ipv6": st.ip_addresses(v=6).map(str).filter(lambda one: one.count(":") > 1 and "." not in one),
    "host of an address": st.ip_addresses(v=4).map(lambda one: f"ip-{str(one).replace('.', '-')}"),
    "iso time": moments.map(lambda one: one.isoformat() + "Z"),
    "log4j time": moments.map(lambda one: one.strftime("%Y-%m-%d %H:%M:%S,") + f"{one.microsecond // 1000:03}"),
    "access log time": moments.map(lambda one: one.strftime("%d/%b/%Y:%H:%M:%S +0000")),
    "syslog time": moments.map(lambda one: one.strftime("%b %e %H:%M:%S")),
    "epoch": moments.map(lambda one: str(int(one.replace(tzinfo=UTC).timestamp() * 1000))),
    "e-mail": st.emails().filter(lambda one: all(c.isalnum() or c in "@.-_+" for c in one)),
    "list": st.lists(st.integers(0, 9999), min_size=1, max_size=9).map(lambda one: ", ".join(map(str, one))),
    "id with a prefix": st.text(HEX, min_size=8, max_size=20)
    .filter(lambda one: one[0].isdigit())
    .map("req_".__add__),
}
WORDS = st.text(string.ascii_letters, min_size=3, max_size=12)
ROW = "ERROR [Payments] could not charge {} for the customer: refused"


@pytest.mark.parametrize("kind", VARYING)
@settings(max_examples=40)
@given(data=st.data())
def test_what_varies_in_a_message_never_changes_the_template(kind: str, data: st.DataObject) -> None:
    first, second = data.draw(VARYING[kind]), data.draw(VARYING[kind])

    assert template_of(ROW.format(first)).text == template_of(ROW.format(second)).text


@given(st.permutations(sorted(VARYING)), st.data())
def test_several_of_them_in_one_line_do_not_either(kinds: list[str], data: st.DataObject) -> None:
    def line() -> str:
        values = [data.draw(VARYING[kind]) for kind in kinds[:4]]
        return f"ERROR job {values[0]} at {values[1]} of {values[2]} failed after {values[3]} tries"

    assert template_of(line()).text == template_of(line()).text


@given(
    moments, moments, st.sampled_from(["%Y-%m-%dT%H:%M:%S.%fZ ", "[%d/%b/%Y:%H:%M:%S +0000] ", "%b %d %H:%M:%S "])
)
def test_the_time_in_front_of_a_line_is_left_out(first: datetime, second: datetime, form: str) -> None:
    templates = [template_of(f"{moment.strftime(form)}ERROR no space left") for moment in (first, second)]

    assert {one.text for one in templates} == {"ERROR no space left"}
    assert templates[0].headline == "ERROR no space left"


@given(WORDS, WORDS)
def test_other_words_are_another_error(first: str, second: str) -> None:
    same = template_of(ROW.format(first)).text == template_of(ROW.format(second)).text

    assert same == (first == second)


JAVA = """2026-11-21 03:00:00,100 ERROR [exec-{thread}] c.a.shop.Checkout - cart {cart} failed
java.lang.{exception}: cart {cart} is empty
\tat com.acme.shop.{frame}.total({frame}.java:{line})
\tat com.acme.shop.Checkout.pay(Checkout.java:{line})
\tat org.springframework.web.Dispatcher.{library}(Dispatcher.java:{line})
Caused by: java.util.{cause}: no line items
\t... {line} more"""
PYTHON = """[ERROR]\t2026-11-21T03:00:00.215Z\t1b4f0e98-51aa-4b0e-8f5a-0a9c7a8f1e{thread:02}\t{exception}: {cart}
Traceback (most recent call last):
  File "/var/task/{library}.py", line {line}, in {frame}
    pay({cart})
  File "/var/lang/lib/python3.13/site-packages/{library}/core.py", line {line}, in send
    raise {exception}({cart})
{cause}: {cart}"""
NODE = """{{"level":"ERROR","message":"cart {cart} failed","errorType":"{exception}",\
"errorMessage":"{cause} {cart}","stack":["{exception}: {cause} {cart}",\
"    at {frame}.pay (/var/task/index.js:{line}:5)",\
"    at {frame}.run (/var/task/node_modules/{library}/index.js:{line}:5)"]}}"""
TRACES = {"java": JAVA, "python": PYTHON, "node": NODE}
USUAL = {"exception": "IllegalState", "frame": "Cart", "cause": "NoSuchElement", "library": "service"}


def trace(form: str, thread: int = 1, cart: int = 1, line: int = 1, **names: str) -> str:
    """A stack trace of one error, of one occurrence of it."""
    found = USUAL | names
    found |= {key: f"{found[key]}Exception" for key in ("exception", "cause")}
    return TRACES[form].format(thread=thread, cart=cart, line=line, **found)


@pytest.mark.parametrize("form", TRACES)
@given(st.integers(10, 99), st.integers(0, 10**9), st.integers(1, 9999))
def test_ids_threads_and_line_numbers_never_change_the_template_of_a_trace(
    form: str, thread: int, cart: int, line: int
) -> None:
    assert template_of(trace(form, thread, cart, line)).text == template_of(trace(form)).text


@pytest.mark.parametrize("form", TRACES)
@pytest.mark.parametrize("part", ["exception", "frame", "cause"])
@given(name=st.text(string.ascii_letters, min_size=4, max_size=12).map(str.capitalize))
def test_another_exception_frame_or_cause_always_does(form: str, part: str, name: str) -> None:
    same = template_of(trace(form, **{part: name})).text == template_of(trace(form)).text

    assert same == (name == USUAL[part])


@pytest.mark.parametrize("form", ["java", "node"])
def test_frames_of_libraries_do_not_count_beside_own_ones(form: str) -> None:
    assert template_of(trace(form, library="filter")).text == template_of(trace(form)).text


def test_where_libraries_are_all_there_is_the_nearest_frame_counts() -> None:
    def only(name: str) -> str:
        return f"ERROR pool\n\tat com.zaxxer.hikari.{name}(Pool.java:1)\n\tat java.lang.Thread.run(Thread.java:2)"

    assert template_of(only("get")).text != template_of(only("close")).text
    assert template_of(only("get")).frames == ()


def test_the_same_record_in_another_order_of_keys_is_the_same_error() -> None:
    record = {"level": "error", "message": "no answer", "errorType": "Timeout", "requestId": "a1"}
    turned = dict(reversed(record.items())) | {"requestId": "b2", "extra": 7}

    assert (
        template_of(json.dumps(record)).text == template_of(json.dumps(turned)).text == "ERROR no answer | Timeout"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "payment_service",
            (
                "ERROR [Database] Connection refused at port 5432. | "
                'Caused by: FATAL: password authentication failed for user "admin"'
            ),
        ),
        (
            "lambda_json",
            "ERROR invoice 20431 not written | TimeoutError | no answer from 10.2.0.17:6379 within 3000 ms",
        ),
        ("powertools_json", "ERROR refund failed | BankClosed | bank.BankClosed: closed until 08:00"),
        (
            "lambda_node_text",
            (
                "ERROR Invoke Error Cannot read properties of undefined (reading 'total') | "
                "TypeError: Cannot read properties of undefined (reading 'total')"
            ),
        ),
    ],
)
def test_the_message_of_an_error_is_what_it_says_without_stamps_and_frames(name: str, message: str) -> None:
    (event, *_) = document(name)["logEvents"]

    assert message_of(event["message"]) == message


@pytest.mark.parametrize(
    ("line", "template"),
    [
        ("ERROR ORA-00942: table 17 does not exist", "ERROR ORA-00942: table <*> does not exist"),
        ("ERROR call to /orders/17 ended with status 503", "ERROR call to /orders/<*> ended with status 503"),
        ("ERROR GET https://x.example/a?user=1&b=2 HTTP 429", "ERROR GET https://x.example/a?<*> HTTP 429"),
        ("Critical: pod shop-7d9f8b6c5-x2x9z evicted", "Critical: pod shop-<*> evicted"),
        ("ERROR user_id=alice tenant='b c' order=new", "ERROR user_id=<*> tenant=<*> order=new"),
        (
            "ERROR worker12 lost S3 and Base64DecoderException",
            "ERROR worker<*> lost S<*> and Base<*>DecoderException",
        ),
        ("2026-11-21T03:00:00Z 17", "<*>"),
        ("", "<*>"),
    ],
)
def test_a_template_can_be_read(line: str, template: str) -> None:
    assert template_of(line).text == template


def test_codes_that_name_an_error_tell_errors_apart() -> None:
    assert template_of("ERROR status 503").text != template_of("ERROR status 404").text


DIGESTS = {
    "container_rows": "55327107065c69e705e5cfe8e55fb187",
    "container_rows_as_filtered": "ec6aa4bbe19d258d216d40ffb178d572",
    "lambda_json": "08890c0c56375fef37eefa95e950655a",
    "lambda_node_text": "55e63f1065011a2a68ccb24958b15ba2",
    "lambda_python_text": "0dcda27f1e41e54391ad628bafc5c8a6",
    "payment_service": "4d4ba5ee2d7f3b2bf1ff5fcd90cf2642",
    "powertools_json": "f9876ff2a0ad36fda9ee602d380b6ff3",
}


@pytest.mark.parametrize("name", DIGESTS)
def test_the_rule_stays_what_it_is(name: str) -> None:
    """Another digest makes every error that was ever investigated a new one: change these on purpose only."""
    (signal,) = signals_of(document(name))

    assert signal.subject.rpartition("/")[2] == DIGESTS[name]


@given(st.text(max_size=400))
def test_masking_is_total_and_repeating_it_changes_nothing(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@given(st.text(max_size=600))
def test_any_text_has_a_template_of_bounded_length(text: str) -> None:
    found = template_of(text)

    assert 0 < len(found.text) < 10_000
    assert len(found.digest) == 32


@settings(deadline=None, max_examples=40)
@given(st.text("aA1 =:/?<(\t\"'.-@{", min_size=1, max_size=12))
def test_no_text_takes_long(unit: str) -> None:
    started = time.process_time()
    template_of(f"ERROR {unit * (64_000 // len(unit))}")

    assert time.process_time() - started < 3.0
