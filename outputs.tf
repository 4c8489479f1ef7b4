output "triage_lambda_arn" {
  description = "ARN of the triage Lambda function: write it into `alarm_actions`."
  value       = aws_lambda_function.triage["triage"].arn

  # An alarm that goes off before the function may be invoked, or before anyone takes from the queue, would be missed.
  depends_on = [
    aws_lambda_permission.alarms,
    aws_lambda_function_event_invoke_config.triage,
    aws_lambda_event_source_mapping.investigator,
    aws_lambda_event_source_mapping.notice,
    aws_sqs_queue_redrive_policy.triage,
  ]
}

output "triage_lambda_name" {
  description = "Name of the triage Lambda function."
  value       = aws_lambda_function.triage["triage"].function_name
}

output "triage_lambda_log_group" {
  description = "CloudWatch Logs group of the triage Lambda function."
  value       = aws_cloudwatch_log_group.function["triage"].name
}

output "investigator_lambda_arn" {
  description = "ARN of the investigator Lambda function, which runs the model's investigations."
  value       = aws_lambda_function.triage["investigator"].arn
}

output "investigator_lambda_name" {
  description = "Name of the investigator Lambda function."
  value       = aws_lambda_function.triage["investigator"].function_name
}

output "investigator_lambda_log_group" {
  description = "CloudWatch Logs group of the investigator Lambda function."
  value       = aws_cloudwatch_log_group.function["investigator"].name
}

output "notice_lambda_arn" {
  description = "ARN of the notice Lambda function, which tells about alarms that could not be investigated."
  value       = aws_lambda_function.triage["notice"].arn
}

output "notice_lambda_name" {
  description = "Name of the notice Lambda function."
  value       = aws_lambda_function.triage["notice"].function_name
}

output "notice_lambda_log_group" {
  description = "CloudWatch Logs group of the notice Lambda function."
  value       = aws_cloudwatch_log_group.function["notice"].name
}

output "tool_lambda_arn" {
  description = "ARN of the tool Lambda function, which runs the model's read-only code."
  value       = aws_lambda_function.triage["tool"].arn
}

output "tool_lambda_name" {
  description = "Name of the tool Lambda function."
  value       = aws_lambda_function.triage["tool"].function_name
}

output "tool_lambda_log_group" {
  description = "CloudWatch Logs group of the tool Lambda function."
  value       = aws_cloudwatch_log_group.function["tool"].name
}

output "investigator_role_arn" {
  description = "ARN of the read-only role under which the model's code looks at the account."
  value       = aws_iam_role.investigator.arn
}

output "function_role_arns" {
  description = "ARNs of the functions' own roles, by function: `triage`, `investigator`, `notice`, `tool`."
  value       = { for key, role in aws_iam_role.function : key => role.arn }
}

output "bedrock_model_id" {
  description = "Bedrock model that investigates."
  value       = var.bedrock_model_id
}

output "dynamodb_table_name" {
  description = "Name of the DynamoDB table that remembers claims and investigations."
  value       = aws_dynamodb_table.tracker.name
}

output "reports_bucket_name" {
  description = "Name of the S3 bucket that holds the reports, under `reports/YYYY/MM/DD/`."
  value       = aws_s3_bucket.reports.id
}

output "work_queue_url" {
  description = "URL of the SQS queue of claimed alarms that wait for their investigation."
  value       = aws_sqs_queue.triage["work"].url
}

output "work_dead_letter_queue_url" {
  description = "URL of the SQS queue of alarms that could not be investigated; the notice function tells about them."
  value       = aws_sqs_queue.triage["work_dead_letter"].url
}

output "notice_dead_letter_queue_url" {
  description = "URL of the SQS queue of alarms that were neither investigated nor told. It should be empty."
  value       = aws_sqs_queue.triage["notice_dead_letter"].url
}

output "delivery_channels" {
  description = "Channels that reports and notices can take: `sns` always, `slack` and `email` where a route leads to them."
  value       = sort(distinct(concat(["sns"], flatten(var.routes[*].channels))))
}

output "topic_policy" {
  description = "Access policy (JSON) for your topic `sns_topic_arn`: TLS only, and CloudWatch may publish for this account's alarms. Give it to `aws_sns_topic_policy`, or merge it into the policy the topic has."
  value       = local.topic_policy
}

output "topic_key_policy" {
  description = "Policy document (JSON) to merge into the key policy of an encrypted topic's key (`source_policy_documents` of `aws_iam_policy_document`): without it the module's own alarms cannot publish."
  value       = local.topic_key_policy
}
