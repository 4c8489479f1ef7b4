# Every validation refuses what it should. A run gives many inputs a wrong value at once: each of those listed has to fail.

mock_provider "aws" {
  source          = "./tests/terraform/mocks"
  override_during = plan
}

variables {
  sns_topic_arn = "arn:aws:sns:us-east-1:123456789012:alarms"
}

run "wrong_shapes" {
  command = plan

  variables {
    sns_topic_arn              = "alarms"
    bedrock_model_id           = "not a model"
    bedrock_fallback_model_ids = ["global.amazon.nova-2-lite-v1:0", ""]
    bedrock_model_arns         = ["amazon.nova-pro-v1:0"]
    investigate_states         = ["ALARMING"]
    architecture               = "arm"
    vpc_config                 = { subnet_ids = ["sg-0a1b"], security_group_ids = ["sg-0a1b"] }
    reports_bucket_logging     = { target_bucket = "arn:aws:s3:::my-logging-bucket" }
    kms_key_arn                = "alias/mine"
    sns_topic_kms_key_arn      = "1234abcd-12ab-34cd-56ef-1234567890ab"
    resource_prefix            = "prod-"
    resource_suffix            = "-blue"
    tags                       = { "aws:team" = "platform" }
    permissions_boundary_arn   = "boundary"
  }

  expect_failures = [
    var.sns_topic_arn,
    var.bedrock_model_id,
    var.bedrock_fallback_model_ids,
    var.bedrock_model_arns,
    var.investigate_states,
    var.architecture,
    var.vpc_config,
    var.reports_bucket_logging,
    var.kms_key_arn,
    var.sns_topic_kms_key_arn,
    var.resource_prefix,
    var.resource_suffix,
    var.tags,
    var.permissions_boundary_arn,
  ]
}

run "near_misses" {
  command = plan

  variables {
    sns_topic_arn              = "arn:aws:sns:us-east-1:123456789012:alarms.fifo"
    bedrock_model_id           = ""
    bedrock_fallback_model_ids = ["arn:aws:lambda:us-east-1:123456789012:function:model"]
    bedrock_model_arns         = ["arn:aws:bedrock:*::foundation-model/*"]
    investigate_states         = []
    vpc_config                 = { subnet_ids = [], security_group_ids = ["sg-0a1b"] }
    kms_key_arn                = "arn:aws:kms:us-east-1:123456789012:alias/mine"
    sns_topic_kms_key_arn      = "arn:aws:kms:us-east-1:123456789012:alias/mine"
    resource_prefix            = "Prod"
    resource_suffix            = "blue_green"
    permissions_boundary_arn   = "arn:aws:iam::123456789012:role/boundary"
  }

  expect_failures = [
    var.sns_topic_arn,
    var.bedrock_model_id,
    var.bedrock_fallback_model_ids,
    var.bedrock_model_arns,
    var.investigate_states,
    var.vpc_config,
    var.kms_key_arn,
    var.sns_topic_kms_key_arn,
    var.resource_prefix,
    var.resource_suffix,
    var.permissions_boundary_arn,
  ]
}

run "nulls_inside" {
  command = plan

  variables {
    bedrock_fallback_model_ids = [null]
    bedrock_model_arns         = [null]
    investigate_states         = [null]
    vpc_config                 = { subnet_ids = null, security_group_ids = [null] }
    reports_bucket_logging     = { target_bucket = null }
    tags                       = { Team = null }
  }

  expect_failures = [
    var.bedrock_fallback_model_ids,
    var.bedrock_model_arns,
    var.investigate_states,
    var.vpc_config,
    var.reports_bucket_logging,
    var.tags,
  ]
}

run "below_the_ranges" {
  command = plan

  variables {
    investigation_window_hours       = 0
    max_concurrent_investigations    = 1
    investigation_budget             = { max_turns = 0 }
    lambda_timeout                   = 299
    lambda_memory_size               = 127
    tool_lambda_memory_size          = 511
    tool_lambda_reserved_concurrency = 0
    vpc_config                       = { subnet_ids = ["subnet-0a1b"], security_group_ids = [] }
    reports_bucket_lifecycle_days    = 0
    log_retention_days               = 0
  }

  expect_failures = [
    var.investigation_window_hours,
    var.max_concurrent_investigations,
    var.investigation_budget,
    var.lambda_timeout,
    var.lambda_memory_size,
    var.tool_lambda_memory_size,
    var.tool_lambda_reserved_concurrency,
    var.vpc_config,
    var.reports_bucket_lifecycle_days,
    var.log_retention_days,
  ]
}

run "above_the_ranges" {
  command = plan

  variables {
    investigation_window_hours       = 721
    max_concurrent_investigations    = 1001
    lambda_timeout                   = 901
    lambda_memory_size               = 10241
    tool_lambda_memory_size          = 10241
    tool_lambda_reserved_concurrency = -2
    log_retention_days               = 31
    tags                             = { Note = join("", [for i in range(257) : "x"]) }
  }

  expect_failures = [
    var.investigation_window_hours,
    var.max_concurrent_investigations,
    var.lambda_timeout,
    var.lambda_memory_size,
    var.tool_lambda_memory_size,
    var.tool_lambda_reserved_concurrency,
    var.log_retention_days,
    var.tags,
  ]
}

run "fractions_of_whole_numbers" {
  command = plan

  variables {
    max_concurrent_investigations    = 2.5
    investigation_budget             = { max_tokens = 0.5 }
    lambda_timeout                   = 600.5
    lambda_memory_size               = 512.5
    tool_lambda_memory_size          = 1024.5
    tool_lambda_reserved_concurrency = 1.5
    reports_bucket_lifecycle_days    = 1.5
  }

  expect_failures = [
    var.max_concurrent_investigations,
    var.investigation_budget,
    var.lambda_timeout,
    var.lambda_memory_size,
    var.tool_lambda_memory_size,
    var.tool_lambda_reserved_concurrency,
    var.reports_bucket_lifecycle_days,
  ]
}

run "a_budget_without_money" {
  command = plan

  variables {
    investigation_budget = { max_usd = 0 }
  }

  expect_failures = [var.investigation_budget]
}

# tool_lambda_timeout is judged beside lambda_timeout, so only where that one is right.
run "a_tool_call_too_short" {
  command = plan

  variables {
    tool_lambda_timeout = 9
  }

  expect_failures = [var.tool_lambda_timeout]
}

run "a_tool_call_of_a_fraction" {
  command = plan

  variables {
    tool_lambda_timeout = 60.5
  }

  expect_failures = [var.tool_lambda_timeout]
}

run "a_tool_call_as_long_as_its_investigation" {
  command = plan

  variables {
    lambda_timeout      = 300
    tool_lambda_timeout = 300
  }

  expect_failures = [var.tool_lambda_timeout]
}

run "a_topic_in_another_region" {
  command = plan

  variables {
    sns_topic_arn = "arn:aws:sns:eu-west-1:123456789012:alarms"
  }

  expect_failures = [aws_cloudwatch_metric_alarm.self]
}

run "names_too_long" {
  command = plan

  variables {
    resource_prefix = "a-prefix-of-thirty-characters-x"
    resource_suffix = "a-suffix-of-thirty-characters-x"
  }

  expect_failures = [
    aws_iam_role.function,
    aws_s3_bucket.reports,
  ]
}

run "names_at_their_limit" {
  command = plan

  # "-triage-investigator-" between them makes 64 characters, "-alarm-reports-" fewer.
  variables {
    resource_prefix = "abcdefghijklmnopqrstu"
    resource_suffix = "abcdefghijklmnopqrstuv"
  }

  assert {
    condition     = max([for name in concat([for function in aws_lambda_function.triage : function.function_name], [for role in aws_iam_role.function : role.name], [aws_iam_role.investigator.name]) : length(name)]...) == 64
    error_message = "64 characters are what Lambda and IAM allow."
  }

  assert {
    condition     = length(aws_s3_bucket.reports.bucket) <= 63
    error_message = "63 characters are what S3 allows."
  }
}
