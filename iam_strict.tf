# *strict*, opt-in: what configuration and runs hold in free text that people and programs wrote. Environment variables,
# arguments, parameters and outputs, inputs and outputs of executions, SQL, source of state machines, custom headers.
#
# Secrets do not belong there, but they are found there; redaction knows them by pattern only. The price is a poorer
# report: what an environment variable says can no longer be a root cause. Log lines stay readable, since without them
# there is nothing to investigate; deny them with `investigator_access.denies` where even that is too much.

locals {
  strict_actions = [
    "apprunner:DescribeService",
    "appsync:ListDataSources",
    "athena:GetQueryExecution",
    "batch:DescribeJob*", "batch:DescribeServiceJob",
    "cloudformation:DescribeChangeSet*", "cloudformation:DescribeStack*", "cloudformation:DescribeEvents", "cloudformation:ListExports",
    "cloudfront:GetDistribution*", "cloudfront:ListDistribution*",
    "cloudwatch:GetDashboard",
    "codedeploy:*Revision*", "codedeploy:GetDeployment*",
    "codepipeline:ListActionExecutions", "codepipeline:ListRuleExecutions",
    "config:DescribeConfigRules", "config:DescribeConformancePacks", "config:DescribeRemediation*",
    "datasync:DescribeLocation*",
    "dms:DescribeEndpoints", "dms:DescribeReplicationTasks",
    "ecs:DescribeDaemonTask*", "ecs:DescribeExpress*", "ecs:DescribeTaskDefinition", "ecs:DescribeTasks",
    "elasticmapreduce:Describe*Step", "elasticmapreduce:DescribeJobFlows", "elasticmapreduce:ListBootstrap*", "elasticmapreduce:ListSteps",
    "emr-serverless:GetJobRun",
    "events:DescribeConnection", "events:DescribeSubscriber", "events:ListTargetsByRule",
    "firehose:DescribeDeliveryStream",
    "glue:GetJob*", "glue:GetTrigger*", "glue:GetWorkflow*",
    "guardduty:GetFindings",
    "kinesisanalytics:DescribeApplication*",
    "lambda:GetFunctionConfiguration", "lambda:ListDurable*", "lambda:ListFunctions", "lambda:ListMicrovm*", "lambda:ListVersionsByFunction",
    "logs:DescribeQueries", "logs:DescribeQueryDefinitions",
    "organizations:DescribeAccount", "organizations:List*Accounts*", "organizations:ListAccounts*",
    "pi:*",
    "pipes:DescribePipe",
    "rds:DownloadDBLogFilePortion",
    "scheduler:GetSchedule",
    "securityhub:GetFindings", "securityhub:GetResources*",
    "servicediscovery:Get*Attributes", "servicediscovery:GetInstance", "servicediscovery:ListInstances",
    "sqs:ListMessageMoveTasks",
    "states:DescribeExecution", "states:DescribeStateMachine*", "states:GetExecutionHistory",
    "synthetics:GetCanary", "synthetics:DescribeCanaries*",
    "timestream:DescribeScheduledQuery",
    "wafv2:GetSampledRequests",
    "xray:BatchGet*", "xray:GetTrace*",
  ]

  # API Gateway keeps free text in stage variables and in mapping templates, which integrations and resources show.
  strict_statements = [
    { Sid = "FreeText", Effect = "Deny", Action = local.strict_actions, Resource = "*" },
    {
      Sid    = "StageVariables"
      Effect = "Deny"
      Action = "apigateway:GET"
      Resource = [
        "arn:${local.partition}:apigateway:*::/*/stages*",
        "arn:${local.partition}:apigateway:*::/*/integration*",
        "arn:${local.partition}:apigateway:*::/*/resources*",
        "arn:${local.partition}:apigateway:*::/*/exports/*",
      ]
    },
  ]
}
