"""From records to an answer: keep what the request asks for, order, page, render."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from local_aws.declared import records as recorded
from local_aws.declared.conditions import listed, look
from local_aws.declared.errors import AwsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.declared.gathering import Gathered
    from local_aws.declared.paging import Slice
    from local_aws.declared.records import Record
    from local_aws.declared.rules import Rule


def one(rule: Rule, prepared: Mapping[str, Any], gathered: Gathered) -> Mapping[str, Any]:
    """The answer about one thing.

    Raises:
        AwsError: It does not exist.
    """
    if not gathered.records:
        code, words = rule.missing or ("ResourceNotFoundException", "There is no such resource: {}.")
        raise AwsError(code, words.format(_named(rule, prepared)))
    record = _ordered(rule, prepared, _included(rule, prepared, gathered.records))[-1]
    if rule.shows:
        return _finished(rule, prepared, dict(look(rule.shows, record.seen)), [record])
    around = {name: value for name, value in gathered.around.items() if name not in _hidden(rule, prepared)}
    answer = {**around, **(record.fields if not rule.holds else {})}
    if rule.holds:
        recorded.put(answer, rule.holds, record.fields)
    return _finished(rule, prepared, answer, [record])


def many(rule: Rule, part: Slice, prepared: Mapping[str, Any], gathered: Gathered) -> Mapping[str, Any]:
    """The page of a list that a request asks for.

    Raises:
        AwsError: Something it names does not exist, or nothing is known where AWS would know something.
    """
    kept = [one for one in gathered.records if recorded.stays(rule.members, prepared, one)]
    _refuse_missing(rule, prepared, gathered.records)
    if not gathered.records and rule.undeclared:
        raise AwsError(*rule.undeclared)
    kept = _ordered(rule, prepared, _included(rule, prepared, kept))
    kept = _distinct(rule.shows, kept) if rule.shows else kept
    answer = dict(gathered.around)
    if rule.page:
        kept, token = part.cut(kept)
        if token and part.page.following:
            recorded.put(answer, part.page.following, token)
        if part.page.more:
            recorded.put(answer, part.page.more, token is not None)
    recorded.put(answer, rule.holds, recorded.rendered(rule, kept))
    return _finished(rule, prepared, answer, kept)


def _finished(
    rule: Rule, prepared: Mapping[str, Any], answer: dict[str, Any], shown: list[Record]
) -> Mapping[str, Any]:
    """The answer with the rule's further members."""
    for path, value in (rule.finish(prepared, [one.seen for one in shown]) if rule.finish else {}).items():
        recorded.put(answer, path, value)
    return answer


def _refuse_missing(rule: Rule, prepared: Mapping[str, Any], records: list[Record]) -> None:
    for name, condition in rule.members.items():
        if condition.missing is None or name not in prepared:
            continue
        for one in listed(prepared[name]):
            if not any(condition.keeps(one, record.seen) for record in records):
                code, words = condition.missing
                raise AwsError(code, words.format(one))


def _named(rule: Rule, prepared: Mapping[str, Any]) -> str:
    return ", ".join(str(value) for name, value in prepared.items() if name in rule.members)


def _ordered(rule: Rule, prepared: Mapping[str, Any], records: list[Record]) -> list[Record]:
    turned = rule.reverse is not None and prepared.get(rule.reverse[0]) == rule.reverse[1]
    if not rule.order:
        return records[::-1] if turned else records
    path = rule.order.removeprefix("-")
    latest_first = rule.order.startswith("-") != turned
    have = [record for record in records if look(path, record.seen) is not None]
    rest = [record for record in records if look(path, record.seen) is None]
    return sorted(have, key=lambda one: look(path, one.seen), reverse=latest_first) + rest


def _included(rule: Rule, prepared: Mapping[str, Any], records: list[Record]) -> list[Record]:
    """The records without the members that the request had to ask for and did not."""
    hidden = _hidden(rule, prepared)
    if not hidden:
        return records
    return [
        replace(one, fields={name: value for name, value in one.fields.items() if name not in hidden})
        for one in records
    ]


def _hidden(rule: Rule, prepared: Mapping[str, Any]) -> set[str]:
    asked = prepared.get(rule.includes, [])
    return {name for key, name in rule.hides.items() if asked is not True and key not in (asked or [])}


def _distinct(shows: str, records: list[Record]) -> list[Record]:
    """The first record of each that looks the same in the list."""
    return list({str(look(shows, one.seen)): one for one in reversed(records)}.values())[::-1]
