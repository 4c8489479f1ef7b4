# A consumer's configuration for the reliability tests: the module, a topic, one subscriber, and wide limits, so that
# what is tried side by side does not run into the storm guard.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

variable "region" {
  description = "Region of the local AWS."
  type        = string
}

variable "storm_guard" {
  description = "Limits of the storm guard, as the module takes them."
  type        = any
  default     = { max_investigations_per_hour = 10000, daily_budget_usd = 10000 }
}

resource "aws_sns_topic" "reports" {
  name = "reports"
}

resource "aws_sns_topic_subscription" "on_call" {
  topic_arn = aws_sns_topic.reports.arn
  protocol  = "email"
  endpoint  = "oncall@example.com"
}

module "alarm_triage" {
  source = "../../.."

  sns_topic_arn                 = aws_sns_topic.reports.arn
  max_concurrent_investigations = 12
  storm_guard                   = var.storm_guard
  reports_bucket_force_destroy  = true
}

output "triage" {
  value = module.alarm_triage
}
