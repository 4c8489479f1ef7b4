"""Deployments that went wrong: images that are not there, modules, start-up, new errors of code."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look import change_kinds
from triage.first_look.change_kinds import Kin
from triage.first_look.observations.facts import Origin
from triage.first_look.plain import plain
from triage.first_look.signatures.base import Candidate, Depth, Shape, Signature, is_heard, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Change, Complaint, Scene

_KIN = (Kin.DEPLOYMENT, Kin.CONFIGURATION)
_RECENT = timedelta(minutes=90)
_SHORTLY = timedelta(minutes=20)
_FEWEST = 3
_MOST_ERROR = 160
_FRAMES = re.compile(r"\s+at (?=[\w.$<]+[.(:/ ])|\s+\[…\]|\s+\.\.\. \d+ more|\s*\|\s+at ")
_CODE = re.compile(
    r"\b(?:TypeError|AttributeError|NameError|ReferenceError|UnboundLocalError|IndexError|NotImplementedError|"
    r"NullPointerException|NoSuchMethodError|NoSuchFieldError|ClassCastException|IllegalStateException|"
    r"IllegalArgumentException|NullReferenceException|MissingMethodException|UnsupportedOperationException|"
    r"StackOverflowError|RecursionError|AssertionError|NoMethodError|RuntimeError|nil pointer dereference|"
    r"index out of range|panic:|segmentation fault|SIGSEGV|undefined method|is not a function|"
    r"[Cc]annot read propert(?:y|ies) of|is not defined|has no attribute|unexpected keyword argument)"
)


@signature(
    "new-error-of-code",
    Category.BAD_DEPLOY,
    "an error of code that begins after a deployment of the same resource",
)
def _new_error(scene: Scene) -> Iterator[Candidate]:
    for complaint in scene.complaints:
        found = _CODE.search(complaint.text)
        if found and is_heard(complaint) and complaint.since > complaint.before:
            release = _release_before(scene, complaint)
            yield Candidate(
                "new-error-of-code",
                Category.BAD_DEPLOY if release else Category.DATA_ERROR,
                f"{complaint.about} fails with an error of its own code: {_error(complaint, found[0])}",
                f"{complaint.about}: {found[0].rstrip(':')} in its code",
                0.86 if release else 0.6,
                Depth.CAUSE,
                about=complaint.about,
                names=frozenset({complaint.about}),
                since=complaint.first,
                quotes=complaint.quotes,
                speaks_for=(f"it began shortly after {change_kinds.told(release)}",) if release else (),
                kin=_KIN,
                complaint=complaint,
                hop=complaint.hop,
            )


@signature(
    "new-error-after-release",
    Category.BAD_DEPLOY,
    "an error not seen before, shortly after a deployment of the same resource",
)
def _unknown_error(scene: Scene) -> Iterator[Candidate]:
    for complaint in scene.complaints:
        is_new = complaint.level == "error" and not complaint.before and complaint.since >= _FEWEST
        if complaint.origin is not Origin.LOG or not is_new or not is_heard(complaint):
            continue
        release = _release_before(scene, complaint, _SHORTLY)
        if release is not None:
            yield Candidate(
                "new-error-after-release",
                Category.BAD_DEPLOY,
                f"{complaint.about} logs an error since {change_kinds.told(release)} that it did not log before",
                f"{complaint.about}: a new error since {change_kinds.told(release)}",
                0.6,
                Depth.CAUSE,
                about=complaint.about,
                names=frozenset({complaint.about}),
                since=complaint.first,
                quotes=(*complaint.quotes, *release.quotes),
                last_resort=True,
                kin=_KIN,
                complaint=complaint,
                hop=complaint.hop,
            )


def _error(complaint: Complaint, kind: str) -> str:
    """The error with its message and the first frame of the resource's own code."""
    said = plain(complaint.text)
    start = max(said.find(f"{kind.rstrip(':')}: "), 0) or max(said.find(kind), 0)
    words = _FRAMES.split(said[start:], maxsplit=1)[0].strip(" :\"'")
    short = words if len(words) <= _MOST_ERROR else f"{words[: _MOST_ERROR - 1].rstrip()}…"
    return f"{short} at {complaint.frames[0]}" if complaint.frames else short


def _release_before(scene: Scene, complaint: Complaint, within: timedelta = _RECENT) -> Change | None:
    """The latest deployment of the complaining resource in the time before its first error."""
    first = complaint.first or scene.onset
    for change in scene.changes:
        of_it = complaint.about and re.search(rf"(?<![\w-]){re.escape(complaint.about)}(?![\w-])", change.text)
        released = of_it and change_kinds.is_of(change, Kin.DEPLOYMENT) and not change.refused
        if released and change.at and timedelta(minutes=-2) <= first - change.at <= within:
            return change
    return None


@signature("tasks-do-not-start", Category.BAD_DEPLOY, "a deployment whose tasks fail one after the other")
def _failing_deployment(scene: Scene) -> Iterator[Candidate]:
    for setting in scene.settings:
        counts = re.search(r"(\d+)/(\d+) running, \S+ pending, (\d+) failed", setting.value)
        if setting.key == "counts" and counts and int(counts[3]) > 1 and int(counts[1]) < int(counts[2]):
            yield Candidate(
                "tasks-do-not-start",
                Category.BAD_DEPLOY,
                f"the running deployment of {setting.about} does not get its tasks up: {setting.value}",
                f"{setting.about}: the deployment's tasks fail",
                0.7,
                Depth.EFFECT,
                about=setting.about,
                names=frozenset({setting.about}),
                quotes=setting.quotes,
                speaks_for=(f"{counts[3]} tasks failed",),
                kin=_KIN,
                hop=setting.hop,
            )


SIGNATURES: tuple[Signature, ...] = (
    Shape(
        "image-missing",
        Category.BAD_DEPLOY,
        "the image of a task definition cannot be pulled: no such tag",
        (
            r"CannotPull\w+[^\n]{0,300}?(?P<name>[\w./-]+/[\w.-]+:[\w.-]+): not found",
            r"CannotPull\w+[^\n]{0,300}?(?:not found|manifest unknown|does not exist)",
            r"manifest (?:unknown|for \S+ not found)|ImagePullBackOff|ErrImagePull|repository does not exist",
        ),
        "new tasks of {about} cannot start: the image {name} is not in the registry (CannotPullContainerError)",
        headline="{about}: the image of the new tasks is not in the registry",
        weight=0.95,
        kin=(Kin.DEPLOYMENT, Kin.CONFIGURATION),
        unless=r"denied|403|timeout|no route",
    ),
    Shape(
        "image-not-reached",
        Category.DEPENDENCY_UNREACHABLE,
        "the registry cannot be reached",
        (r"CannotPull\w+[^\n]{0,300}(?:i/o timeout|no route|no such host|context deadline|dial tcp)",),
        "new tasks of {about} cannot start: the registry cannot be reached",
        headline="{about}: the registry cannot be reached",
        weight=0.93,
        kin=(Kin.NETWORK,),
    ),
    Shape(
        "module-missing",
        Category.BAD_DEPLOY,
        "a module, class, handler or entry point is missing in the package",
        (
            (
                r"Runtime\.(?:ImportModuleError|HandlerNotFound|UserCodeSyntaxError|InvalidEntrypoint|"
                r"MalformedHandlerName)"
            ),
            r"Unable to import module ['\"](?P<module>[\w./]+)['\"]?:? ?(?P<name>[^\n]{0,80})?",
            r"No module named ['\"](?P<name>[\w.]+)|cannot import name ['\"](?P<symbol>\w+)",
            r"Cannot find (?:module|package) ['\"](?P<name>[^'\"]+)|ERR_MODULE_NOT_FOUND",
            r"ClassNotFoundException: ?(?P<name>[\w.$]+)|NoClassDefFoundError|Could not find or load main class",
            (
                r"exec format error|executable file not found|exec: \"[^\"]+\": stat|"
                r"no such file or directory: unknown"
            ),
            r"Could not load file or assembly|Handler '(?P<name>[\w.]+)' missing|Invalid ELF header|libc\.so",
        ),
        "{about} does not start: its package lacks {name}",
        headline="{about}: its package lacks {name}",
        weight=0.93,
        kin=(Kin.DEPLOYMENT,),
    ),
    Shape(
        "answer-malformed",
        Category.BAD_DEPLOY,
        "a function answers in a form its caller does not understand",
        (r"Malformed Lambda proxy response|LambdaInvalidResponse|invalid response from the Lambda function",),
        "{about} answers in a form that its caller does not understand",
        headline="{about}: its answers are malformed",
        weight=0.86,
        kin=_KIN,
    ),
    Shape(
        "container-exits",
        Category.BAD_DEPLOY,
        "an essential container exits with an error soon after its start",
        (
            r"Essential container in task exited",
            r"exitCode: (?!0\b|137\b|139\b|143\b)(?P<code>\d+)",
            r"CrashLoopBackOff",
        ),
        "tasks of {about} stop by themselves: an essential container exits",
        headline="{about}: its container exits",
        depth=Depth.EFFECT,
        weight=0.7,
        kin=_KIN,
        unless=r"exitCode: 137|OutOfMemory|OOM",
        origins=frozenset({Origin.TASK, Origin.SERVICE_EVENT, Origin.LOG}),
    ),
    Shape(
        "health-check-fails-after-start",
        Category.BAD_DEPLOY,
        "tasks of a deployment fail their health check",
        (
            r"Task failed (?:ELB|container) health checks",
            r"failed (?:ELB|container) health checks|deployment failed|tasks failed to start",
            r"unable to consistently start tasks|circuit breaker: ",
        ),
        "new tasks of {about} do not become healthy",
        headline="{about}: new tasks do not become healthy",
        depth=Depth.EFFECT,
        weight=0.72,
        kin=(Kin.DEPLOYMENT, Kin.CONFIGURATION, Kin.NETWORK),
    ),
    Shape(
        "schema-and-code-differ",
        Category.BAD_DEPLOY,
        "code expects a column, table or field that the data store does not have",
        (
            (
                r"column \"?(?P<name>[\w.]+)\"? (?:of relation \S+ )?does not exist|"
                r"Unknown column '(?P<column>[\w.]+)'"
            ),
            (
                r"relation \"?(?P<name>[\w.]+)\"? does not exist|Table '(?P<table>[\w.]+)' doesn't exist|"
                r"no such (?:table|column)"
            ),
            r"ORA-00904|ORA-00942|Invalid (?:object|column) name|undefined_column|UndefinedColumn|UndefinedTable",
        ),
        "{about} asks the database for {name}, which does not exist there: code and schema differ",
        headline="{about}: code and database schema differ ({name})",
        weight=0.86,
        kin=(Kin.DEPLOYMENT, Kin.CONFIGURATION),
    ),
    _new_error,
    _unknown_error,
    _failing_deployment,
)
