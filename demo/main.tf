# What a consumer writes: a topic, a subscription, one module block. failing_lambda.tf, alarms.tf and log_errors.tf give it
# something to investigate.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Project = "alarm-triage-demo"
    }
  }
}

locals {
  name_prefix = var.name_prefix == "" ? "" : "${var.name_prefix}-"

  # The part after "identity/": an address, or a domain whose addresses may all send.
  ses_identity = var.email_identity_arn == null ? "" : split("/", var.email_identity_arn)[1]
}

resource "aws_sns_topic" "alarm_notifications" {
  # checkov:skip=CKV_AWS_26:With the AWS managed key CloudWatch could not publish; a customer managed key costs money. See topic_policy and topic_key_policy for a topic that stays
  name = "${local.name_prefix}cloudwatch-alarm-investigations"
}

resource "aws_sns_topic_subscription" "email" {
  topic_arn = aws_sns_topic.alarm_notifications.arn
  protocol  = "email"
  endpoint  = var.email
}

module "alarm_triage" {
  source = "../"

  sns_topic_arn              = aws_sns_topic.alarm_notifications.arn
  bedrock_model_id           = var.bedrock_model_id
  resource_prefix            = var.name_prefix
  investigation_window_hours = var.investigation_window_hours
  watch_all_alarms           = var.watch_all_alarms

  # Each channel is an addition to the topic, and only there when you configure it.
  slack = var.slack_webhook_secret_arn == null ? null : { webhook_secret_arn = var.slack_webhook_secret_arn }
  email = var.email_identity_arn == null ? null : {
    identity_arn = var.email_identity_arn
    from         = "Alarm Triage <${strcontains(local.ses_identity, "@") ? local.ses_identity : "alarm-triage@${local.ses_identity}"}>"
    to           = [var.email]
  }
  routes = [{
    channels = concat(["sns"], var.slack_webhook_secret_arn == null ? [] : ["slack"], var.email_identity_arn == null ? [] : ["email"])
  }]

  # A demo leaves nothing behind. Keep the default for reports you want to keep.
  reports_bucket_force_destroy = true
}
