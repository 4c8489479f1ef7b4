# Errors in logs, handed to the triage function of Alarm Triage: a subscription filter for each log group.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.id

  log_group_arn_prefix = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:"

  # The functions of one installation differ in this part of their names only, and log to the groups named after them.
  function_name = try(split(":", var.triage_lambda_arn)[6], "")
  own_log_groups = [
    for part in ["triage-handler", "triage-investigator", "triage-notice", "tool-lambda"] :
    "/aws/lambda/${replace(local.function_name, "triage-handler", part)}"
  ]

  # Of a subscription a batch tells the name and nothing else, so that is where a log group's own rule is written.
  filter_names = {
    for name, group in var.log_groups :
    name => group.min_occurrences == null ? var.filter_name : "${var.filter_name}-min-${group.min_occurrences}-in-${group.occurrence_window_minutes}-minutes"
  }

  # Statement id → whose events the statement is about.
  permissions = var.shared_permission ? {
    "AllowLogs-${substr(sha256(var.filter_name), 0, 16)}" = "${local.log_group_arn_prefix}*"
    } : {
    for name in keys(var.log_groups) : "AllowLogs-${substr(sha256("${var.filter_name}/${name}"), 0, 16)}" => "${local.log_group_arn_prefix}${name}:*"
  }
}

resource "aws_lambda_permission" "logs" {
  for_each = local.permissions

  statement_id   = each.key
  action         = "lambda:InvokeFunction"
  function_name  = var.triage_lambda_arn
  principal      = "logs.${local.region}.${data.aws_partition.current.dns_suffix}"
  source_account = local.account_id
  source_arn     = each.value
}

resource "aws_cloudwatch_log_subscription_filter" "errors" {
  for_each = var.log_groups

  name            = local.filter_names[each.key]
  log_group_name  = each.key
  filter_pattern  = each.value.pattern
  destination_arn = var.triage_lambda_arn

  # CloudWatch Logs refuses a destination that it may not call.
  depends_on = [aws_lambda_permission.logs]

  lifecycle {
    precondition {
      condition     = startswith(var.triage_lambda_arn, "arn:${local.partition}:lambda:${local.region}:${local.account_id}:")
      error_message = "triage_lambda_arn is of another account or region than the log groups (${local.account_id}, ${local.region}): CloudWatch Logs calls functions of its own account and region only. Deploy Alarm Triage there too, or give this module the provider of its region."
    }
  }
}
