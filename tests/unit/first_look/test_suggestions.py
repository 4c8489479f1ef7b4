"""What code suspects is told to the agent in one sentence each, as no more than it is."""

from __future__ import annotations

from tests.unit.first_look.builders import FUNCTION, breach, change, changes, error, logs, look_of, the_signal
from triage.domain.report import Category
from triage.first_look.document import FirstLook
from triage.first_look.reading import Reading
from triage.first_look.suggestions import MOST, likeliest, suggestions


def test_the_likeliest_comes_first_with_its_category_and_what_it_rests_on() -> None:
    deployed = change("lambda:UpdateFunctionCode", f"functionName={FUNCTION}", -4)
    look = look_of(breach(), logs(error("KeyError: 'RATES_TABLE'", 12)), changes(deployed))

    first, second = suggestions(Reading(the_signal(), look))

    assert first == (
        "likely, configuration_missing: the setting RATES_TABLE is missing in the configuration of order-writer "
        "(12 times since 02:13 UTC, none before the onset) "
        "[4 min after UpdateFunctionCode of order-writer by ci/run-7]."
    )
    assert second.startswith("possible, bad_deploy: ")


def test_there_are_few() -> None:
    texts = (
        "AccessDenied x",
        "ECONNREFUSED y",
        "OutOfMemoryError z",
        "Rate exceeded",
        "ENOSPC",
        "KeyError: 'A_B'",
    )

    assert len(suggestions(Reading(the_signal(), look_of(breach(), logs(*map(error, texts)))))) <= MOST


def test_nothing_is_suggested_where_nothing_fits_or_nothing_was_seen() -> None:
    assert suggestions(Reading(the_signal(), look_of(breach()))) == ()
    assert suggestions(Reading(the_signal(), FirstLook(gap="throttled"))) == ()


def test_the_likeliest_kind_of_cause_is_that_of_the_first_suggestion() -> None:
    reading = Reading(the_signal(), look_of(breach(), logs(error("KeyError: 'RATES_TABLE'", 12))))

    assert likeliest(reading) is Category.CONFIGURATION_MISSING
    assert suggestions(reading)[0].startswith("likely, configuration_missing")


def test_where_nothing_fits_no_kind_of_cause_is_likely() -> None:
    assert likeliest(Reading(the_signal(), FirstLook(gap="it is switched off"))) is None
    assert likeliest(Reading(the_signal(), look_of())) is None
