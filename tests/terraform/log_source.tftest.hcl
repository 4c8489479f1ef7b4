# modules/log-source: log groups are subscribed, each with its pattern, and the product's own never are.

mock_provider "aws" {
  source          = "./tests/terraform/mocks"
  override_during = plan
}

variables {
  triage_lambda_arn = "arn:aws:lambda:us-east-1:123456789012:function:prod-triage-handler-blue"
  log_groups = {
    "/prod/payment-service" = {}
    "/prod/search"          = { pattern = "{ $.level = \"ERROR\" }" }
  }
}

run "subscribes_each_log_group_with_its_pattern" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  assert {
    condition = output.log_groups == {
      "/prod/payment-service" = "?ERROR ?Exception ?Critical"
      "/prod/search"          = "{ $.level = \"ERROR\" }"
    }
    error_message = "Every log group has its pattern, or the default."
  }

  assert {
    condition = alltrue([
      for name, filter in aws_cloudwatch_log_subscription_filter.errors :
      filter.log_group_name == name && filter.name == "alarm-triage" && filter.destination_arn == var.triage_lambda_arn
    ])
    error_message = "Every log group is subscribed to the triage function."
  }
}

run "lets_cloudwatch_logs_call_for_these_groups_only" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  assert {
    condition = toset([for permission in aws_lambda_permission.logs : permission.source_arn]) == toset([
      "arn:aws:logs:us-east-1:123456789012:log-group:/prod/payment-service:*",
      "arn:aws:logs:us-east-1:123456789012:log-group:/prod/search:*",
    ])
    error_message = "There is one statement for each log group."
  }

  assert {
    condition = alltrue([
      for permission in aws_lambda_permission.logs :
      permission.principal == "logs.us-east-1.amazonaws.com" && permission.source_account == "123456789012" && permission.action == "lambda:InvokeFunction" && permission.function_name == var.triage_lambda_arn
    ])
    error_message = "Only CloudWatch Logs of this region, on behalf of this account, may call the function."
  }
}

run "writes_a_log_groups_own_rule_into_the_name_of_its_filter" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    log_groups = {
      "/prod/payment-service" = {}
      "/prod/search"          = { min_occurrences = 5 }
      "/prod/batch"           = { min_occurrences = 1000, occurrence_window_minutes = 1440 }
    }
  }

  assert {
    condition = output.filter_names == {
      "/prod/payment-service" = "alarm-triage"
      "/prod/search"          = "alarm-triage-min-5-in-10-minutes"
      "/prod/batch"           = "alarm-triage-min-1000-in-1440-minutes"
    }
    error_message = "The name of the filter tells the triage function how often an error has to come."
  }
}

run "refuses_half_a_line" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    log_groups = { "/prod/search" = { min_occurrences = 1.5 } }
  }

  expect_failures = [var.log_groups]
}

run "refuses_a_window_of_two_days" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    log_groups = { "/prod/search" = { min_occurrences = 2, occurrence_window_minutes = 2880 } }
  }

  expect_failures = [var.log_groups]
}

run "names_no_region_or_partition_by_itself" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    triage_lambda_arn = "arn:aws-cn:lambda:cn-north-1:123456789012:function:triage-handler"
  }

  override_data {
    target = data.aws_region.current
    values = { id = "cn-north-1" }
  }

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-cn", dns_suffix = "amazonaws.com.cn" }
  }

  assert {
    condition     = alltrue([for permission in aws_lambda_permission.logs : permission.principal == "logs.cn-north-1.amazonaws.com.cn" && startswith(permission.source_arn, "arn:aws-cn:logs:cn-north-1:")])
    error_message = "Principal and ARNs are those of the region and the partition."
  }
}

run "shares_one_permission_where_asked" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    shared_permission = true
    log_groups        = { for number in range(60) : "/prod/service-${number}" => {} }
  }

  assert {
    condition     = length(aws_lambda_permission.logs) == 1 && one(values(aws_lambda_permission.logs)).source_arn == "arn:aws:logs:us-east-1:123456789012:log-group:*" && length(aws_cloudwatch_log_subscription_filter.errors) == 60
    error_message = "Sixty log groups need one statement."
  }

  assert {
    condition     = one(values(aws_lambda_permission.logs)).source_account == "123456789012"
    error_message = "Other accounts stay out."
  }
}

run "two_sources_do_not_share_statements" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    filter_name = "alarm-triage-two"
  }

  assert {
    condition     = length(setintersection(keys(aws_lambda_permission.logs), ["AllowLogs-${substr(sha256("alarm-triage//prod/search"), 0, 16)}"])) == 0
    error_message = "Statement ids follow from the filter's name and the log group."
  }
}

run "without_log_groups_nothing_is_made" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    log_groups = {}
  }

  assert {
    condition     = length(aws_lambda_permission.logs) == 0 && output.log_groups == {}
    error_message = "No log group, no subscription."
  }
}

run "refuses_the_log_of_the_triage_function" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    log_groups = { "/aws/lambda/prod-triage-handler-blue" = {} }
  }

  expect_failures = [var.log_groups]
}

run "refuses_the_log_of_the_investigator" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    log_groups = { "/prod/search" = {}, "/aws/lambda/prod-triage-investigator-blue" = {} }
  }

  expect_failures = [var.log_groups]
}

run "refuses_the_log_of_the_notice_function" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    log_groups = { "/aws/lambda/prod-triage-notice-blue" = {} }
  }

  expect_failures = [var.log_groups]
}

run "refuses_the_log_of_the_tool_function" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    log_groups = { "/aws/lambda/prod-tool-lambda-blue" = {} }
  }

  expect_failures = [var.log_groups]
}

run "takes_logs_of_functions_that_are_called_alike" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    log_groups = { "/aws/lambda/tool-lambda" = {}, "/aws/lambda/prod-triage-handler-green-api" = {} }
  }

  assert {
    condition     = length(aws_cloudwatch_log_subscription_filter.errors) == 2
    error_message = "Only the installation's own log groups are refused."
  }
}

run "refuses_an_empty_pattern" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    log_groups = { "/prod/search" = { pattern = "  " } }
  }

  expect_failures = [var.log_groups]
}

run "refuses_an_arn_for_a_name" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    log_groups = { "arn:aws:logs:us-east-1:123456789012:log-group:/prod/search:*" = {} }
  }

  expect_failures = [var.log_groups]
}

run "refuses_another_function" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    triage_lambda_arn = "arn:aws:lambda:us-east-1:123456789012:function:payment-service"
  }

  expect_failures = [var.triage_lambda_arn]
}

run "refuses_a_function_of_another_region" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    triage_lambda_arn = "arn:aws:lambda:eu-west-1:123456789012:function:triage-handler"
  }

  expect_failures = [aws_cloudwatch_log_subscription_filter.errors]
}

run "refuses_more_statements_than_a_policy_holds" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    log_groups = { for number in range(41) : "/prod/service-${number}" => {} }
  }

  expect_failures = [var.shared_permission]
}

run "refuses_a_filter_name_that_cloudwatch_would" {
  command = plan

  module {
    source = "./modules/log-source"
  }

  variables {
    filter_name = "a:b"
  }

  expect_failures = [var.filter_name]
}
