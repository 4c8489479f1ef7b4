output "log_groups" {
  description = "Log groups whose errors are investigated: name → filter pattern. Known once they are subscribed."
  value       = { for name, filter in aws_cloudwatch_log_subscription_filter.errors : name => filter.filter_pattern }
}

output "filter_names" {
  description = "Name of the subscription filter in each log group: log group → filter name."
  value       = { for name, filter in aws_cloudwatch_log_subscription_filter.errors : name => filter.name }
}
