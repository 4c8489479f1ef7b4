# watch_all_alarms: a rule that hands the state changes of the account's alarms to the triage function.

locals {
  watch = var.watch_all_alarms == null ? [] : [var.watch_all_alarms]

  watch_rule_name = "${local.prefix}triage-watch-all${local.suffix}"
  watch_rule_arn  = "arn:${local.partition}:events:${local.region}:${local.account_id}:rule/${local.watch_rule_name}"

  # An alarm that returned to OK is of interest where that ends its window.
  watched_states = sort(distinct(concat(tolist(var.investigate_states), var.rearm_on_ok ? ["OK"] : [])))

  # The module's own alarms come first: they have to reach people when triage cannot, and must never feed it.
  unwatched_prefixes = flatten([for watch in local.watch : distinct(concat(values(local.self_alarm_names), watch.exclude_name_prefixes))])

  # A rule cannot demand two things of one field. So what is wanted is asked of the alarm's name, and what is not wanted of
  # its ARN, which ends in the name.
  watch_pattern = jsonencode({
    source      = ["aws.cloudwatch"]
    detail-type = ["CloudWatch Alarm State Change", "CloudWatch Alarm Contributor State Change"]
    resources = [{
      anything-but = { prefix = [for prefix in local.unwatched_prefixes : "${local.alarm_arn_prefix}${prefix}"] }
    }]
    detail = merge(
      { state = { value = local.watched_states } },
      { for field, prefixes in { alarmName = flatten(local.watch[*].name_prefixes) } : field => [for prefix in prefixes : { prefix = prefix }] if length(prefixes) > 0 },
    )
  })

  # What EventBridge could not hand over rests where triage's own failures do, and becomes a notice.
  watch_queue_statements = [
    for statement in [{
      Sid       = "KeepUndeliveredEvents"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = local.queue_arns.work_dead_letter
      Condition = { ArnEquals = { "aws:SourceArn" = local.watch_rule_arn } }
    }] : statement if length(local.watch) > 0
  ]
}

resource "aws_cloudwatch_event_rule" "watch_all" {
  count = length(local.watch)

  name          = local.watch_rule_name
  description   = "Hands state changes of alarms to ${local.function_names.triage}, whatever the alarms' own actions are"
  event_pattern = local.watch_pattern
  tags          = var.tags

  lifecycle {
    precondition {
      condition     = length(local.watch_pattern) <= 2048
      error_message = "The prefixes of watch_all_alarms make an event pattern of ${length(local.watch_pattern)} characters, and EventBridge allows 2,048: use fewer or shorter name_prefixes and exclude_name_prefixes."
    }
  }
}

resource "aws_cloudwatch_event_target" "watch_all" {
  count = length(local.watch)

  rule      = aws_cloudwatch_event_rule.watch_all[0].name
  target_id = "triage"
  arn       = aws_lambda_function.triage["triage"].arn

  retry_policy {
    maximum_retry_attempts       = 185
    maximum_event_age_in_seconds = local.alarm_event_age_seconds
  }

  dead_letter_config {
    arn = aws_sqs_queue.triage["work_dead_letter"].arn
  }

  # An event before that would be refused.
  depends_on = [aws_lambda_permission.watch_all]
}

resource "aws_lambda_permission" "watch_all" {
  count = length(local.watch)

  statement_id   = "AllowEventBridgeWatchAll"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.triage["triage"].function_name
  principal      = "events.amazonaws.com"
  source_account = local.account_id
  source_arn     = local.watch_rule_arn
}
