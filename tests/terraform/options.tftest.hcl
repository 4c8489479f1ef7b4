# Every optional feature, one at a time.

mock_provider "aws" {
  source          = "./tests/terraform/mocks"
  override_during = plan
}

variables {
  sns_topic_arn = "arn:aws:sns:us-east-1:123456789012:alarms"
}

run "names_with_prefix_and_suffix" {
  command = plan

  variables {
    resource_prefix = "prod"
    resource_suffix = "us-east-2"
  }

  assert {
    condition = toset([for function in aws_lambda_function.triage : function.function_name]) == toset([
      "prod-triage-handler-us-east-2", "prod-triage-investigator-us-east-2", "prod-triage-notice-us-east-2", "prod-tool-lambda-us-east-2",
    ])
    error_message = "Function names are {prefix-}name{-suffix}."
  }

  assert {
    condition     = aws_s3_bucket.reports.bucket == "prod-alarm-reports-us-east-2"
    error_message = "The suffix takes the place of account and region in the bucket name."
  }

  assert {
    condition     = aws_iam_role.function["triage"].name == "prod-triage-handler-us-east-2" && aws_iam_role.investigator.name == "prod-triage-read-only-us-east-2"
    error_message = "The suffix takes the place of the region in role names."
  }

  assert {
    condition     = aws_dynamodb_table.tracker.name == "prod-triage-tracker-us-east-2" && aws_sqs_queue.triage["work"].name == "prod-triage-work-us-east-2" && aws_cloudwatch_metric_alarm.self["triage-errors"].alarm_name == "prod-triage-errors-us-east-2"
    error_message = "Table, queues and alarms carry both."
  }
}

run "roles_of_two_regions_do_not_collide" {
  command = plan

  variables {
    sns_topic_arn              = "arn:aws:sns:eu-west-1:123456789012:alarms"
    bedrock_fallback_model_ids = []
  }

  override_data {
    target = data.aws_region.current
    values = { id = "eu-west-1" }
  }

  assert {
    condition     = aws_iam_role.function["triage"].name == "triage-handler-eu-west-1" && aws_s3_bucket.reports.bucket == "alarm-reports-123456789012-eu-west-1"
    error_message = "Global names end in the region."
  }
}

run "other_partitions" {
  command = plan

  variables {
    sns_topic_arn              = "arn:aws-us-gov:sns:us-gov-west-1:123456789012:alarms"
    bedrock_model_id           = "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0"
    bedrock_fallback_model_ids = []
  }

  override_data {
    target = data.aws_region.current
    values = { id = "us-gov-west-1" }
  }

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-us-gov" }
  }

  assert {
    condition     = aws_iam_role_policy_attachment.investigator_base["0"].policy_arn == "arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess"
    error_message = "The managed policy is the partition's."
  }

  assert {
    condition = alltrue(concat(
      [for policy in aws_iam_role_policy.function : !strcontains(policy.policy, "arn:aws:")],
      [for policy in aws_iam_policy.investigator : !strcontains(policy.policy, "arn:aws:")],
      [for policy in [aws_iam_role_policy.models[0].policy, aws_s3_bucket_policy.reports.policy] : !strcontains(policy, "arn:aws:")],
      [!strcontains(aws_lambda_permission.alarms.source_arn, "arn:aws:")],
    ))
    error_message = "No ARN of the standard partition is left anywhere."
  }
}

run "function_settings" {
  command = plan

  variables {
    architecture                     = "x86_64"
    lambda_timeout                   = 600
    lambda_memory_size               = 512
    tool_lambda_timeout              = 60
    tool_lambda_memory_size          = 1024
    tool_lambda_reserved_concurrency = 10
    max_concurrent_investigations    = 20
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.triage : tolist(function.architectures) == tolist(["x86_64"])])
    error_message = "All functions change architecture."
  }

  assert {
    condition     = aws_lambda_function.triage["investigator"].timeout == 600 && aws_lambda_function.triage["investigator"].memory_size == 512
    error_message = "lambda_timeout and lambda_memory_size are the investigator's."
  }

  assert {
    condition     = aws_lambda_function.triage["tool"].timeout == 60 && aws_lambda_function.triage["tool"].memory_size == 1024 && aws_lambda_function.triage["tool"].reserved_concurrent_executions == 10
    error_message = "The tool function has settings of its own."
  }

  assert {
    condition     = alltrue([for key in ["investigator", "tool"] : aws_lambda_function.triage[key].environment[0].variables.TOOL_TIMEOUT_SECONDS == "60"])
    error_message = "Both ends know the tool's limit."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.investigator.scaling_config[0].maximum_concurrency == 20 && aws_sqs_queue.triage["work"].visibility_timeout_seconds == 630
    error_message = "Concurrency and visibility follow."
  }
}

run "investigation_settings" {
  command = plan

  variables {
    investigation_window_hours = 0.25
    investigate_states         = ["ALARM", "INSUFFICIENT_DATA"]
    investigation_budget       = { max_turns = 10, max_usd = 0.5 }
  }

  assert {
    condition     = aws_lambda_function.triage["triage"].environment[0].variables.INVESTIGATE_STATES == "[\"ALARM\",\"INSUFFICIENT_DATA\"]"
    error_message = "States reach the triage function as a JSON list."
  }

  assert {
    condition     = alltrue([for key in ["triage", "investigator"] : aws_lambda_function.triage[key].environment[0].variables.INVESTIGATION_WINDOW_HOURS == "0.25"])
    error_message = "The window may be a fraction of an hour."
  }

  assert {
    condition     = jsondecode(aws_lambda_function.triage["investigator"].environment[0].variables.INVESTIGATION_BUDGET) == { max_turns = 10, max_tool_calls = 100, max_tokens = 600000, max_usd = 0.5 }
    error_message = "What is left out of the budget keeps its default."
  }
}

run "refires_groups_and_storms" {
  command = plan

  variables {
    notify_refire        = false
    rearm_on_ok          = true
    group_window_minutes = 0
    storm_guard          = { max_investigations_per_hour = 5, daily_token_limit = 700000 }
    investigation_budget = { max_usd = 0.5 }
  }

  assert {
    condition     = [for name in ["NOTIFY_REFIRE", "REARM_ON_OK", "GROUP_WINDOW_MINUTES"] : aws_lambda_function.triage["triage"].environment[0].variables[name]] == ["false", "true", "0"]
    error_message = "Switches reach the triage function."
  }

  assert {
    condition     = alltrue([for key in ["triage", "investigator"] : jsondecode(aws_lambda_function.triage[key].environment[0].variables.STORM_GUARD) == { max_investigations_per_hour = 5, daily_budget_usd = 20, daily_token_limit = 700000, digest_interval_minutes = 15 }])
    error_message = "Both functions know the limits; what is left out keeps its default."
  }

  assert {
    condition     = alltrue([for key in ["triage", "investigator"] : jsondecode(aws_lambda_function.triage[key].environment[0].variables.INVESTIGATION_BUDGET).max_usd == 0.5 && aws_lambda_function.triage[key].environment[0].variables.GROUP_WINDOW_MINUTES == "0"])
    error_message = "Both functions know what one investigation may cost, and how long a group is open."
  }
}

run "memory_of_a_month" {
  command = plan

  variables {
    memory = { retention_days = 30 }
  }

  assert {
    condition     = jsondecode(aws_lambda_function.triage["investigator"].environment[0].variables.MEMORY) == { retention_days = 30 }
    error_message = "How long investigations are remembered reaches the investigator function."
  }
}

run "no_memory" {
  command = plan

  variables {
    memory = { enabled = false }
  }

  assert {
    condition     = aws_lambda_function.triage["investigator"].environment[0].variables.MEMORY == "null"
    error_message = "Without memory nothing is remembered and nothing read."
  }
}

run "log_errors" {
  command = plan

  variables {
    resource_prefix = "prod"
    log_errors      = { min_occurrences = 5, notify_refire = true }
  }

  assert {
    condition     = jsondecode(aws_lambda_function.triage["triage"].environment[0].variables.LOG_ERRORS) == { min_occurrences = 5, occurrence_window_minutes = 10, notify_refire = true }
    error_message = "The rule of log errors reaches the triage function; what is left out keeps its default."
  }

  assert {
    condition     = toset(jsondecode(aws_lambda_function.triage["triage"].environment[0].variables.OWN_LOG_GROUPS)) == toset([for group in aws_cloudwatch_log_group.function : group.name])
    error_message = "The triage function knows every log group of the product."
  }
}

run "log_errors_without_a_line" {
  command = plan

  variables {
    log_errors = { min_occurrences = 0 }
  }

  expect_failures = [var.log_errors]
}

run "log_errors_within_half_a_minute" {
  command = plan

  variables {
    log_errors = { occurrence_window_minutes = 0.5 }
  }

  expect_failures = [var.log_errors]
}

run "maintenance_windows" {
  command = plan

  variables {
    alarm_policy_tags = { enabled = false }
    maintenance_windows = [
      { name = "weekly patching", schedule = "0 2 * * SUN", duration_minutes = 120 },
      { name = "Bürozeiten", schedule = "*/30,5 8-18/2 1,15,L JAN-MAR,12 1-5,fri#2,5L", duration_minutes = 30, timezone = "America/Argentina/Buenos_Aires", alarm_name_patterns = ["batch-*", "nightly?"], alarm_tags = { Team = "payments" } },
    ]
  }

  assert {
    condition = jsondecode(aws_lambda_function.triage["triage"].environment[0].variables.MAINTENANCE_WINDOWS) == [
      { name = "weekly patching", schedule = "0 2 * * SUN", duration_minutes = 120, timezone = "UTC", alarm_name_patterns = ["*"], alarm_tags = {} },
      { name = "Bürozeiten", schedule = "*/30,5 8-18/2 1,15,L JAN-MAR,12 1-5,fri#2,5L", duration_minutes = 30, timezone = "America/Argentina/Buenos_Aires", alarm_name_patterns = ["batch-*", "nightly?"], alarm_tags = { Team = "payments" } },
    ]
    error_message = "Windows reach the triage function whole, with their defaults."
  }

  assert {
    condition     = aws_lambda_function.triage["triage"].environment[0].variables.ALARM_POLICY_TAGS == "null" && contains([for statement in jsondecode(aws_iam_role_policy.function["triage"].policy).Statement : statement.Sid], "ReadAlarmTags")
    error_message = "Policies by tag are off, yet a window needs the tags."
  }
}

run "alarm_policy_tags_of_another_prefix" {
  command = plan

  variables {
    alarm_policy_tags = { prefix = "ops/triage " }
  }

  assert {
    condition     = jsondecode(aws_lambda_function.triage["triage"].environment[0].variables.ALARM_POLICY_TAGS) == { enabled = true, prefix = "ops/triage " }
    error_message = "The prefix reaches the triage function."
  }
}

run "no_tags_are_read" {
  command = plan

  variables {
    alarm_policy_tags   = { enabled = false }
    maintenance_windows = [{ name = "nightly", schedule = "30 1 * * *", duration_minutes = 10080 }]
  }

  assert {
    condition     = !contains([for statement in jsondecode(aws_iam_role_policy.function["triage"].policy).Statement : statement.Sid], "ReadAlarmTags")
    error_message = "Where nothing asks for an alarm's tags, no right to read them is given."
  }
}

run "tags" {
  command = plan

  variables {
    tags = { Team = "platform" }
  }

  assert {
    condition = alltrue(concat(
      [for function in aws_lambda_function.triage : function.tags.Team == "platform"],
      [for queue in aws_sqs_queue.triage : queue.tags.Team == "platform"],
      [for group in aws_cloudwatch_log_group.function : group.tags.Team == "platform"],
      [for alarm in aws_cloudwatch_metric_alarm.self : alarm.tags.Team == "platform"],
      [for role in aws_iam_role.function : role.tags.Team == "platform"],
      [for policy in aws_iam_policy.investigator : policy.tags.Team == "platform"],
      [for tags in [aws_iam_role.investigator.tags, aws_dynamodb_table.tracker.tags, aws_s3_bucket.reports.tags, aws_lambda_event_source_mapping.investigator.tags, aws_lambda_event_source_mapping.notice.tags] : tags.Team == "platform"],
    ))
    error_message = "Everything that can be tagged is."
  }
}

run "log_retention" {
  command = plan

  variables {
    log_retention_days = 365
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.function : group.retention_in_days == 365])
    error_message = "All log groups follow."
  }
}

run "context" {
  command = plan

  variables {
    context_markdown = "Checkout is owned by payments."
  }

  assert {
    condition     = [for object in aws_s3_object.context : "${object.key}: ${object.content}"] == ["context/context.md: Checkout is owned by payments."]
    error_message = "The text becomes one object of the reports bucket."
  }

  assert {
    condition     = aws_lambda_function.triage["investigator"].environment[0].variables.CONTEXT_KEY == "context/context.md"
    error_message = "The investigator function knows where it is."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.function["investigator"].policy).Statement : [statement.Action, statement.Resource] if statement.Sid == "Context"] == [[["s3:GetObject"], ["arn:aws:s3:::alarm-reports-123456789012-us-east-1/context/context.md"]]]
    error_message = "It may read that object and no other by this statement."
  }

  assert {
    condition     = alltrue([for name, policy in aws_iam_role_policy.function : name == "investigator" || !strcontains(policy.policy, "context/")])
    error_message = "No other function may."
  }
}

run "context_too_long" {
  command = plan

  variables {
    context_markdown = join("", [for _ in range(1001) : "thirteen char"])
  }

  expect_failures = [var.context_markdown]
}

run "reports_bucket_options" {
  command = plan

  variables {
    reports_bucket_lifecycle_days = 90
    reports_bucket_force_destroy  = true
    reports_bucket_logging        = { target_bucket = "my-logging-bucket" }
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.reports.rule : rule.id] == ["abort-incomplete-uploads", "expire-checkpoints", "expire-reports"]
    error_message = "The expiry comes beside the clean-up of uploads."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.reports.rule[2].expiration[0].days == 90 && aws_s3_bucket_lifecycle_configuration.reports.rule[2].filter[0].prefix == "reports/" && length(aws_s3_bucket_lifecycle_configuration.reports.rule[2].noncurrent_version_expiration) == 1
    error_message = "Reports are deleted, old versions included."
  }

  assert {
    condition     = aws_s3_bucket_logging.reports["reports"].target_bucket == "my-logging-bucket" && aws_s3_bucket_logging.reports["reports"].target_prefix == "alarm-reports/"
    error_message = "Access is logged under a prefix of its own."
  }

  assert {
    condition     = aws_s3_bucket.reports.force_destroy
    error_message = "Destroy may take reports along."
  }
}

run "customer_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/module"
  }

  assert {
    condition = alltrue(concat(
      [for function in aws_lambda_function.triage : function.kms_key_arn == "arn:aws:kms:us-east-1:123456789012:key/module"],
      [for group in aws_cloudwatch_log_group.function : group.kms_key_id == "arn:aws:kms:us-east-1:123456789012:key/module"],
      [for queue in aws_sqs_queue.triage : queue.kms_master_key_id == "arn:aws:kms:us-east-1:123456789012:key/module"],
      [aws_dynamodb_table.tracker.server_side_encryption[0].enabled && aws_dynamodb_table.tracker.server_side_encryption[0].kms_key_arn == "arn:aws:kms:us-east-1:123456789012:key/module"],
    ))
    error_message = "Functions, logs, queues and table use the key."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.reports.rule).apply_server_side_encryption_by_default).kms_master_key_id == "arn:aws:kms:us-east-1:123456789012:key/module" && one(one(aws_s3_bucket_server_side_encryption_configuration.reports.rule).apply_server_side_encryption_by_default).sse_algorithm == "aws:kms" && one(aws_s3_bucket_server_side_encryption_configuration.reports.rule).bucket_key_enabled
    error_message = "The bucket uses the key, through a bucket key."
  }

  assert {
    condition = { for key, policy in aws_iam_role_policy.function : key => [for statement in jsondecode(policy.policy).Statement : [statement.Action, statement.Resource] if statement.Sid == "Keys"] } == {
      triage       = [[["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], ["arn:aws:kms:us-east-1:123456789012:key/module"]]]
      investigator = [[["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], ["arn:aws:kms:us-east-1:123456789012:key/module"]]]
      notice       = [[["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], ["arn:aws:kms:us-east-1:123456789012:key/module"]]]
      tool         = [[["kms:Decrypt"], ["arn:aws:kms:us-east-1:123456789012:key/module"]]]
    }
    error_message = "Every role may use that key and no other; the tool's may only decrypt."
  }
}

run "key_of_the_topic" {
  command = plan

  variables {
    sns_topic_kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/topic"
  }

  assert {
    condition = { for key, policy in aws_iam_role_policy.function : key => flatten([for statement in jsondecode(policy.policy).Statement : statement.Resource if statement.Sid == "Keys"]) } == {
      triage       = ["arn:aws:kms:us-east-1:123456789012:key/topic"]
      investigator = ["arn:aws:kms:us-east-1:123456789012:key/topic"]
      notice       = ["arn:aws:kms:us-east-1:123456789012:key/topic"]
      tool         = []
    }
    error_message = "Only functions that publish may use the topic's key."
  }

  assert {
    condition     = alltrue([for queue in aws_sqs_queue.triage : queue.sqs_managed_sse_enabled]) && length(aws_dynamodb_table.tracker.server_side_encryption) == 0
    error_message = "The topic's key encrypts nothing of the module's."
  }
}

run "vpc" {
  command = plan

  variables {
    vpc_config = { subnet_ids = ["subnet-0a1b", "subnet-0c2d"], security_group_ids = ["sg-0e3f"] }
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.triage : function.vpc_config[0].subnet_ids == toset(["subnet-0a1b", "subnet-0c2d"]) && function.vpc_config[0].security_group_ids == toset(["sg-0e3f"])])
    error_message = "All functions run in the VPC."
  }

  assert {
    condition = alltrue([
      for policy in aws_iam_role_policy.function :
      contains(flatten([for statement in jsondecode(policy.policy).Statement : statement.Action if statement.Sid == "Network"]), "ec2:CreateNetworkInterface")
    ])
    error_message = "Every function role may attach its function."
  }

  assert {
    condition = alltrue([
      for key, policy in aws_iam_role_policy.function :
      [for statement in jsondecode(policy.policy).Statement : [statement.Effect, statement.Condition.ArnEquals["lambda:SourceFunctionArn"]] if statement.Sid == "NetworkNotFromCode"] ==
      [["Deny", "arn:aws:lambda:us-east-1:123456789012:function:${aws_lambda_function.triage[key].function_name}"]]
    ])
    error_message = "The code inside a function may not use those rights."
  }

  assert {
    condition     = alltrue([for policy in aws_iam_policy.investigator : !strcontains(policy.policy, "NetworkInterface\"")])
    error_message = "The investigator role has nothing to do with it."
  }
}

run "tracing" {
  command = plan

  variables {
    tracing = true
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.triage : function.tracing_config[0].mode == "Active"])
    error_message = "All functions are traced."
  }

  assert {
    condition = alltrue([
      for policy in aws_iam_role_policy.function :
      [for statement in jsondecode(policy.policy).Statement : statement.Action if statement.Sid == "Trace"] == [["xray:PutTelemetryRecords", "xray:PutTraceSegments"]]
    ])
    error_message = "All function roles may write traces."
  }
}

run "permissions_boundary" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
  }

  assert {
    condition     = alltrue([for role in concat(values(aws_iam_role.function), [aws_iam_role.investigator]) : role.permissions_boundary == "arn:aws:iam::123456789012:policy/boundary"])
    error_message = "Every role the module makes has the boundary."
  }
}

run "unset_inputs_given_as_null" {
  command = plan

  variables {
    bedrock_model_id              = null
    lambda_timeout                = null
    investigation_budget          = null
    notify_refire                 = null
    rearm_on_ok                   = null
    group_window_minutes          = null
    storm_guard                   = null
    memory                        = null
    maintenance_windows           = null
    alarm_policy_tags             = null
    watch_all_alarms              = null
    log_errors                    = null
    resource_prefix               = null
    tags                          = null
    vpc_config                    = null
    kms_key_arn                   = null
    sns_topic_kms_key_arn         = null
    reports_bucket_logging        = null
    reports_bucket_lifecycle_days = null
    permissions_boundary_arn      = null
  }

  assert {
    condition     = aws_lambda_function.triage["triage"].environment[0].variables.GROUP_WINDOW_MINUTES == "10" && aws_lambda_function.triage["triage"].environment[0].variables.MAINTENANCE_WINDOWS == "[]" && aws_lambda_function.triage["triage"].environment[0].variables.NOTIFY_REFIRE == "true" && length(aws_cloudwatch_event_rule.watch_all) == 0
    error_message = "null means the default, also for what decides about alarms."
  }

  assert {
    condition     = aws_lambda_function.triage["investigator"].timeout == 900 && output.bedrock_model_id == "global.anthropic.claude-sonnet-4-6" && aws_lambda_function.triage["triage"].function_name == "triage-handler"
    error_message = "null means the default."
  }
}
