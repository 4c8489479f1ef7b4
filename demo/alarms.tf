# Alarms like those you already have; the one new line is the action.

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "${aws_lambda_function.order_api.function_name}-errors"
  alarm_description   = "${aws_lambda_function.order_api.function_name} fails requests: customers cannot see their orders."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"

  dimensions = {
    FunctionName = aws_lambda_function.order_api.function_name
  }

  alarm_actions = [module.alarm_triage.triage_lambda_arn]
}

resource "aws_cloudwatch_metric_alarm" "throttles" {
  alarm_name          = "${aws_lambda_function.order_api.function_name}-throttles"
  alarm_description   = "${aws_lambda_function.order_api.function_name} is refused concurrency: requests are turned away."
  namespace           = "AWS/Lambda"
  metric_name         = "Throttles"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  threshold           = 5
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"

  dimensions = {
    FunctionName = aws_lambda_function.order_api.function_name
  }

  alarm_actions = [module.alarm_triage.triage_lambda_arn]
}
