# Slack, e-mail and routes: what they add to the functions, their roles and their environment, and what they refuse.

mock_provider "aws" {
  source          = "./tests/terraform/mocks"
  override_during = plan
}

variables {
  sns_topic_arn = "arn:aws:sns:us-east-1:123456789012:alarms"
}

run "without_channels" {
  command = plan

  assert {
    condition     = alltrue([for key in ["triage", "investigator", "notice"] : aws_lambda_function.triage[key].environment[0].variables["DELIVERY_ROUTES"] == "[]"])
    error_message = "Without routes everything goes to the topic."
  }

  assert {
    condition = alltrue([
      for key, policy in aws_iam_role_policy.function : length(setintersection(
        flatten([for statement in jsondecode(policy.policy).Statement : statement.Action]),
        ["secretsmanager:GetSecretValue", "ssm:GetParameter", "ses:SendEmail"],
      )) == 0
    ])
    error_message = "Nobody reads a secret or sends mail that is not configured."
  }

  assert {
    condition     = output.delivery_channels == tolist(["sns"]) && !contains(keys(aws_cloudwatch_metric_alarm.self), "triage-deliveries-given-up")
    error_message = "There is the topic alone, and no alarm about other channels."
  }
}

run "slack_and_email" {
  command = plan

  variables {
    slack = {
      webhook_secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:slack/webhook-AbC123"
      kms_key_arn        = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    }
    email = {
      identity_arn      = "arn:aws:ses:eu-west-1:123456789012:identity/example.com"
      from              = "Alarm Triage <triage@example.com>"
      to                = ["oncall@example.com"]
      configuration_set = "incidents"
    }
    routes = [
      { severities = ["CRITICAL", "HIGH"], channels = ["sns", "slack", "email"] },
      { tags = { Team = "payments" }, sources = ["cloudwatch_alarm"], channels = ["slack"] },
    ]
  }

  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.function["investigator"].policy).Statement : statement.Sid => [statement.Action, statement.Resource]
      if contains(["SlackSecret", "SlackSecretKey", "Mail"], statement.Sid)
      } == {
      SlackSecret    = [["secretsmanager:GetSecretValue"], ["arn:aws:secretsmanager:us-east-1:123456789012:secret:slack/webhook-AbC123"]]
      SlackSecretKey = [["kms:Decrypt"], ["arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"]]
      Mail           = [["ses:SendEmail"], ["arn:aws:ses:eu-west-1:123456789012:identity/example.com", "arn:aws:ses:eu-west-1:123456789012:configuration-set/incidents"]]
    }
    error_message = "The investigator function reads this secret, decrypts with its key, and sends from this identity; nothing else."
  }

  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.function["investigator"].policy).Statement : statement.Sid => statement.Condition
      if contains(["SlackSecretKey", "Mail"], statement.Sid)
      } == {
      SlackSecretKey = { StringEquals = {
        "kms:EncryptionContext:SecretARN" = "arn:aws:secretsmanager:us-east-1:123456789012:secret:slack/webhook-AbC123"
        "kms:ViaService"                  = "secretsmanager.us-east-1.amazonaws.com"
      } }
      Mail = { StringEquals = { "ses:FromAddress" = "triage@example.com" } }
    }
    error_message = "The key is for the secret, by way of its service, and mail is sent from the one address."
  }

  assert {
    condition = alltrue([
      for key in ["triage", "notice", "tool"] : length(setintersection(
        flatten([for statement in jsondecode(aws_iam_role_policy.function[key].policy).Statement : statement.Action]),
        ["secretsmanager:GetSecretValue", "ssm:GetParameter", "ses:SendEmail"],
      )) == 0
    ])
    error_message = "Only the investigator function reads the secret and sends mail."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.function["notice"].policy).Statement : [statement.Action, statement.Resource] if statement.Sid == "PostNotices"] == [[["sqs:SendMessage"], ["arn:aws:sqs:us-east-1:123456789012:triage-work"]]]
    error_message = "The notice function hands its notices to the work queue."
  }

  assert {
    condition = jsondecode(aws_lambda_function.triage["triage"].environment[0].variables["DELIVERY_ROUTES"]) == [
      { channels = ["sns", "slack", "email"], severities = ["CRITICAL", "HIGH"] },
      { channels = ["slack"], sources = ["cloudwatch_alarm"], tags = { Team = "payments" } },
    ]
    error_message = "Routes reach the functions in their order, without what they do not state."
  }

  assert {
    condition = (
      jsondecode(aws_lambda_function.triage["investigator"].environment[0].variables["SLACK_CHANNEL"]) == { secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:slack/webhook-AbC123" }
      && jsondecode(aws_lambda_function.triage["investigator"].environment[0].variables["EMAIL_CHANNEL"]) == {
        configuration_set = "incidents"
        from              = "Alarm Triage <triage@example.com>"
        identity_arn      = "arn:aws:ses:eu-west-1:123456789012:identity/example.com"
        to                = ["oncall@example.com"]
      }
    )
    error_message = "The investigator function knows where the secret is and from whom to whom mail goes."
  }

  assert {
    condition     = output.delivery_channels == tolist(["email", "slack", "sns"]) && aws_cloudwatch_metric_alarm.self["triage-deliveries-given-up"].metric_name == "DeliveriesGivenUp"
    error_message = "Every channel is there, and an alarm about messages that one of them did not take."
  }
}

run "slack_by_a_parameter" {
  command = plan

  variables {
    slack = {
      webhook_secret_arn = "arn:aws:ssm:us-east-1:123456789012:parameter/triage/slack"
      kms_key_arn        = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    }
    routes = [{ channels = ["sns", "slack"] }]
  }

  assert {
    condition = [
      for statement in jsondecode(aws_iam_role_policy.function["investigator"].policy).Statement : [statement.Action, statement.Resource, try(statement.Condition.StringEquals, {})]
      if startswith(statement.Sid, "SlackSecret")
      ] == [
      [["ssm:GetParameter"], ["arn:aws:ssm:us-east-1:123456789012:parameter/triage/slack"], {}],
      [["kms:Decrypt"], ["arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"], {
        "kms:EncryptionContext:PARAMETER_ARN" = "arn:aws:ssm:us-east-1:123456789012:parameter/triage/slack"
        "kms:ViaService"                      = "ssm.us-east-1.amazonaws.com"
      }],
    ]
    error_message = "A parameter is read from Parameter Store, and decrypted by way of it."
  }
}

run "tags_of_routes_are_read" {
  command = plan

  variables {
    alarm_policy_tags = { enabled = false }
    slack             = { webhook_secret_arn = "arn:aws:ssm:us-east-1:123456789012:parameter/slack" }
    routes            = [{ tags = { Team = "payments" }, channels = ["slack"] }]
  }

  assert {
    condition     = contains([for statement in jsondecode(aws_iam_role_policy.function["triage"].policy).Statement : statement.Sid], "ReadAlarmTags")
    error_message = "A route by tag needs the tags of alarms."
  }
}

run "the_address_of_a_webhook_is_no_arn" {
  command = plan

  variables {
    slack  = { webhook_secret_arn = "https://hooks.slack.com/services/T0/B0/x" }
    routes = [{ channels = ["slack"] }]
  }

  expect_failures = [var.slack]
}

run "an_alias_is_no_key" {
  command = plan

  variables {
    slack  = { webhook_secret_arn = "arn:aws:ssm:us-east-1:123456789012:parameter/slack", kms_key_arn = "alias/mine" }
    routes = [{ channels = ["slack"] }]
  }

  expect_failures = [var.slack]
}

run "mail_needs_an_identity" {
  command = plan

  variables {
    email  = { identity_arn = "example.com", from = "triage@example.com", to = ["oncall@example.com"] }
    routes = [{ channels = ["email"] }]
  }

  expect_failures = [var.email]
}

run "mail_needs_recipients" {
  command = plan

  variables {
    email  = { identity_arn = "arn:aws:ses:us-east-1:123456789012:identity/example.com", from = "triage@example.com", to = [] }
    routes = [{ channels = ["email"] }]
  }

  expect_failures = [var.email]
}

run "mail_needs_addresses" {
  command = plan

  variables {
    email  = { identity_arn = "arn:aws:ses:us-east-1:123456789012:identity/example.com", from = "triage", to = ["oncall@example.com"] }
    routes = [{ channels = ["email"] }]
  }

  expect_failures = [var.email]
}

run "unknown_channel" {
  command = plan

  variables {
    routes = [{ channels = ["teams"] }]
  }

  expect_failures = [var.routes]
}

run "route_to_nowhere" {
  command = plan

  variables {
    routes = [{ channels = [] }]
  }

  expect_failures = [var.routes]
}

run "channel_twice" {
  command = plan

  variables {
    routes = [{ channels = ["sns", "sns"] }]
  }

  expect_failures = [var.routes]
}

run "unknown_severity" {
  command = plan

  variables {
    routes = [{ severities = ["SEVERE"], channels = ["sns"] }]
  }

  expect_failures = [var.routes]
}

run "unknown_source" {
  command = plan

  variables {
    routes = [{ sources = ["pager"], channels = ["sns"] }]
  }

  expect_failures = [var.routes]
}

run "route_behind_one_that_takes_everything" {
  command = plan

  variables {
    routes = [{ channels = ["sns"] }, { severities = ["LOW"], channels = ["sns"] }]
  }

  expect_failures = [var.routes]
}

run "the_same_conditions_twice" {
  command = plan

  variables {
    slack  = { webhook_secret_arn = "arn:aws:ssm:us-east-1:123456789012:parameter/slack" }
    routes = [{ severities = ["HIGH", "CRITICAL"], channels = ["sns"] }, { severities = ["CRITICAL", "HIGH"], channels = ["slack"] }]
  }

  expect_failures = [var.routes]
}

run "route_to_a_channel_that_is_not_there" {
  command = plan

  variables {
    routes = [{ channels = ["sns", "slack"] }]
  }

  expect_failures = [var.routes]
}

run "channel_without_a_route" {
  command = plan

  variables {
    slack = { webhook_secret_arn = "arn:aws:ssm:us-east-1:123456789012:parameter/slack" }
  }

  expect_failures = [var.routes]
}

run "more_than_an_environment_holds" {
  command = plan

  variables {
    routes = [for number in range(12) : { tags = { Team = join("", [for letter in range(24) : "team-${number}-"]) }, channels = ["sns"] }]
  }

  expect_failures = [var.routes]
}
