# What a consumer gets who sets the topic and nothing else.

mock_provider "aws" {
  source          = "./tests/terraform/mocks"
  override_during = plan
}

variables {
  sns_topic_arn = "arn:aws:sns:us-east-1:123456789012:alarms"
}

# One run, since every run plans the whole module anew.
run "defaults" {
  command = plan

  # Functions

  assert {
    condition = { for key, function in aws_lambda_function.triage : key => [function.function_name, function.handler, function.timeout, function.memory_size] } == {
      triage       = ["triage-handler", "triage_handler.handler", 60, 512]
      investigator = ["triage-investigator", "investigate_handler.handler", 900, 1024]
      notice       = ["triage-notice", "notice_handler.handler", 60, 512]
      tool         = ["tool-lambda", "tool_handler.handler", 120, 2048]
    }
    error_message = "Names, handlers, time-outs and memory are the documented ones."
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.triage : function.runtime == "python3.13" && tolist(function.architectures) == tolist(["arm64"])])
    error_message = "All functions run Python 3.13 on arm64."
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.triage : function.reserved_concurrent_executions == -1])
    error_message = "No function takes concurrency away from the account."
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.triage : function.layers == tolist([aws_lambda_layer_version.dependencies.arn])])
    error_message = "All functions use the dependency layer the module publishes."
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.triage : length(function.vpc_config) == 0 && function.kms_key_arn == null && function.tracing_config[0].mode == "PassThrough"])
    error_message = "VPC, customer key and tracing are off."
  }

  assert {
    condition     = basename(aws_lambda_function.triage["tool"].filename) == "tool.zip" && alltrue([for key in ["triage", "investigator", "notice"] : basename(aws_lambda_function.triage[key].filename) == "triage.zip"])
    error_message = "The tool function has a package of its own, the others share one."
  }

  # Environment of the functions

  assert {
    condition = tomap(aws_lambda_function.triage["triage"].environment[0].variables) == tomap({
      LOG_LEVEL                    = "INFO"
      POWERTOOLS_SERVICE_NAME      = "triage"
      POWERTOOLS_METRICS_NAMESPACE = "AlarmTriage"
      TABLE_NAME                   = "triage-tracker"
      WORK_QUEUE_URL               = "https://sqs.us-east-1.amazonaws.com/123456789012/mocked"
      SNS_TOPIC_ARN                = "arn:aws:sns:us-east-1:123456789012:alarms"
      INVESTIGATION_WINDOW_HOURS   = "1"
      INVESTIGATE_STATES           = "[\"ALARM\"]"
      NOTIFY_REFIRE                = "true"
      REARM_ON_OK                  = "false"
      GROUP_WINDOW_MINUTES         = "10"
      INVESTIGATION_BUDGET         = "{\"max_tokens\":600000,\"max_tool_calls\":100,\"max_turns\":40,\"max_usd\":1}"
      STORM_GUARD                  = "{\"daily_budget_usd\":20,\"daily_token_limit\":null,\"digest_interval_minutes\":15,\"max_investigations_per_hour\":20}"
      LOG_ERRORS                   = "{\"min_occurrences\":1,\"notify_refire\":false,\"occurrence_window_minutes\":10}"
      OWN_LOG_GROUPS               = "[\"/aws/lambda/tool-lambda\",\"/aws/lambda/triage-handler\",\"/aws/lambda/triage-investigator\",\"/aws/lambda/triage-notice\"]"
      MAINTENANCE_WINDOWS          = "[]"
      ALARM_POLICY_TAGS            = "{\"enabled\":true,\"prefix\":\"alarm-triage:\"}"
      REPORTS_BUCKET               = "alarm-reports-123456789012-us-east-1"
      DELIVERY_ROUTES              = "[]"
    })
    error_message = "The triage function is told exactly what its settings ask for."
  }

  assert {
    condition = tomap(aws_lambda_function.triage["investigator"].environment[0].variables) == tomap({
      LOG_LEVEL                    = "INFO"
      POWERTOOLS_SERVICE_NAME      = "investigator"
      POWERTOOLS_METRICS_NAMESPACE = "AlarmTriage"
      TABLE_NAME                   = "triage-tracker"
      WORK_QUEUE_URL               = "https://sqs.us-east-1.amazonaws.com/123456789012/mocked"
      SNS_TOPIC_ARN                = "arn:aws:sns:us-east-1:123456789012:alarms"
      REPORTS_BUCKET               = "alarm-reports-123456789012-us-east-1"
      TOOL_FUNCTION_NAME           = "tool-lambda"
      OWN_RESOURCES                = jsonencode(local.own_resources)
      TOOL_TIMEOUT_SECONDS         = "120"
      BEDROCK_MODEL_ID             = "global.anthropic.claude-sonnet-4-6"
      BEDROCK_FALLBACK_MODEL_IDS   = "[\"global.amazon.nova-2-lite-v1:0\"]"
      INVESTIGATION_WINDOW_HOURS   = "1"
      INVESTIGATION_BUDGET         = "{\"max_tokens\":600000,\"max_tool_calls\":100,\"max_turns\":40,\"max_usd\":1}"
      GROUP_WINDOW_MINUTES         = "10"
      STORM_GUARD                  = "{\"daily_budget_usd\":20,\"daily_token_limit\":null,\"digest_interval_minutes\":15,\"max_investigations_per_hour\":20}"
      MEMORY                       = "{\"retention_days\":90}"
      DELIVERY_ROUTES              = "[]"
      CONTEXT_KEY                  = ""
      SLACK_CHANNEL                = "null"
      EMAIL_CHANNEL                = "null"
    })
    error_message = "The investigator function is told exactly what its settings ask for."
  }

  assert {
    condition = tomap(aws_lambda_function.triage["notice"].environment[0].variables) == tomap({
      LOG_LEVEL                    = "INFO"
      POWERTOOLS_SERVICE_NAME      = "notice"
      POWERTOOLS_METRICS_NAMESPACE = "AlarmTriage"
      SNS_TOPIC_ARN                = "arn:aws:sns:us-east-1:123456789012:alarms"
      WORK_QUEUE_URL               = "https://sqs.us-east-1.amazonaws.com/123456789012/mocked"
      DELIVERY_ROUTES              = "[]"
      TRIAGE_LOG_GROUP             = "/aws/lambda/triage-handler"
      INVESTIGATOR_LOG_GROUP       = "/aws/lambda/triage-investigator"
    })
    error_message = "The notice function needs nothing but the topic, hands notices to other channels, and names the logs to read."
  }

  assert {
    condition = tomap(aws_lambda_function.triage["tool"].environment[0].variables) == tomap({
      LOG_LEVEL                    = "INFO"
      POWERTOOLS_SERVICE_NAME      = "tool"
      POWERTOOLS_METRICS_NAMESPACE = "AlarmTriage"
      INVESTIGATOR_ROLE_ARN        = "arn:aws:iam::123456789012:role/mocked"
      TOOL_TIMEOUT_SECONDS         = "120"
      READABLE_LOGS                = "[]"
      MALLOC_ARENA_MAX             = "2"
    })
    error_message = "The tool function knows the role it assumes and its own limit."
  }

  # Permission of the alarms

  assert {
    condition     = aws_lambda_permission.alarms.principal == "lambda.alarms.cloudwatch.amazonaws.com"
    error_message = "CloudWatch alarms invoke under a principal of their own."
  }

  assert {
    condition     = aws_lambda_permission.alarms.source_account == "123456789012" && aws_lambda_permission.alarms.source_arn == "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"
    error_message = "Only alarms of this account and region may invoke."
  }

  assert {
    condition     = length(aws_cloudwatch_event_rule.watch_all) + length(aws_cloudwatch_event_target.watch_all) + length(aws_lambda_permission.watch_all) == 0
    error_message = "Alarms without an action of ours are left alone."
  }

  # Queues

  assert {
    condition = { for key, queue in aws_sqs_queue.triage : key => queue.name } == {
      work               = "triage-work"
      work_dead_letter   = "triage-work-dlq"
      notice_dead_letter = "triage-notice-dlq"
    }
    error_message = "Queue names."
  }

  assert {
    condition     = aws_sqs_queue.triage["work"].visibility_timeout_seconds > aws_lambda_function.triage["investigator"].timeout && aws_sqs_queue.triage["work_dead_letter"].visibility_timeout_seconds > aws_lambda_function.triage["notice"].timeout
    error_message = "A message stays hidden for longer than the function that holds it may run."
  }

  assert {
    condition     = alltrue([for queue in aws_sqs_queue.triage : queue.sqs_managed_sse_enabled])
    error_message = "Queues are encrypted with SQS's own keys."
  }

  assert {
    condition     = { for queue, policy in aws_sqs_queue_redrive_policy.triage : queue => jsondecode(policy.redrive_policy).maxReceiveCount } == { work = 3, work_dead_letter = 10 }
    error_message = "Work moves on after three receives, a dead letter after ten."
  }

  assert {
    condition = { for key, queue in aws_sqs_queue.triage : key => jsondecode(queue.redrive_allow_policy) } == {
      work               = { redrivePermission = "denyAll" }
      work_dead_letter   = { redrivePermission = "byQueue", sourceQueueArns = ["arn:aws:sqs:us-east-1:123456789012:triage-work"] }
      notice_dead_letter = { redrivePermission = "byQueue", sourceQueueArns = ["arn:aws:sqs:us-east-1:123456789012:triage-work-dlq"] }
    }
    error_message = "Each queue takes dead letters from the queue before it only."
  }

  assert {
    condition     = alltrue([for queue in aws_sqs_queue.triage : [for statement in jsondecode(queue.policy).Statement : [statement.Effect, statement.Principal, statement.Action, statement.Condition]] == [["Deny", "*", "sqs:*", { Bool = { "aws:SecureTransport" = "false" } }]]])
    error_message = "Queues refuse requests without TLS, and let nobody in by their policy."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.investigator.batch_size == 1 && aws_lambda_event_source_mapping.investigator.scaling_config[0].maximum_concurrency == 5
    error_message = "One investigation per invocation, five at a time."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.notice.batch_size == 1
    error_message = "One notice per invocation, so that one that fails takes no other with it."
  }

  assert {
    condition     = aws_lambda_function_event_invoke_config.triage.maximum_retry_attempts == 2 && length(aws_lambda_function_event_invoke_config.triage.destination_config[0].on_failure) == 1
    error_message = "An alarm event that triage could not take in is retried, then kept."
  }

  # Table

  assert {
    condition     = aws_dynamodb_table.tracker.hash_key == "pk" && aws_dynamodb_table.tracker.range_key == "sk" && one(aws_dynamodb_table.tracker.ttl).attribute_name == "expires_at" && one(aws_dynamodb_table.tracker.ttl).enabled
    error_message = "Keys and expiry of the table."
  }

  assert {
    condition     = aws_dynamodb_table.tracker.billing_mode == "PAY_PER_REQUEST" && aws_dynamodb_table.tracker.point_in_time_recovery[0].enabled
    error_message = "The table is on demand and can be restored to a point in time."
  }

  # Reports bucket

  assert {
    condition     = aws_s3_bucket.reports.bucket == "alarm-reports-123456789012-us-east-1" && aws_s3_bucket.reports.force_destroy == false
    error_message = "The bucket is unique per account and region, and destroy never takes reports along."
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.reports.block_public_acls,
      aws_s3_bucket_public_access_block.reports.block_public_policy,
      aws_s3_bucket_public_access_block.reports.ignore_public_acls,
      aws_s3_bucket_public_access_block.reports.restrict_public_buckets,
      one(aws_s3_bucket_ownership_controls.reports.rule).object_ownership == "BucketOwnerEnforced",
    ])
    error_message = "The bucket is private."
  }

  assert {
    condition     = one(aws_s3_bucket_versioning.reports.versioning_configuration).status == "Enabled"
    error_message = "The bucket is versioned."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.reports.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "Reports are encrypted with AES256."
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.reports.policy).Statement == [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::alarm-reports-123456789012-us-east-1", "arn:aws:s3:::alarm-reports-123456789012-us-east-1/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
    error_message = "The bucket refuses requests without TLS."
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.reports.rule : rule.id] == ["abort-incomplete-uploads", "expire-checkpoints"] && aws_s3_bucket_lifecycle_configuration.reports.rule[0].abort_incomplete_multipart_upload[0].days_after_initiation == 7
    error_message = "Abandoned uploads are removed; reports are kept."
  }

  assert {
    condition     = length(aws_s3_bucket_logging.reports) == 0
    error_message = "No access log."
  }

  # Logs and alarms

  assert {
    condition     = toset([for group in aws_cloudwatch_log_group.function : group.name]) == toset(["/aws/lambda/triage-handler", "/aws/lambda/triage-investigator", "/aws/lambda/triage-notice", "/aws/lambda/tool-lambda"])
    error_message = "Every function has its log group."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.function : group.retention_in_days == 30 && group.kms_key_id == null])
    error_message = "Logs are kept for 30 days."
  }

  assert {
    condition = { for key, alarm in aws_cloudwatch_metric_alarm.self : key => [alarm.metric_name, one(values(alarm.dimensions)), alarm.threshold] } == {
      triage-errors         = ["Errors", "triage-handler", 1]
      triage-events-lost    = ["DestinationDeliveryFailures", "triage-handler", 1]
      triage-notice-errors  = ["Errors", "triage-notice", 1]
      triage-work-queue-age = ["ApproximateAgeOfOldestMessage", "triage-work", 3600]
      triage-work-dlq-age   = ["ApproximateAgeOfOldestMessage", "triage-work-dlq", 900]
      triage-notice-dlq     = ["ApproximateNumberOfMessagesVisible", "triage-notice-dlq", 1]
    }
    error_message = "The module watches each place where an alarm could get stuck."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.self : alarm.alarm_actions == toset(["arn:aws:sns:us-east-1:123456789012:alarms"])])
    error_message = "The module's own alarms publish to the topic and never invoke the triage function."
  }

  # Outputs

  assert {
    condition     = output.triage_lambda_name == "triage-handler" && output.tool_lambda_name == "tool-lambda" && output.investigator_lambda_name == "triage-investigator" && output.notice_lambda_name == "triage-notice"
    error_message = "Function names."
  }

  assert {
    condition     = output.triage_lambda_log_group == "/aws/lambda/triage-handler" && output.tool_lambda_log_group == "/aws/lambda/tool-lambda" && output.investigator_lambda_log_group == "/aws/lambda/triage-investigator" && output.notice_lambda_log_group == "/aws/lambda/triage-notice"
    error_message = "Log groups."
  }

  assert {
    condition     = output.bedrock_model_id == "global.anthropic.claude-sonnet-4-6" && output.dynamodb_table_name == "triage-tracker"
    error_message = "Model and table."
  }

  assert {
    condition     = keys(output.function_role_arns) == ["investigator", "notice", "tool", "triage"]
    error_message = "Role ARNs of all functions."
  }
}

run "own_resources" {
  command = plan

  assert {
    condition = length(setsubtract(
      ["triage-handler", "triage-investigator", "triage-notice", "tool-lambda", "triage-tracker", "alarm-reports-123456789012-us-east-1", "triage-errors"],
      local.own_resources,
    )) == 0
    error_message = "What the module is made of is left out of investigations: functions, table, bucket, alarms."
  }

  assert {
    condition     = length(setsubtract([for queue in aws_sqs_queue.triage : queue.name], local.own_resources)) == 0
    error_message = "Its queues too."
  }
}
