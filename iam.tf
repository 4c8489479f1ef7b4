# Roles of the functions: each may do what its code calls, on the resources it owns.

locals {
  # The module's key: everyone decrypts an environment, and most use the table, a queue or the bucket.
  kms_key_arns = compact([var.kms_key_arn])
  # The topic's key, for those who publish.
  topic_kms_key_arns = compact([var.sns_topic_kms_key_arn])

  function_kms_key_arns = {
    triage       = distinct(concat(local.kms_key_arns, local.topic_kms_key_arns))
    investigator = distinct(concat(local.kms_key_arns, local.topic_kms_key_arns))
    notice       = distinct(concat(local.kms_key_arns, local.topic_kms_key_arns))
    tool         = local.kms_key_arns
  }
  # The tool function encrypts nothing: Lambda decrypts its environment with its role, and that is all.
  function_kms_actions = {
    triage       = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
    investigator = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
    notice       = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
    tool         = ["kms:Decrypt"]
  }

  publish_statement = {
    Sid      = "Publish"
    Effect   = "Allow"
    Action   = ["sns:Publish"]
    Resource = [var.sns_topic_arn]
  }

  # What each function's own code (and Lambda on its behalf: queue polling, failure destination) calls.
  function_statements = {
    triage = [
      {
        Sid      = "Claim"
        Effect   = "Allow"
        Action   = ["dynamodb:PutItem", "dynamodb:UpdateItem"]
        Resource = [local.table_arn]
      },
      {
        Sid      = "Queue"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [local.queue_arns.work, local.queue_arns.work_dead_letter]
      },
      local.publish_statement,
    ]
    investigator = [
      {
        # Claims, groups, digests and spend; memory is read by Query and written by PutItem, in a transaction.
        Sid      = "Claim"
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
        Resource = [local.table_arn]
      },
      {
        Sid      = "Work"
        Effect   = "Allow"
        Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"]
        Resource = [local.queue_arns.work]
      },
      {
        Sid      = "CallTool"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = [local.function_arns.tool]
      },
      {
        Sid      = "Archive"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = ["${local.bucket_arn}/${local.reports_prefix}*"]
      },
      {
        # What a killed run was answered, for the run after it.
        Sid      = "Checkpoints"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = ["${local.bucket_arn}/${local.checkpoints_prefix}*"]
      },
      {
        Sid       = "FindCheckpoints"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = [local.bucket_arn]
        Condition = { StringLike = { "s3:prefix" = "${local.checkpoints_prefix}*" } }
      },
      local.publish_statement,
    ]
    notice = [
      {
        Sid      = "DeadLetters"
        Effect   = "Allow"
        Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        Resource = [local.queue_arns.work_dead_letter]
      },
      local.publish_statement,
    ]
    tool = [
      {
        Sid      = "Investigate"
        Effect   = "Allow"
        Action   = ["sts:AssumeRole"]
        Resource = [local.investigator_role_arn]
      },
    ]
  }

  # Only the function's own, existing log group: nobody recreates one that `terraform destroy` has removed.
  log_statements = {
    for key, name in local.function_names : key => [{
      Sid      = "Log"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/aws/lambda/${name}:*"]
    }]
  }

  # X-Ray has no resource to name.
  trace_statements = [
    for statement in [{
      Sid      = "Trace"
      Effect   = "Allow"
      Action   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
      Resource = ["*"]
    }] : statement if var.tracing
  ]

  # Tags of alarms, wherever something asks for them: a policy, or a maintenance window. An alarm of another region may
  # reach triage by way of a topic.
  tag_statements = {
    for key in keys(local.function_names) : key => [
      for statement in [{
        Sid      = "ReadAlarmTags"
        Effect   = "Allow"
        Action   = ["cloudwatch:ListTagsForResource"]
        Resource = ["arn:${local.partition}:cloudwatch:*:${local.account_id}:alarm:*"]
      }] : statement if key == "triage" && local.alarm_tags_read
    ]
  }
  alarm_tags_read = var.alarm_policy_tags.enabled || anytrue([for window in var.maintenance_windows : length(window.alarm_tags) > 0]) || anytrue([for route in var.routes : length(route.tags) > 0])

  context_statements = {
    for key in keys(local.function_names) : key => [
      for object in(key == "investigator" ? local.context_keys : []) : {
        Sid      = "Context"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.bucket_arn}/${object}"]
      }
    ]
  }

  kms_statements = {
    for key, arns in local.function_kms_key_arns : key => [
      for statement in [{
        Sid      = "Keys"
        Effect   = "Allow"
        Action   = local.function_kms_actions[key]
        Resource = arns
      }] : statement if length(arns) > 0
    ]
  }

  network_actions = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "ec2:UnassignPrivateIpAddresses",
  ]
  # The Lambda service attaches a function to a VPC with the function's role; the second statement keeps those rights
  # from the code inside the function (Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon
  # VPC": lambda:SourceFunctionArn is set for calls from code only).
  network_statements = {
    for key, arn in local.function_arns : key => [
      for statement in [
        {
          Sid      = "Network"
          Effect   = "Allow"
          Action   = local.network_actions
          Resource = ["*"]
        },
        {
          Sid       = "NetworkNotFromCode"
          Effect    = "Deny"
          Action    = local.network_actions
          Resource  = ["*"]
          Condition = { ArnEquals = { "lambda:SourceFunctionArn" = arn } }
        },
      ] : statement if var.vpc_config != null
    ]
  }

  function_policies = {
    for key, statements in local.function_statements : key => jsonencode({
      Version = "2012-10-17"
      Statement = concat(
        local.log_statements[key],
        statements,
        local.channel_statements[key],
        local.tag_statements[key],
        local.context_statements[key],
        local.trace_statements,
        local.kms_statements[key],
        local.network_statements[key],
      )
    })
  }
}

resource "aws_iam_role" "function" {
  for_each = local.function_role_names

  name                 = each.value
  description          = "Role of the Lambda function ${local.function_names[each.key]}"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  lifecycle {
    # These are the module's longest names under a limit of 64: where they fit, functions and other roles do.
    precondition {
      condition     = length(each.value) <= 64
      error_message = "The role name \"${each.value}\" has ${length(each.value)} characters, IAM allows 64: shorten resource_prefix or resource_suffix by ${length(each.value) - 64}."
    }
  }
}

resource "aws_iam_role_policy" "function" {
  for_each = local.function_policies

  name   = "function"
  role   = aws_iam_role.function[each.key].name
  policy = each.value
}
