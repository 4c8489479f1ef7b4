# Logs, and the module's alarms on itself. They publish to the topic directly and never target the triage function: they
# have to speak when it cannot.

locals {
  # Longer than every investigation of a full set of retries: the queue is stuck, not busy.
  work_queue_age_limit_seconds = max(3600, local.max_receives.work * (var.lambda_timeout + 30))
  # Notices take seconds; a dead letter this old is not being told.
  dead_letter_age_limit_seconds = 900

  self_alarms = merge(local.pipeline_alarms, local.watch_alarms, local.channel_alarms)

  self_alarm_names = { for key in keys(local.self_alarms) : key => "${local.prefix}${key}${local.suffix}" }

  pipeline_alarms = {
    triage-errors = {
      description = "The triage function failed to take in an alarm. Lambda retries twice, then the event goes to ${local.queue_names.work_dead_letter}. See the log group /aws/lambda/${local.function_names.triage}."
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      statistic   = "Sum"
      dimensions  = { FunctionName = local.function_names.triage }
      threshold   = 1
    }
    triage-events-lost = {
      description = "Lambda could not hand a failed alarm event of ${local.function_names.triage} to ${local.queue_names.work_dead_letter}: that alarm was not told. Check the queue, its key and the function's role."
      namespace   = "AWS/Lambda"
      metric_name = "DestinationDeliveryFailures"
      statistic   = "Sum"
      dimensions  = { FunctionName = local.function_names.triage }
      threshold   = 1
    }
    triage-notice-errors = {
      description = "The notice function failed to tell about an alarm that could not be investigated. The event is kept and retried. See the log group /aws/lambda/${local.function_names.notice}."
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      statistic   = "Sum"
      dimensions  = { FunctionName = local.function_names.notice }
      threshold   = 1
    }
    triage-work-queue-age = {
      description = "Alarms wait in ${local.queue_names.work} for more than ${local.work_queue_age_limit_seconds} s: investigations fail or do not start. See the log group /aws/lambda/${local.function_names.investigator}."
      namespace   = "AWS/SQS"
      metric_name = "ApproximateAgeOfOldestMessage"
      statistic   = "Maximum"
      dimensions  = { QueueName = local.queue_names.work }
      threshold   = local.work_queue_age_limit_seconds
    }
    triage-work-dlq-age = {
      description = "Failed alarms rest in ${local.queue_names.work_dead_letter} and nobody was told: the notice function does not drain it. See the log group /aws/lambda/${local.function_names.notice}."
      namespace   = "AWS/SQS"
      metric_name = "ApproximateAgeOfOldestMessage"
      statistic   = "Maximum"
      dimensions  = { QueueName = local.queue_names.work_dead_letter }
      threshold   = local.dead_letter_age_limit_seconds
    }
    triage-notice-dlq = {
      description = "An alarm was neither investigated nor told. Its event is kept for 14 days in ${local.queue_names.notice_dead_letter}: read it there, look at the alarm yourself, then purge or redrive the queue."
      namespace   = "AWS/SQS"
      metric_name = "ApproximateNumberOfMessagesVisible"
      statistic   = "Maximum"
      dimensions  = { QueueName = local.queue_names.notice_dead_letter }
      threshold   = 1
    }
  }

  watch_alarms = {
    for key, alarm in {
      triage-watch-all-lost = {
        description = "EventBridge could hand an alarm neither to ${local.function_names.triage} nor to ${local.queue_names.work_dead_letter}: it was not told. Check the permissions of the function, and the queue, its policy and its key."
        namespace   = "AWS/Events"
        metric_name = "InvocationsFailedToBeSentToDlq"
        statistic   = "Sum"
        dimensions  = { RuleName = local.watch_rule_name }
        threshold   = 1
      }
    } : key => alarm if length(local.watch) > 0
  }
}

# Made before the functions: Lambda would otherwise create them itself, without retention or key.
resource "aws_cloudwatch_log_group" "function" {
  # checkov:skip=CKV_AWS_338:How long is the consumer's choice, log_retention_days; a year by default would keep other people's data for a year
  for_each = local.function_names

  name              = "/aws/lambda/${each.value}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_cloudwatch_metric_alarm" "self" {
  for_each = local.self_alarms

  alarm_name          = local.self_alarm_names[each.key]
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric_name
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.sns_topic_arn]
  tags                = var.tags

  lifecycle {
    precondition {
      condition     = try(split(":", var.sns_topic_arn)[3], "") == local.region
      error_message = "sns_topic_arn is in ${try(split(":", var.sns_topic_arn)[3], "another region")}, but an alarm can only publish in its own region: use a topic in ${local.region}, or deploy the module there."
    }
  }
}
