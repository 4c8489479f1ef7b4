# The topic is the consumer's, and so are its policies. These are the ones it should have; the outputs hand them over.

locals {
  alarm_arns = "arn:${local.partition}:cloudwatch:${local.region}:${local.account_id}:alarm:*"

  # On behalf of this account's alarms only: without it, an alarm of any account that knows the ARN could use the
  # service's rights (IAM User Guide, "The confused deputy problem").
  of_own_alarms = {
    StringEquals = { "aws:SourceAccount" = local.account_id }
    ArnLike      = { "aws:SourceArn" = local.alarm_arns }
  }

  # The module's functions publish with their roles' rights and need no statement here.
  topic_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = var.sns_topic_arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "Alarms"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = var.sns_topic_arn
        Condition = local.of_own_alarms
      },
    ]
  })

  # What CloudWatch calls before SNS takes its message (SNS Developer Guide, "Enable compatibility between event sources
  # from AWS services and encrypted topics"). The key alias/aws/sns cannot be given this, hence a key of one's own.
  topic_key_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AlarmsToEncryptedTopic"
      Effect    = "Allow"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
      Resource  = "*"
      Condition = local.of_own_alarms
    }]
  })
}
