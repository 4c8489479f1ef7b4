# watch_all_alarms: the rule, who may call whom because of it, and what happens to events that nobody takes.

mock_provider "aws" {
  source          = "./tests/terraform/mocks"
  override_during = plan
}

variables {
  sns_topic_arn = "arn:aws:sns:us-east-1:123456789012:alarms"
}

run "every_alarm" {
  command = plan

  variables {
    watch_all_alarms = {}
  }

  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.watch_all[0].event_pattern) == {
      source      = ["aws.cloudwatch"]
      detail-type = ["CloudWatch Alarm State Change", "CloudWatch Alarm Contributor State Change"]
      resources = [{ anything-but = { prefix = [
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:triage-errors",
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:triage-events-lost",
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:triage-notice-dlq",
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:triage-notice-errors",
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:triage-watch-all-lost",
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:triage-work-dlq-age",
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:triage-work-queue-age",
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:TargetTracking-",
      ] } }]
      detail = { state = { value = ["ALARM"] } }
    }
    error_message = "All alarms that go into ALARM, but for the module's own and those that scale."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.self : contains(jsondecode(aws_cloudwatch_event_rule.watch_all[0].event_pattern).resources[0].anything-but.prefix, "arn:aws:cloudwatch:us-east-1:123456789012:alarm:${alarm.alarm_name}")])
    error_message = "Whatever alarms the module has, none of them reaches triage."
  }

  assert {
    condition     = aws_cloudwatch_event_target.watch_all[0].arn == "arn:aws:lambda:us-east-1:123456789012:function:mocked" && aws_cloudwatch_event_target.watch_all[0].rule == "triage-watch-all"
    error_message = "The rule targets the triage function."
  }

  assert {
    condition     = [aws_cloudwatch_event_target.watch_all[0].retry_policy[0].maximum_retry_attempts, aws_cloudwatch_event_target.watch_all[0].retry_policy[0].maximum_event_age_in_seconds] == [185, 21600] && length(aws_cloudwatch_event_target.watch_all[0].dead_letter_config) == 1
    error_message = "An event is tried for as long as one of an alarm action, then kept."
  }

  assert {
    condition     = [aws_lambda_permission.watch_all[0].principal, aws_lambda_permission.watch_all[0].source_account, aws_lambda_permission.watch_all[0].source_arn] == ["events.amazonaws.com", "123456789012", "arn:aws:events:us-east-1:123456789012:rule/triage-watch-all"]
    error_message = "This rule, and no other, may invoke."
  }

  assert {
    condition = [for statement in jsondecode(aws_sqs_queue.triage["work_dead_letter"].policy).Statement : [statement.Effect, statement.Principal, statement.Action, statement.Resource, statement.Condition]] == [
      ["Deny", "*", "sqs:*", "arn:aws:sqs:us-east-1:123456789012:triage-work-dlq", { Bool = { "aws:SecureTransport" = "false" } }],
      ["Allow", { Service = "events.amazonaws.com" }, "sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:triage-work-dlq", { ArnEquals = { "aws:SourceArn" = "arn:aws:events:us-east-1:123456789012:rule/triage-watch-all" } }],
    ]
    error_message = "This rule may send dead letters, over TLS."
  }

  assert {
    condition     = alltrue([for key in ["work", "notice_dead_letter"] : length(jsondecode(aws_sqs_queue.triage[key].policy).Statement) == 1])
    error_message = "No other queue lets EventBridge in."
  }

  assert {
    condition     = [aws_cloudwatch_metric_alarm.self["triage-watch-all-lost"].namespace, aws_cloudwatch_metric_alarm.self["triage-watch-all-lost"].metric_name, aws_cloudwatch_metric_alarm.self["triage-watch-all-lost"].dimensions.RuleName] == ["AWS/Events", "InvocationsFailedToBeSentToDlq", "triage-watch-all"]
    error_message = "An event that even the queue could not take raises an alarm."
  }
}

run "prefixes_states_and_names" {
  command = plan

  variables {
    resource_prefix    = "prod"
    resource_suffix    = "blue"
    investigate_states = ["ALARM", "INSUFFICIENT_DATA"]
    rearm_on_ok        = true
    tags               = { Team = "platform" }
    watch_all_alarms   = { name_prefixes = ["prod-", "shared "], exclude_name_prefixes = ["prod-test-", "prod-test-"] }
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.watch_all[0].event_pattern).detail == { state = { value = ["ALARM", "INSUFFICIENT_DATA", "OK"] }, alarmName = [{ prefix = "prod-" }, { prefix = "shared " }] }
    error_message = "Names by their beginnings; OK is heard of because it re-arms."
  }

  assert {
    condition = toset(jsondecode(aws_cloudwatch_event_rule.watch_all[0].event_pattern).resources[0].anything-but.prefix) == toset(concat(
      [for alarm in aws_cloudwatch_metric_alarm.self : "arn:aws:cloudwatch:us-east-1:123456789012:alarm:${alarm.alarm_name}"],
      ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:prod-test-"],
    ))
    error_message = "Exclusions take the place of the default ones and add to the module's own alarms."
  }

  assert {
    condition     = aws_cloudwatch_event_rule.watch_all[0].name == "prod-triage-watch-all-blue" && aws_lambda_permission.watch_all[0].source_arn == "arn:aws:events:us-east-1:123456789012:rule/prod-triage-watch-all-blue" && aws_cloudwatch_event_rule.watch_all[0].tags.Team == "platform"
    error_message = "The rule carries prefix, suffix and tags."
  }
}

run "ok_is_heard_of_once" {
  command = plan

  variables {
    investigate_states = ["OK"]
    rearm_on_ok        = true
    watch_all_alarms   = { name_prefixes = null, exclude_name_prefixes = [] }
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.watch_all[0].event_pattern).detail == { state = { value = ["OK"] } }
    error_message = "A state is not named twice, and null means every name."
  }
}

run "other_partitions" {
  command = plan

  variables {
    sns_topic_arn              = "arn:aws-us-gov:sns:us-gov-west-1:123456789012:alarms"
    bedrock_model_id           = "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0"
    bedrock_fallback_model_ids = []
    watch_all_alarms           = {}
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
    condition     = alltrue([for text in [aws_cloudwatch_event_rule.watch_all[0].event_pattern, aws_lambda_permission.watch_all[0].source_arn, aws_sqs_queue.triage["work_dead_letter"].policy, aws_iam_role_policy.function["triage"].policy] : !strcontains(text, "arn:aws:")])
    error_message = "No ARN of the standard partition is left."
  }
}

run "more_prefixes_than_a_rule_holds" {
  command = plan

  variables {
    watch_all_alarms = { exclude_name_prefixes = [for i in range(20) : "an-exclusion-of-medium-length-${i}"] }
  }

  expect_failures = [aws_cloudwatch_event_rule.watch_all]
}

run "names_at_their_limit" {
  command = plan

  variables {
    resource_prefix  = "abcdefghijklmnopqrstu"
    resource_suffix  = "abcdefghijklmnopqrstuv"
    watch_all_alarms = {}
  }

  assert {
    condition     = length(aws_cloudwatch_event_rule.watch_all[0].name) <= 64 && length(aws_cloudwatch_event_rule.watch_all[0].event_pattern) <= 2048
    error_message = "EventBridge allows names of 64 characters, and the module's own alarms leave room for exclusions."
  }
}
