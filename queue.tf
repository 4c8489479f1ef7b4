# The work queue is the one retry mechanism: triage ▸ work queue ▸ investigator. What fails there three times, and what
# triage itself could not take in, reaches the work dead-letter queue, which feeds the notice function; what even that
# could not tell rests in the notice dead-letter queue, under an alarm.

locals {
  # Receives before a message moves on. SQS counts receives "across all queues" (API reference, ApproximateReceiveCount)
  # and does not say whether redrive does too, so the notice function's share lies beyond the work queue's.
  max_receives = {
    work             = 3
    work_dead_letter = 10
  }

  queue_settings = {
    # Hidden for longer than the function may run: a message never returns while its investigation is alive.
    work = { visibility_timeout = var.lambda_timeout + 30, retention_days = 4 }

    # A message keeps its first enqueue time when it moves on, so dead-letter queues retain for as long as SQS can.
    work_dead_letter   = { visibility_timeout = 2 * local.notice_timeout, retention_days = 14 }
    notice_dead_letter = { visibility_timeout = 30, retention_days = 14 }
  }

  # Queue → the queue that takes what failed there.
  dead_letter_targets = {
    work             = "work_dead_letter"
    work_dead_letter = "notice_dead_letter"
  }

  redrive_allow_policies = merge(
    { for queue in keys(local.queue_settings) : queue => jsonencode({ redrivePermission = "denyAll" }) },
    { for source, target in local.dead_letter_targets : target => jsonencode({ redrivePermission = "byQueue", sourceQueueArns = [local.queue_arns[source]] }) },
  )

  queue_policies = {
    for queue, arn in local.queue_arns : queue => jsonencode({
      Version = "2012-10-17"
      Statement = concat(
        [{
          Sid       = "TlsOnly"
          Effect    = "Deny"
          Principal = "*"
          Action    = "sqs:*"
          Resource  = arn
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        }],
        [for statement in local.watch_queue_statements : statement if statement.Resource == arn],
      )
    })
  }
}

resource "aws_sqs_queue" "triage" {
  for_each = local.queue_settings

  name                       = local.queue_names[each.key]
  visibility_timeout_seconds = each.value.visibility_timeout
  message_retention_seconds  = each.value.retention_days * 24 * 60 * 60
  policy                     = local.queue_policies[each.key]
  redrive_allow_policy       = local.redrive_allow_policies[each.key]
  tags                       = var.tags

  # Two encryptions that exclude each other: SQS's own keys, or yours.
  sqs_managed_sse_enabled = var.kms_key_arn == null ? true : null
  kms_master_key_id       = var.kms_key_arn
}

# Apart from the queues, since SQS refuses a dead-letter target that does not exist yet.
resource "aws_sqs_queue_redrive_policy" "triage" {
  for_each = local.dead_letter_targets

  queue_url = aws_sqs_queue.triage[each.key].url
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.triage[each.value].arn
    maxReceiveCount     = local.max_receives[each.key]
  })
}

# Lambda checks a role's rights when a mapping is created, hence the dependencies on the policies.
resource "aws_lambda_event_source_mapping" "investigator" {
  function_name    = aws_lambda_function.triage["investigator"].arn
  event_source_arn = aws_sqs_queue.triage["work"].arn
  batch_size       = 1
  tags             = var.tags

  scaling_config {
    maximum_concurrency = var.max_concurrent_investigations
  }

  depends_on = [aws_iam_role_policy.function]
}

resource "aws_lambda_event_source_mapping" "notice" {
  function_name    = aws_lambda_function.triage["notice"].arn
  event_source_arn = aws_sqs_queue.triage["work_dead_letter"].arn
  batch_size       = 1
  tags             = var.tags

  depends_on = [aws_iam_role_policy.function]
}
