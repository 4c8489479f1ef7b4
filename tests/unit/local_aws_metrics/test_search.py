"""Search expressions by the user guide's examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.metrics.math.errors import ExpressionError
from local_aws.metrics.math.search import parse, partly
from local_aws.metrics.store import Metric

METRICS = {
    "errors": Metric("AWS/Lambda", "Errors", (("FunctionName", "ProjectA-orders"),)),
    "invocations": Metric("AWS/Lambda", "Invocations", (("FunctionName", "ProjectA-orders"),)),
    "version": Metric("AWS/Lambda", "Errors", (("FunctionName", "ProjectA-orders"), ("Resource", "orders:7"))),
    "cpu": Metric("AWS/EC2", "CPUUtilization", (("InstanceId", "i-1234567890123456"),)),
    "custom": Metric("My Namespace", "CustomCount1", (("Dimension@Name", "Custom:Name[x"),)),
    "france": Metric("Shop", r"Europe\France Traffic(Network)", ()),
}


def found(query: str) -> set[str]:
    search = parse(query)
    return {name for name, metric in METRICS.items() if search.finds(metric)}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('{AWS/Lambda,FunctionName} MetricName="Errors"', {"errors"}),
        ("{AWS/Lambda, Resource, FunctionName} Errors", {"version"}),
        ("{AWS/Lambda}", {"errors", "invocations", "version"}),
        ("{AWS/EC2,InstanceId}, cpu", {"cpu"}),
        ('{"My Namespace", "Dimension@Name"}, "Custom:Name[x"', {"custom"}),
        ('"CustomCount1"', {"custom"}),
        ('"customcount1"', set()),
        ('"Custom"', set()),
        ("MetricName=count", {"custom"}),
        ("NOT Namespace=AWS", {"custom", "france"}),
        ("EC2 OR invocations", {"cpu", "invocations"}),
        ("(EC2 OR Lambda) MetricName=Errors", {"errors", "version"}),
        ("Lambda AND Errors AND orders NOT Resource=orders", {"errors"}),
        ('{AWS/Lambda,FunctionName} MetricName="Errors" OR (MetricName="Invocations" AND (ProjectB OR ProjectA))',
         {"errors", "invocations"}),
        ('FunctionName="ProjectA-orders" MetricName="Invocations"', {"invocations"}),
        ("{AWS/EC2,InstanceId} NOT i-1234567890123456", set()),
        (r'"Europe\\France Traffic\(Network\)"', {"france"}),
        ("NOT NOT cpu", {"cpu"}),
    ],
)  # fmt: skip
def test_given_a_search_then_it_finds_what_the_guide_says(query: str, names: set[str]) -> None:
    assert found(query) == names


@pytest.mark.parametrize(
    ("term", "text", "matches"),
    [
        ("count", "CustomCount1", True),
        ("COUNT", "CustomCount1", True),
        ("couNT", "CustomCount1", False),
        ("CustomCount", "CustomCount1", True),
        ("Count1", "CustomCount1", True),
        ("customcount", "CustomCount1", False),
        ("count1", "CustomCount1", False),
        ("customcount1", "CustomCount1", True),
        ("failure", "SDBFailure", True),
        ("project2trial333", "Project2-trial333", True),
        ("network/errors", "Network-Errors-2", True),
        ("network+errors", "NetworkErrors2", True),
        ("Network_Errors", "NetworkErrors2", True),
        ("errors-network", "Network-Errors-2", False),
        ("-", "Network-Errors-2", False),
    ],
)
def test_given_a_partial_term_then_it_matches_by_tokens(term: str, text: str, matches: bool) -> None:
    assert partly(term, text) is matches


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("", "metric schema, a search term, or both"),
        ("{}", "must contain a namespace"),
        ("(cpu", "not closed"),
        ("cpu)", "Unexpected"),
        ("cpu AND", "Expected a search term"),
        ("OR cpu", "Expected a search term"),
        ('MetricName="x', "Unexpected"),
        (":aws.AccountId=111122223333 cpu", "does not search by :aws.AccountId"),
        ("x" * 1025, "at most 1024"),
    ],
)
def test_given_no_search_then_the_error_says_why(query: str, why: str) -> None:
    with pytest.raises(ExpressionError, match=why):
        parse(query)


@given(st.text(alphabet='{}()=",\\ aAB1ORNTD:', max_size=40) | st.text(max_size=40))
def test_given_any_text_then_it_is_a_search_or_one_clear_error(query: str) -> None:
    try:
        found(query)
    except ExpressionError as error:
        assert str(error)
