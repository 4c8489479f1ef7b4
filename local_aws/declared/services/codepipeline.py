"""AWS CodePipeline (API reference, "Actions"). The emulator does not know it: everything is declared."""

from __future__ import annotations

from local_aws.declared.conditions import Is
from local_aws.declared.filters import Fields
from local_aws.declared.rules import Page, Rule, Service

_PAGE = Page(100)
_NO_PIPELINE = ("PipelineNotFoundException", "Account does not have a pipeline with name '{}'")

SERVICE = Service(
    "codepipeline",
    "ValidationException",
    (
        Rule("ListPipelines", "pipelines", identity=("name",), page=Page(1000)),
        Rule(
            "GetPipeline",
            "pipeline",
            {"name": Is("name"), "version": Is("version")},
            of="ListPipelines",
            identity=("name",),
            one=True,
            missing=_NO_PIPELINE,
        ),
        Rule("GetPipelineState", "", {"name": Is("pipelineName")}, one=True, missing=_NO_PIPELINE),
        Rule(
            "ListPipelineExecutions",
            "pipelineExecutionSummaries",
            {"pipelineName": Is("pipelineName")},
            identity=("pipelineExecutionId",),
            order="-startTime",
            page=_PAGE,
        ),
        Rule(
            "GetPipelineExecution",
            "pipelineExecution",
            {"pipelineExecutionId": Is("pipelineExecutionId"), "pipelineName": Is("pipelineName")},
            of="ListPipelineExecutions",
            identity=("pipelineExecutionId",),
            one=True,
            missing=("PipelineExecutionNotFoundException", "Could not find the pipeline execution {}"),
        ),
        Rule(
            "ListActionExecutions",
            "actionExecutionDetails",
            {
                "filter": Fields({"pipelineExecutionId": "pipelineExecutionId"}),
                "pipelineName": Is("pipelineName"),
            },
            identity=("actionExecutionId",),
            order="-startTime",
            page=_PAGE,
        ),
    ),
)
