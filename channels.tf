# Where reports and notices go besides the topic: Slack, e-mail through SES, and the routes that lead there. Only the
# investigator function reads the secret and sends mail; the others hand their notices to it through the work queue.

locals {
  # Only what a route says: every byte counts in a function's environment.
  delivery_routes = [
    for route in var.routes : { for key, value in route : key => value if length(value) > 0 }
  ]
  uses_optional_channels = anytrue([for route in var.routes : length(setsubtract(route.channels, ["sns"])) > 0])

  slack = one([for channel in [var.slack] : channel if channel != null])
  email = one([for channel in [var.email] : channel if channel != null])

  # The address of "Alarm Triage <triage@example.com>".
  email_address = local.email == null ? "" : try(regex("<([^<>]+)>$", local.email.from)[0], local.email.from)

  # As the functions read them, see the documentation of lambda/triage/settings.py.
  routes_json = jsonencode(local.delivery_routes)
  slack_json  = jsonencode(local.slack == null ? null : { secret_arn = local.slack.webhook_secret_arn })
  email_json  = jsonencode(local.email == null ? null : { for key, value in local.email : key => value if try(length(value), 0) > 0 })

  secret_service = try(split(":", local.slack.webhook_secret_arn)[2], "")
  secret_region  = try(split(":", local.slack.webhook_secret_arn)[3], "")
  identity_arn   = try(local.email.identity_arn, "")

  channel_statements = {
    triage = []
    investigator = concat(
      [for statement in [{
        Sid      = "SlackSecret"
        Effect   = "Allow"
        Action   = [local.secret_service == "ssm" ? "ssm:GetParameter" : "secretsmanager:GetSecretValue"]
        Resource = [try(local.slack.webhook_secret_arn, "")]
      }] : statement if local.slack != null],
      [for statement in [{
        Sid      = "SlackSecretKey"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = [try(local.slack.kms_key_arn, "")]
        # For this service only, and where Parameter Store names the parameter in the context, for it only.
        Condition = {
          StringEquals = merge(
            { "kms:ViaService" = "${local.secret_service}.${local.secret_region}.${data.aws_partition.current.dns_suffix}" },
            local.secret_service == "ssm" ? { "kms:EncryptionContext:PARAMETER_ARN" = try(local.slack.webhook_secret_arn, "") } : { "kms:EncryptionContext:SecretARN" = try(local.slack.webhook_secret_arn, "") },
          )
        }
      }] : statement if try(local.slack.kms_key_arn, null) != null],
      [for statement in [{
        Sid    = "Mail"
        Effect = "Allow"
        Action = ["ses:SendEmail"]
        Resource = compact([
          local.identity_arn,
          try(local.email.configuration_set, null) == null ? "" : "${join(":", slice(split(":", local.identity_arn), 0, 5))}:configuration-set/${try(local.email.configuration_set, "")}",
        ])
        Condition = { StringEquals = { "ses:FromAddress" = local.email_address } }
      }] : statement if local.email != null],
    )
    notice = [for statement in [{
      Sid      = "PostNotices"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = [local.queue_arns.work]
    }] : statement if local.uses_optional_channels]
    tool = []
  }

  channel_alarms = {
    for key, alarm in {
      triage-deliveries-given-up = {
        description = "A channel did not take a message for about two hours, or refused it; where no other channel of its route had it, this topic got it instead. See \"delivery given up\" and \"not delivered\" in the log group /aws/lambda/${local.function_names.investigator}."
        namespace   = "AlarmTriage"
        metric_name = "DeliveriesGivenUp"
        statistic   = "Sum"
        dimensions  = { service = "investigator" }
        threshold   = 1
      }
    } : key => alarm if local.uses_optional_channels
  }
}
