# Each role's rights, statement by statement, without any option.

mock_provider "aws" {
  source          = "./tests/terraform/mocks"
  override_during = plan
}

variables {
  sns_topic_arn = "arn:aws:sns:us-east-1:123456789012:alarms"
}

run "function_roles" {
  command = plan

  # Triage

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.function["triage"].policy).Statement : statement.Sid => [statement.Effect, statement.Action, statement.Resource] } == {
      Log     = ["Allow", ["logs:CreateLogStream", "logs:PutLogEvents"], ["arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/triage-handler:*"]]
      Claim   = ["Allow", ["dynamodb:PutItem", "dynamodb:UpdateItem"], ["arn:aws:dynamodb:us-east-1:123456789012:table/triage-tracker"]]
      Queue   = ["Allow", ["sqs:SendMessage"], ["arn:aws:sqs:us-east-1:123456789012:triage-work", "arn:aws:sqs:us-east-1:123456789012:triage-work-dlq"]]
      Publish = ["Allow", ["sns:Publish"], ["arn:aws:sns:us-east-1:123456789012:alarms"]]

      ReadAlarmTags = ["Allow", ["cloudwatch:ListTagsForResource"], ["arn:aws:cloudwatch:*:123456789012:alarm:*"]]
    }
    error_message = "Triage claims, queues, tells, and reads the tags of alarms; nothing else."
  }

  # Investigator function

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.function["investigator"].policy).Statement : statement.Sid => [statement.Effect, statement.Action, statement.Resource] } == {
      Log      = ["Allow", ["logs:CreateLogStream", "logs:PutLogEvents"], ["arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/triage-investigator:*"]]
      Claim    = ["Allow", ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"], ["arn:aws:dynamodb:us-east-1:123456789012:table/triage-tracker"]]
      Work     = ["Allow", ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"], ["arn:aws:sqs:us-east-1:123456789012:triage-work"]]
      CallTool = ["Allow", ["lambda:InvokeFunction"], ["arn:aws:lambda:us-east-1:123456789012:function:tool-lambda"]]
      Archive  = ["Allow", ["s3:PutObject"], ["arn:aws:s3:::alarm-reports-123456789012-us-east-1/reports/*"]]
      Publish  = ["Allow", ["sns:Publish"], ["arn:aws:sns:us-east-1:123456789012:alarms"]]

      Checkpoints     = ["Allow", ["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::alarm-reports-123456789012-us-east-1/checkpoints/*"]]
      FindCheckpoints = ["Allow", ["s3:ListBucket"], ["arn:aws:s3:::alarm-reports-123456789012-us-east-1"]]
    }
    error_message = "The investigator function works its queue, calls its tool, archives and publishes; nothing else."
  }

  assert {
    condition = one([for statement in jsondecode(aws_iam_role_policy.function["investigator"].policy).Statement : statement.Condition if statement.Sid == "FindCheckpoints"]) == {
      StringLike = { "s3:prefix" = "checkpoints/*" }
    }
    error_message = "The investigator function lists checkpoints, no reports."
  }

  # Notice

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.function["notice"].policy).Statement : statement.Sid => [statement.Effect, statement.Action, statement.Resource] } == {
      Log         = ["Allow", ["logs:CreateLogStream", "logs:PutLogEvents"], ["arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/triage-notice:*"]]
      DeadLetters = ["Allow", ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], ["arn:aws:sqs:us-east-1:123456789012:triage-work-dlq"]]
      Publish     = ["Allow", ["sns:Publish"], ["arn:aws:sns:us-east-1:123456789012:alarms"]]
    }
    error_message = "The notice function drains dead letters and publishes; nothing else."
  }

  # Tool

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.function["tool"].policy).Statement : statement.Sid => [statement.Effect, statement.Action, statement.Resource] } == {
      Log         = ["Allow", ["logs:CreateLogStream", "logs:PutLogEvents"], ["arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/tool-lambda:*"]]
      Investigate = ["Allow", ["sts:AssumeRole"], ["arn:aws:iam::123456789012:role/triage-read-only-us-east-1"]]
    }
    error_message = "The tool function logs and assumes the investigator role; nothing else."
  }

  # Trust

  assert {
    condition     = alltrue([for role in aws_iam_role.function : jsondecode(role.assume_role_policy).Statement[0].Principal == { Service = "lambda.amazonaws.com" }])
    error_message = "Function roles are Lambda's to assume."
  }
}

run "investigator_role" {
  command = plan

  override_resource {
    target          = aws_iam_role.function["tool"]
    values          = { arn = "arn:aws:iam::123456789012:role/the-tool-function" }
    override_during = plan
  }

  assert {
    condition = jsondecode(aws_iam_role.investigator.assume_role_policy).Statement == [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::123456789012:role/the-tool-function" }
    }]
    error_message = "The tool function, and nobody else, may assume the investigator role."
  }

  assert {
    condition     = keys(aws_iam_role_policy_attachment.investigator_deny) == ["scope", "sensitive"] && [for attachment in aws_iam_role_policy_attachment.investigator_base : attachment.policy_arn] == ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    error_message = "ReadOnlyAccess under both denies."
  }

  assert {
    condition     = alltrue(flatten([for policy in aws_iam_policy.investigator : [for statement in jsondecode(policy.policy).Statement : statement.Effect == "Deny"]]))
    error_message = "The module's documents only take away."
  }
}
