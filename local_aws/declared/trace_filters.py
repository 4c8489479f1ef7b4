"""X-Ray's filter expressions, where a trace summary can decide them (developer guide, "Using filter expressions").

Understood: `ok`, `error`, `fault`, `throttle`, `partial`; `responsetime`, `duration`, `http.status` with a
comparison; `http.url`, `http.method`, `http.useragent`, `http.clientip`, `user`, `name` with =, !=, CONTAINS,
BEGINSWITH, ENDSWITH; `annotation.key` or `annotation[key]` with a comparison or alone; `service("name")`; AND, OR,
`!` and parentheses. Everything else, such as `edge(…)` or a block after `service(…)`, is refused.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from local_aws.declared.conditions import values
from local_aws.declared.errors import AwsError

Trace = Mapping[str, Any]
Test = Callable[[Trace], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"[^\"]*\"|'[^']*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<sign><=|>=|!=|=|<|>|[()!{}\[\]])|(?P<word>[\w.-]+))"
)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "CONTAINS": lambda found, text: text in found,
    "BEGINSWITH": lambda found, text: found.startswith(text),
    "ENDSWITH": lambda found, text: found.endswith(text),
}  # fmt: skip
_FLAGS = {"error": "HasError", "fault": "HasFault", "throttle": "HasThrottle", "partial": "IsPartial"}
_VALUES = {
    "duration": "Duration", "responsetime": "ResponseTime", "http.status": "Http.HttpStatus",
    "http.url": "Http.HttpURL", "http.method": "Http.HttpMethod", "http.useragent": "Http.UserAgent",
    "http.clientip": "Http.ClientIp", "user": "Users[].UserName", "name": "EntryPoint.Name",
}  # fmt: skip
_ANNOTATION = "AnnotationValue.[StringValue, NumberValue, BooleanValue][]"


def parse(expression: str) -> Test:
    """The test a filter expression stands for.

    Raises:
        AwsError: It cannot be applied; the message says where reading stopped.
    """
    return _Parser(expression).whole()


class _Parser:
    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens: list[tuple[str, str]] = []
        position = 0
        while position < len(expression.rstrip()):
            found = _TOKEN.match(expression, position)
            if not found:
                raise self._refusal(expression[position:])
            self._tokens.append((str(found.lastgroup), found.group().strip()))
            position = found.end()

    def whole(self) -> Test:
        test = self._any()
        if self._tokens:
            raise self._refusal(self._tokens[0][1])
        return test

    def _refusal(self, at: str) -> AwsError:
        message = f"This local AWS does not apply the filter expression {self._expression!r} from {at!r} on."
        return AwsError("InvalidRequestException", message)

    def _any(self) -> Test:
        tests = [self._all()]
        while self._take("OR"):
            tests.append(self._all())
        return lambda trace: any(test(trace) for test in tests)

    def _all(self) -> Test:
        tests = [self._single()]
        while self._take("AND"):
            tests.append(self._single())
        return lambda trace: all(test(trace) for test in tests)

    def _single(self) -> Test:
        if self._take("!"):
            negated = self._single()
            return lambda trace: not negated(trace)
        if self._take("("):
            test = self._any()
            self._need(")")
            return test
        kind, word = self._next()
        if kind != "word":
            raise self._refusal(word)
        return self._keyword(word)

    def _keyword(self, word: str) -> Test:
        if word == "service" and self._take("("):
            name = self._value()
            self._need(")")
            return lambda trace: name in values("ServiceIds[].[Name, Names[]][][]", trace)
        if word == "ok":
            return lambda trace: not any(trace.get(flag) for flag in ("HasError", "HasFault", "HasThrottle"))
        if word in _FLAGS:
            return self._flag(_FLAGS[word])
        if word.startswith("annotation"):
            return self._annotation(word)
        if word in _VALUES:
            return self._compared(_VALUES[word])
        raise self._refusal(word)

    def _flag(self, member: str) -> Test:
        wanted = True
        for sign, same in (("=", True), ("!=", False)):
            if self._take(sign):
                _, text = self._next()
                wanted = (text.lower() == "true") == same
        return lambda trace: bool(trace.get(member)) == wanted

    def _annotation(self, word: str) -> Test:
        key = word.removeprefix("annotation").removeprefix(".")
        if not key:
            self._need("[")
            _, key = self._next()
            self._need("]")
        path = f'Annotations."{key}"[].{_ANNOTATION}'
        if self._tokens and self._tokens[0][1] in _COMPARE:
            return self._compared(path)
        return lambda trace: bool(values(path, trace))

    def _compared(self, path: str) -> Test:
        _, sign = self._next()
        if sign.upper() not in _COMPARE:
            raise self._refusal(sign)
        compare, wanted = _COMPARE[sign.upper()], self._value()
        return lambda trace: any(
            compare(found, wanted)
            for found in values(path, trace)
            if isinstance(found, str) == isinstance(wanted, str)
        )

    def _value(self) -> Any:
        kind, text = self._next()
        if kind == "text":
            return text[1:-1]
        if kind == "number":
            return float(text)
        if text.lower() in {"true", "false"}:
            return text.lower() == "true"
        raise self._refusal(text)

    def _next(self) -> tuple[str, str]:
        if not self._tokens:
            raise self._refusal("its end")
        return self._tokens.pop(0)

    def _take(self, text: str) -> bool:
        if self._tokens and self._tokens[0][0] != "text" and self._tokens[0][1].upper() == text:
            self._tokens.pop(0)
            return True
        return False

    def _need(self, text: str) -> None:
        if not self._take(text):
            raise self._refusal(self._tokens[0][1] if self._tokens else "its end")
