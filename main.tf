# Where the module is deployed, and what its resources are called.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.id

  prefix = var.resource_prefix == "" ? "" : "${var.resource_prefix}-"
  suffix = var.resource_suffix == "" ? "" : "-${var.resource_suffix}"

  # IAM is global and bucket names are shared by everyone: without a suffix, two regions or two accounts must not collide.
  iam_suffix    = "-${coalesce(var.resource_suffix, local.region)}"
  bucket_suffix = "-${coalesce(var.resource_suffix, "${local.account_id}-${local.region}")}"

  # What an investigation leaves out of the inventory: it looks for what broke, and finds itself otherwise.
  own_resources = sort(distinct(concat(
    values(local.function_names), values(local.queue_names), values(local.self_alarm_names), [local.table_name, local.bucket_name],
  )))

  function_names = {
    triage       = "${local.prefix}triage-handler${local.suffix}"
    investigator = "${local.prefix}triage-investigator${local.suffix}"
    notice       = "${local.prefix}triage-notice${local.suffix}"
    tool         = "${local.prefix}tool-lambda${local.suffix}"
  }
  # Errors in these are left alone: what is logged about one would start the next investigation.
  own_log_groups = sort([for name in local.function_names : "/aws/lambda/${name}"])
  function_role_names = {
    triage       = "${local.prefix}triage-handler${local.iam_suffix}"
    investigator = "${local.prefix}triage-investigator${local.iam_suffix}"
    notice       = "${local.prefix}triage-notice${local.iam_suffix}"
    tool         = "${local.prefix}tool-lambda${local.iam_suffix}"
  }
  investigator_role_name = "${local.prefix}triage-read-only${local.iam_suffix}"
  layer_name             = "${local.prefix}triage-dependencies${local.suffix}"
  table_name             = "${local.prefix}triage-tracker${local.suffix}"
  bucket_name            = "${local.prefix}alarm-reports${local.bucket_suffix}"
  queue_names = {
    work               = "${local.prefix}triage-work${local.suffix}"
    work_dead_letter   = "${local.prefix}triage-work-dlq${local.suffix}"
    notice_dead_letter = "${local.prefix}triage-notice-dlq${local.suffix}"
  }

  # ARNs put together here, not read from the resources, so that a policy is complete in the plan, where it can be
  # reviewed and tested, and so that resources that name each other need no second apply.
  function_arns = {
    for key, name in local.function_names : key => "arn:${local.partition}:lambda:${local.region}:${local.account_id}:function:${name}"
  }
  queue_arns = {
    for key, name in local.queue_names : key => "arn:${local.partition}:sqs:${local.region}:${local.account_id}:${name}"
  }
  table_arn             = "arn:${local.partition}:dynamodb:${local.region}:${local.account_id}:table/${local.table_name}"
  investigator_role_arn = "arn:${local.partition}:iam::${local.account_id}:role/${local.investigator_role_name}"
  alarm_arn_prefix      = "arn:${local.partition}:cloudwatch:${local.region}:${local.account_id}:alarm:"
  bucket_arn            = "arn:${local.partition}:s3:::${local.bucket_name}"
}
