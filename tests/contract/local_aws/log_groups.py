"""Log groups with events, made by plain boto3 in the local AWS."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.contract.local_aws.account import Account


@dataclass
class LogGroup:
    """A log group of its own; times are milliseconds after `start`, which lies an hour back."""

    account: Account
    name: str
    start: int = field(default_factory=lambda: int(time.time() * 1000) // 60_000 * 60_000 - 3_600_000)

    @property
    def client(self) -> Any:
        return self.account.client("logs")

    def stream(self, name: str, events: Iterable[tuple[int, object]] = ()) -> None:
        """Make a stream of (milliseconds, message) pairs; what is no text becomes JSON."""
        self.client.create_log_stream(logGroupName=self.name, logStreamName=name)
        if found := list(events):
            self.put(name, found)

    def put(self, stream: str, events: Iterable[tuple[int, object]]) -> Mapping[str, Any]:
        batch = [
            {
                "timestamp": self.start + after,
                "message": message if isinstance(message, str) else json.dumps(message),
            }
            for after, message in events
        ]
        answer: Mapping[str, Any] = self.client.put_log_events(
            logGroupName=self.name, logStreamName=stream, logEvents=batch
        )
        return answer

    def filtered(self, **request: Any) -> list[str]:
        """Messages of every page of FilterLogEvents."""
        size = request.pop("page", None)
        pages = self.client.get_paginator("filter_log_events").paginate(
            logGroupName=self.name, **request, PaginationConfig={"PageSize": size}
        )
        return [event["message"] for page in pages for event in page["events"]]

    def queried(self, query: str, **request: Any) -> list[dict[str, str]]:
        """Rows of a Logs Insights query over the two hours around `start`, without pointers."""
        start = self.start // 1000
        asked = {"startTime": start - 3600, "endTime": start + 3600, "logGroupName": self.name, **request}
        query_id = self.client.start_query(queryString=query, **asked)["queryId"]
        answer = self.client.get_query_results(queryId=query_id)
        assert answer["status"] == "Complete"
        return [{one["field"]: one["value"] for one in row if one["field"] != "@ptr"} for row in answer["results"]]


def log_group(account: Account, prefix: str = "/contract/group", **settings: Any) -> LogGroup:
    """A new log group."""
    made = LogGroup(account, account.name(prefix))
    made.client.create_log_group(logGroupName=made.name, **settings)
    return made
