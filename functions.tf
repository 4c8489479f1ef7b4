# The four functions. Triage, investigator and notice share one zip; the tool function has its own, and shares nothing
# with the others but the layer.

locals {
  runtime = "python3.13"

  # Intake and notices are a handful of small API calls. The limits leave room for SDK retries while a service is
  # throttling; the memory is chosen for the CPU share that comes with it at cold start.
  triage_timeout   = 60
  notice_timeout   = 60
  intake_memory_mb = 512

  # How long an alarm's event is tried before it becomes a notice; the longest Lambda allows.
  alarm_event_age_seconds = 6 * 60 * 60

  package_directory = "${path.module}/dist"

  functions = {
    triage = {
      description          = "Takes in alarms, claims them once and queues their investigation"
      package              = "triage.zip"
      handler              = "triage_handler.handler"
      timeout              = local.triage_timeout
      memory_size          = local.intake_memory_mb
      reserved_concurrency = -1
      environment = {
        TABLE_NAME                 = local.table_name
        WORK_QUEUE_URL             = aws_sqs_queue.triage["work"].url
        SNS_TOPIC_ARN              = var.sns_topic_arn
        INVESTIGATION_WINDOW_HOURS = tostring(var.investigation_window_hours)
        INVESTIGATE_STATES         = jsonencode(var.investigate_states)
        NOTIFY_REFIRE              = tostring(var.notify_refire)
        REARM_ON_OK                = tostring(var.rearm_on_ok)
        GROUP_WINDOW_MINUTES       = tostring(var.group_window_minutes)
        INVESTIGATION_BUDGET       = jsonencode(var.investigation_budget)
        STORM_GUARD                = jsonencode(var.storm_guard)
        LOG_ERRORS                 = jsonencode(var.log_errors)
        OWN_LOG_GROUPS             = jsonencode(local.own_log_groups)
        MAINTENANCE_WINDOWS        = jsonencode(var.maintenance_windows)
        ALARM_POLICY_TAGS          = jsonencode(one([for policy in [var.alarm_policy_tags] : policy if policy.enabled]))
        REPORTS_BUCKET             = local.bucket_name
        DELIVERY_ROUTES            = local.routes_json
      }
    }
    investigator = {
      description          = "Investigates one alarm with a Bedrock model and delivers the report"
      package              = "triage.zip"
      handler              = "investigate_handler.handler"
      timeout              = var.lambda_timeout
      memory_size          = var.lambda_memory_size
      reserved_concurrency = -1
      environment = {
        TABLE_NAME                 = local.table_name
        WORK_QUEUE_URL             = aws_sqs_queue.triage["work"].url
        SNS_TOPIC_ARN              = var.sns_topic_arn
        REPORTS_BUCKET             = local.bucket_name
        TOOL_FUNCTION_NAME         = local.function_names.tool
        TOOL_TIMEOUT_SECONDS       = tostring(var.tool_lambda_timeout)
        OWN_RESOURCES              = jsonencode(local.own_resources)
        BEDROCK_MODEL_ID           = var.bedrock_model_id
        BEDROCK_FALLBACK_MODEL_IDS = jsonencode(local.asks_model ? var.bedrock_fallback_model_ids : [])
        INVESTIGATION_WINDOW_HOURS = tostring(var.investigation_window_hours)
        INVESTIGATION_BUDGET       = jsonencode(var.investigation_budget)
        GROUP_WINDOW_MINUTES       = tostring(var.group_window_minutes)
        STORM_GUARD                = jsonencode(var.storm_guard)
        MEMORY                     = jsonencode(one([for memory in [var.memory] : { retention_days = memory.retention_days } if memory.enabled]))
        DELIVERY_ROUTES            = local.routes_json
        CONTEXT_KEY                = join("", local.context_keys)
        SLACK_CHANNEL              = local.slack_json
        EMAIL_CHANNEL              = local.email_json
      }
    }
    notice = {
      description          = "Tells about alarms that could not be investigated"
      package              = "triage.zip"
      handler              = "notice_handler.handler"
      timeout              = local.notice_timeout
      memory_size          = local.intake_memory_mb
      reserved_concurrency = -1
      environment = {
        SNS_TOPIC_ARN          = var.sns_topic_arn
        WORK_QUEUE_URL         = aws_sqs_queue.triage["work"].url
        DELIVERY_ROUTES        = local.routes_json
        TRIAGE_LOG_GROUP       = "/aws/lambda/${local.function_names.triage}"
        INVESTIGATOR_LOG_GROUP = "/aws/lambda/${local.function_names.investigator}"
      }
    }
    tool = {
      description          = "Runs the model's read-only code in a sandbox"
      package              = "tool.zip"
      handler              = "tool_handler.handler"
      timeout              = var.tool_lambda_timeout
      memory_size          = var.tool_lambda_memory_size
      reserved_concurrency = var.tool_lambda_reserved_concurrency
      environment = {
        INVESTIGATOR_ROLE_ARN = aws_iam_role.investigator.arn
        TOOL_TIMEOUT_SECONDS  = tostring(var.tool_lambda_timeout)
        # Threads of glibc reserve address space arena by arena; the sandbox bounds it.
        MALLOC_ARENA_MAX = "2"
        READABLE_LOGS    = jsonencode([for log in local.readable_logs : "${log.bucket}/${log.prefix}"])
      }
    }
  }
}

resource "aws_lambda_layer_version" "dependencies" {
  layer_name               = local.layer_name
  description              = "Third-party libraries and the redaction shared by the triage functions"
  filename                 = "${local.package_directory}/dependencies.zip"
  source_code_hash         = filebase64sha256("${local.package_directory}/dependencies.zip")
  compatible_runtimes      = [local.runtime]
  compatible_architectures = ["arm64", "x86_64"]
}

resource "aws_lambda_function" "triage" {
  # checkov:skip=CKV_AWS_116:Failed events reach a queue by an event invoke configuration or by the work queue's redrive policy
  # checkov:skip=CKV_AWS_272:Packages are committed, built reproducibly and compared by checksum; signing is the consumer's pipeline's
  for_each = local.functions

  function_name                  = local.function_names[each.key]
  description                    = each.value.description
  role                           = aws_iam_role.function[each.key].arn
  runtime                        = local.runtime
  architectures                  = [var.architecture]
  handler                        = each.value.handler
  filename                       = "${local.package_directory}/${each.value.package}"
  source_code_hash               = filebase64sha256("${local.package_directory}/${each.value.package}")
  layers                         = [aws_lambda_layer_version.dependencies.arn]
  timeout                        = each.value.timeout
  memory_size                    = each.value.memory_size
  reserved_concurrent_executions = each.value.reserved_concurrency
  kms_key_arn                    = var.kms_key_arn
  tags                           = var.tags

  environment {
    variables = merge(each.value.environment, {
      LOG_LEVEL                    = "INFO"
      POWERTOOLS_SERVICE_NAME      = each.key
      POWERTOOLS_METRICS_NAMESPACE = "AlarmTriage"
    })
  }

  # Plain text, since the functions write JSON lines themselves and Lambda would wrap them once more.
  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  dynamic "vpc_config" {
    for_each = var.vpc_config == null ? [] : [var.vpc_config]

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  # Lambda creates the network interfaces, and decrypts the environment, with the function's role.
  depends_on = [aws_iam_role_policy.function, aws_iam_role_policy.models]
}

# An alarm that triage could not take in after Lambda's own retries becomes a notice.
resource "aws_lambda_function_event_invoke_config" "triage" {
  function_name                = aws_lambda_function.triage["triage"].function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = local.alarm_event_age_seconds

  destination_config {
    on_failure {
      destination = aws_sqs_queue.triage["work_dead_letter"].arn
    }
  }
}

resource "aws_lambda_permission" "alarms" {
  statement_id   = "AllowCloudWatchAlarms"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.triage["triage"].function_name
  principal      = "lambda.alarms.cloudwatch.amazonaws.com"
  source_account = local.account_id
  source_arn     = "${local.alarm_arn_prefix}*"
}
