"""Stack traces: rows that were written one by one are one error again, and its own frames are known."""

from __future__ import annotations

import pytest

from tests.log_batches import batch_of, detected, document, signals_of
from triage.domain.errors import UnsupportedEvent
from triage.domain.signal import LogError

EXPECTED = {
    "lambda_python_text": ("order_api.py:18 in get_order", "order_api.py:31 in handler"),
    "lambda_node_text": ("index.js:14 in Runtime.handler",),
    "lambda_json": ("store.py:40 in write", "invoices.py:12 in handler"),
    "powertools_json": ("bank.py:9 in pay_back", "app.py:25 in refund"),
    "container_rows": (
        "Cart.java:87 in com.acme.shop.Cart.total",
        "CheckoutController.java:41 in com.acme.shop.CheckoutController.checkout",
        "Cart.java:65 in com.acme.shop.Cart.first",
    ),
    "container_rows_as_filtered": (),
    "payment_service": (),
}


def the_error(name: str) -> LogError:
    """The only error of a fixture."""
    (signal,) = signals_of(document(name))
    assert signal.log is not None
    return signal.log


@pytest.mark.parametrize("name", EXPECTED)
def test_every_shape_of_a_trace_is_one_error_with_its_own_frames(name: str) -> None:
    assert the_error(name).frames == EXPECTED[name]


def test_of_rows_that_a_filter_let_through_one_by_one_head_exception_and_cause_are_one() -> None:
    error = the_error("container_rows_as_filtered")

    assert error.count == 1
    assert error.sample.splitlines()[1:] == [
        "java.lang.IllegalStateException: cart 8812 is empty",
        "Caused by: java.util.NoSuchElementException: no line items",
    ]


def test_two_requests_with_one_error_are_counted_together() -> None:
    assert the_error("lambda_python_text").count == 2


def test_lines_that_begin_by_themselves_stay_apart() -> None:
    lines = ["ERROR a: first", "ERROR b: second", "ValueError: third", "KeyError: 'fourth'"]

    found = [signal.log.sample for signal in signals_of(batch_of(lines)) if signal.log]

    assert found == ["ERROR a: first", "ERROR b: second\nValueError: third", "KeyError: 'fourth'"]


def test_a_trace_that_goes_on_later_is_not_joined() -> None:
    found = signals_of(batch_of([(0, "ERROR a: first"), (5_000, "java.lang.IllegalStateException: later")]))

    assert len(found) == 2


def test_a_python_traceback_written_row_by_row_ends_with_its_exception() -> None:
    rows = [
        "ERROR:root:could not pay",
        "Traceback (most recent call last):",
        '  File "/app/pay.py", line 3, in pay',
        "    bank.send()",
        "ValueError: no amount",
        "INFO:root:next request",
    ]

    first, second = signals_of(batch_of(rows))

    assert first.log is not None
    assert first.log.frames == ("pay.py:3 in pay",)
    assert first.log.template == "ERROR:root:could not pay | ValueError: no amount | at pay.py:pay"
    assert second.reason.endswith("INFO:root:next request")


def test_rows_whose_beginning_was_in_another_batch_are_no_error_of_their_own() -> None:
    (found,) = detected(batch_of(["\tat com.acme.Shop.pay(Shop.java:42)", "\t... 23 more"]))

    assert isinstance(found, UnsupportedEvent)
    assert "goes on with a stack trace" in str(found)


def test_a_runaway_recursion_is_one_error_however_deep_it_went() -> None:
    def overflow(depth: int) -> str:
        frames = "\n".join(["\tat com.acme.Tree.walk(Tree.java:9)"] * depth)
        return f"ERROR java.lang.StackOverflowError\n{frames}\n\tat com.acme.App.main(App.java:3)"

    (signal,) = signals_of(batch_of([overflow(5), overflow(90), overflow(200)]))

    assert signal.log is not None
    assert signal.log.count == 3
