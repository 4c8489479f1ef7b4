# What an incident of the evals finds applied: the module, a topic, and limits that judge every alarm.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

resource "aws_sns_topic" "reports" {
  # checkov:skip=CKV_AWS_26:Applied to the local AWS only; demo/ shows a topic people use.
  name = "reports"
}

resource "aws_sns_topic_subscription" "on_call" {
  topic_arn = aws_sns_topic.reports.arn
  protocol  = "email"
  endpoint  = "oncall@example.com"
}

module "alarm_triage" {
  source = "../.."

  sns_topic_arn                = aws_sns_topic.reports.arn
  reports_bucket_force_destroy = true

  # Every incident is judged by itself: what one run found must not help the next.
  memory = { enabled = false }
}

output "triage" {
  description = "Outputs of the module."
  value       = module.alarm_triage
}
