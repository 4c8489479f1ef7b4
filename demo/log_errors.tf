# A service whose log is watched for errors, without any alarm: one line that says ERROR is enough.

resource "aws_cloudwatch_log_group" "payment_service" {
  # checkov:skip=CKV_AWS_158:Holds what you write into it to try the demo
  # checkov:skip=CKV_AWS_338:A demo is looked at the same day
  name              = "/${var.name_prefix == "" ? "prod" : var.name_prefix}/payment-service"
  retention_in_days = 7
}

module "log_errors" {
  source = "../modules/log-source"

  triage_lambda_arn = module.alarm_triage.triage_lambda_arn
  log_groups = {
    (aws_cloudwatch_log_group.payment_service.name) = {}
  }
}
