output "function_name" {
  description = "Name of the failing Lambda function."
  value       = aws_lambda_function.order_api.function_name
}

output "function_log_group" {
  description = "CloudWatch Logs group of the failing Lambda function."
  value       = aws_cloudwatch_log_group.order_api.name
}

output "order_id" {
  description = "Order to ask the function for."
  value       = local.order_id
}

output "alarm_name" {
  description = "Alarm that goes off when the function fails."
  value       = aws_cloudwatch_metric_alarm.errors.alarm_name
}

output "topic_arn" {
  description = "SNS topic of the reports."
  value       = aws_sns_topic.alarm_notifications.arn
}

output "watched_log_group" {
  description = "CloudWatch Logs group whose errors are investigated: write one into it."
  value       = one(keys(module.log_errors.log_groups))
}

output "triage" {
  description = "All outputs of the module."
  value       = module.alarm_triage
}

output "break_it" {
  description = "Command that lets the function fail once."
  value       = "aws lambda invoke --region ${var.region} --function-name ${aws_lambda_function.order_api.function_name} --cli-binary-format raw-in-base64-out --payload '${jsonencode({ order_id = local.order_id })}' /dev/stdout"
}

output "watch_it" {
  description = "Command that follows the log of the investigation."
  value       = "aws logs tail --follow --region ${var.region} ${module.alarm_triage.investigator_lambda_log_group}"
}
