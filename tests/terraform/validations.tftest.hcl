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
    maintenance_windows        = [{ name = "nightly", schedule = "every night", duration_minutes = 60 }]
    alarm_policy_tags          = { prefix = "aws:triage:" }
    watch_all_alarms           = { name_prefixes = [""] }
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
    var.maintenance_windows,
    var.alarm_policy_tags,
    var.watch_all_alarms,
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
    maintenance_windows        = [{ name = "nightly", schedule = "60 2 * * *", duration_minutes = 60 }]
    alarm_policy_tags          = { prefix = "triage*" }
    watch_all_alarms           = { exclude_name_prefixes = [""] }
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
    var.maintenance_windows,
    var.alarm_policy_tags,
    var.watch_all_alarms,
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
    maintenance_windows        = [{ name = null, schedule = null, duration_minutes = null, alarm_name_patterns = [null], alarm_tags = { Team = null } }]
    watch_all_alarms           = { name_prefixes = [null], exclude_name_prefixes = [null] }
  }

  expect_failures = [
    var.bedrock_fallback_model_ids,
    var.bedrock_model_arns,
    var.investigate_states,
    var.vpc_config,
    var.reports_bucket_logging,
    var.tags,
    var.maintenance_windows,
    var.watch_all_alarms,
  ]
}

run "below_the_ranges" {
  command = plan

  variables {
    investigation_window_hours       = 0
    max_concurrent_investigations    = 1
    investigation_budget             = { max_turns = 0 }
    group_window_minutes             = -1
    maintenance_windows              = [{ name = "nightly", schedule = "0 2 * * *", duration_minutes = 0 }]
    alarm_policy_tags                = { prefix = "" }
    memory                           = { retention_days = 0 }
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
    var.group_window_minutes,
    var.maintenance_windows,
    var.alarm_policy_tags,
    var.memory,
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
    group_window_minutes             = 1441
    maintenance_windows              = [{ name = "nightly", schedule = "0 2 * * *", duration_minutes = 10081 }]
    alarm_policy_tags                = { prefix = join("", [for i in range(113) : "x"]) }
    watch_all_alarms                 = { name_prefixes = [join("", [for i in range(256) : "x"])] }
    memory                           = { retention_days = 3651 }
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
    var.group_window_minutes,
    var.maintenance_windows,
    var.alarm_policy_tags,
    var.watch_all_alarms,
    var.memory,
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
    group_window_minutes             = 0.5
    memory                           = { retention_days = 1.5 }
    maintenance_windows              = [{ name = "nightly", schedule = "0 2 * * *", duration_minutes = 1.5 }]
    lambda_timeout                   = 600.5
    lambda_memory_size               = 512.5
    tool_lambda_memory_size          = 1024.5
    tool_lambda_reserved_concurrency = 1.5
    reports_bucket_lifecycle_days    = 1.5
  }

  expect_failures = [
    var.max_concurrent_investigations,
    var.investigation_budget,
    var.group_window_minutes,
    var.memory,
    var.maintenance_windows,
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

# storm_guard is judged beside investigation_budget, so only where that one is right; and each of these for itself.

run "an_hour_without_investigations" {
  command = plan

  variables {
    storm_guard = { max_investigations_per_hour = 0 }
  }

  expect_failures = [var.storm_guard]
}

run "an_hour_of_a_fraction_of_an_investigation" {
  command = plan

  variables {
    storm_guard = { max_investigations_per_hour = 1.5 }
  }

  expect_failures = [var.storm_guard]
}

run "an_hour_of_more_investigations_than_anyone_reads" {
  command = plan

  variables {
    storm_guard = { max_investigations_per_hour = 10001 }
  }

  expect_failures = [var.storm_guard]
}

run "a_day_without_money" {
  command = plan

  variables {
    storm_guard = { daily_budget_usd = 0 }
  }

  expect_failures = [var.storm_guard]
}

run "a_day_that_pays_for_no_investigation" {
  command = plan

  variables {
    storm_guard          = { daily_budget_usd = 1.5 }
    investigation_budget = { max_usd = 2 }
  }

  expect_failures = [var.storm_guard]
}

run "a_day_of_fewer_tokens_than_an_investigation" {
  command = plan

  variables {
    storm_guard = { daily_token_limit = 599999 }
  }

  expect_failures = [var.storm_guard]
}

run "a_day_of_a_fraction_of_a_token" {
  command = plan

  variables {
    storm_guard = { daily_token_limit = 700000.5 }
  }

  expect_failures = [var.storm_guard]
}

run "digests_without_a_pause" {
  command = plan

  variables {
    storm_guard = { digest_interval_minutes = 0 }
  }

  expect_failures = [var.storm_guard]
}

run "digests_further_apart_than_a_message_can_wait" {
  command = plan

  variables {
    storm_guard = { digest_interval_minutes = 16 }
  }

  expect_failures = [var.storm_guard]
}

run "digests_of_a_fraction_of_a_minute" {
  command = plan

  variables {
    storm_guard = { digest_interval_minutes = 1.5 }
  }

  expect_failures = [var.storm_guard]
}

# Windows one by one, since one that is wrong is enough.

run "a_schedule_of_four_fields" {
  command = plan

  variables {
    maintenance_windows = [{ name = "nightly", schedule = "0 2 * *", duration_minutes = 60 }]
  }

  expect_failures = [var.maintenance_windows]
}

run "a_schedule_of_six_fields" {
  command = plan

  variables {
    maintenance_windows = [{ name = "nightly", schedule = "0 0 2 * * *", duration_minutes = 60 }]
  }

  expect_failures = [var.maintenance_windows]
}

run "a_schedule_of_another_dialect" {
  command = plan

  variables {
    maintenance_windows = [{ name = "nightly", schedule = "cron(0 2 * * ? *)", duration_minutes = 60 }]
  }

  expect_failures = [var.maintenance_windows]
}

run "a_schedule_of_a_nickname" {
  command = plan

  variables {
    maintenance_windows = [{ name = "nightly", schedule = "@daily", duration_minutes = 60 }]
  }

  expect_failures = [var.maintenance_windows]
}

run "a_schedule_at_an_hour_that_is_none" {
  command = plan

  variables {
    maintenance_windows = [{ name = "nightly", schedule = "0 24 * * *", duration_minutes = 60 }]
  }

  expect_failures = [var.maintenance_windows]
}

run "a_schedule_on_a_day_that_is_none" {
  command = plan

  variables {
    maintenance_windows = [{ name = "nightly", schedule = "0 2 32 * *", duration_minutes = 60 }]
  }

  expect_failures = [var.maintenance_windows]
}

run "a_schedule_in_a_month_that_is_none" {
  command = plan

  variables {
    maintenance_windows = [{ name = "nightly", schedule = "0 2 * 13 *", duration_minutes = 60 }]
  }

  expect_failures = [var.maintenance_windows]
}

run "a_schedule_on_a_weekday_that_is_none" {
  command = plan

  variables {
    maintenance_windows = [{ name = "nightly", schedule = "0 2 * * MONDAY", duration_minutes = 60 }]
  }

  expect_failures = [var.maintenance_windows]
}

run "a_schedule_with_a_step_of_zero" {
  command = plan

  variables {
    maintenance_windows = [{ name = "nightly", schedule = "*/0 2 * * *", duration_minutes = 60 }]
  }

  expect_failures = [var.maintenance_windows]
}

run "a_range_of_hours_that_runs_down" {
  command = plan

  variables {
    maintenance_windows = [{ name = "nightly", schedule = "0 22-2 * * *", duration_minutes = 60 }]
  }

  expect_failures = [var.maintenance_windows]
}

run "a_range_of_days_that_runs_down" {
  command = plan

  variables {
    maintenance_windows = [{ name = "nightly", schedule = "0 2 * * FRI-SUN", duration_minutes = 60 }]
  }

  expect_failures = [var.maintenance_windows]
}

run "a_timezone_that_is_an_offset" {
  command = plan

  variables {
    maintenance_windows = [{ name = "nightly", schedule = "0 2 * * *", duration_minutes = 60, timezone = "+01:00" }]
  }

  expect_failures = [var.maintenance_windows]
}

run "a_window_without_a_name" {
  command = plan

  variables {
    maintenance_windows = [{ name = " ", schedule = "0 2 * * *", duration_minutes = 60 }]
  }

  expect_failures = [var.maintenance_windows]
}

run "a_window_without_alarms" {
  command = plan

  variables {
    maintenance_windows = [{ name = "nightly", schedule = "0 2 * * *", duration_minutes = 60, alarm_name_patterns = [] }]
  }

  expect_failures = [var.maintenance_windows]
}

run "a_window_of_an_empty_pattern" {
  command = plan

  variables {
    maintenance_windows = [{ name = "nightly", schedule = "0 2 * * *", duration_minutes = 60, alarm_name_patterns = [""] }]
  }

  expect_failures = [var.maintenance_windows]
}

run "a_window_of_a_tag_too_long" {
  command = plan

  variables {
    maintenance_windows = [{ name = "nightly", schedule = "0 2 * * *", duration_minutes = 60, alarm_tags = { Team = join("", [for i in range(257) : "x"]) } }]
  }

  expect_failures = [var.maintenance_windows]
}

run "windows_of_one_name" {
  command = plan

  variables {
    maintenance_windows = [for hour in ["1", "2"] : { name = "nightly", schedule = "0 ${hour} * * *", duration_minutes = 60 }]
  }

  expect_failures = [var.maintenance_windows]
}

run "windows_that_do_not_fit_into_the_environment" {
  command = plan

  variables {
    maintenance_windows = [for hour in range(20) : { name = "nightly at ${hour}", schedule = "0 ${hour} * * *", duration_minutes = 60 }]
  }

  expect_failures = [var.maintenance_windows]
}

run "a_watch_with_an_exclusion_too_long" {
  command = plan

  variables {
    watch_all_alarms = { exclude_name_prefixes = [join("", [for i in range(256) : "x"])] }
  }

  expect_failures = [var.watch_all_alarms]
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
