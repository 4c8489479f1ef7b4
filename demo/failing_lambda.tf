# An order API that fails as `fault` says, for a reason that is really there: IAM refuses it, it waits for longer than it
# may run, or it needs more memory than it has.

data "aws_partition" "current" {}

locals {
  order_id = "order-1001"

  # permission: the policy below is not attached to the function's role.
  orders_access = var.fault == "permission" ? [] : ["read"]

  # timeout: a pending order is waited for longer than the function's own 5 seconds.
  order_status              = var.fault == "timeout" ? "PENDING" : "CONFIRMED"
  confirmation_wait_seconds = var.fault == "timeout" ? 30 : 1

  # memory: a bulk order whose labels, a kilobyte each, are all held in memory at once.
  order_quantity = var.fault == "memory" ? 2000000 : 2
}

resource "aws_dynamodb_table" "orders" {
  # checkov:skip=CKV_AWS_119:One invented order, gone with the demo
  # checkov:skip=CKV_AWS_28:One invented order, gone with the demo
  name         = "${var.function_name}-orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "order_id"

  attribute {
    name = "order_id"
    type = "S"
  }
}

resource "aws_dynamodb_table_item" "order" {
  table_name = aws_dynamodb_table.orders.name
  hash_key   = aws_dynamodb_table.orders.hash_key

  item = jsonencode({
    order_id = { S = local.order_id }
    status   = { S = local.order_status }
    sku      = { S = "SKU-20431" }
    quantity = { N = tostring(local.order_quantity) }
  })
}

resource "aws_cloudwatch_log_group" "order_api" {
  # checkov:skip=CKV_AWS_158:Log of a function that only fails on request
  # checkov:skip=CKV_AWS_338:A demo is looked at the same day
  name              = "/aws/lambda/${var.function_name}"
  retention_in_days = 7
}

resource "aws_iam_role" "order_api" {
  name = "${var.function_name}-${var.region}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "order_api_logs" {
  role       = aws_iam_role.order_api.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy" "orders" {
  for_each = toset(local.orders_access)

  name = "orders-${each.key}"
  role = aws_iam_role.order_api.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "dynamodb:GetItem"
      Resource = aws_dynamodb_table.orders.arn
    }]
  })
}

resource "aws_lambda_function" "order_api" {
  # checkov:skip=CKV_AWS_116:It has to fail in front of an alarm, not into a queue
  # checkov:skip=CKV_AWS_117:It calls DynamoDB only; a demo should not need a VPC
  # checkov:skip=CKV_AWS_115:It is called once by hand
  # checkov:skip=CKV_AWS_272:Its package is committed beside it
  # checkov:skip=CKV_AWS_173:Its environment holds a table name and a number
  # checkov:skip=CKV_AWS_50:Its log tells what the demo is about
  function_name    = var.function_name
  description      = "Returns an order and its parcel labels"
  role             = aws_iam_role.order_api.arn
  runtime          = "python3.13"
  architectures    = ["arm64"]
  handler          = "order_api.handler"
  filename         = "${path.module}/../dist/demo.zip"
  source_code_hash = filebase64sha256("${path.module}/../dist/demo.zip")
  timeout          = 5
  memory_size      = 256

  environment {
    variables = {
      ORDERS_TABLE              = aws_dynamodb_table.orders.name
      CONFIRMATION_WAIT_SECONDS = tostring(local.confirmation_wait_seconds)
    }
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.order_api.name
  }

  depends_on = [aws_iam_role_policy_attachment.order_api_logs, aws_iam_role_policy.orders]
}
