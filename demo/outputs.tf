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

output "log_an_error" {
  description = "Command that writes one error to the watched log."
  value = join(" ", [
    "stream=by-hand-$(date +%s);",
    "aws logs create-log-stream --region ${var.region} --log-group-name ${aws_cloudwatch_log_group.payment_service.name} --log-stream-name $stream &&",
    "aws logs put-log-events --region ${var.region} --log-group-name ${aws_cloudwatch_log_group.payment_service.name} --log-stream-name $stream",
    "--log-events \"timestamp=$(date +%s)000,message='ERROR [Database] Connection refused at port 5432. Caused by: FATAL: password authentication failed for user admin'\"",
  ])
}

output "watch_it" {
  description = "Command that follows the log of the investigation."
  value       = "aws logs tail --follow --region ${var.region} ${module.alarm_triage.investigator_lambda_log_group}"
}
