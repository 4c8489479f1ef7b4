# Objects and keys. No object is read, and nothing is decrypted, except below the log prefixes that
# `investigator_access.readable_logs` names, with the keys it names, and through S3 only.

locals {
  readable_logs = var.investigator_access.readable_logs

  readable_object_arns = [for log in local.readable_logs : "arn:${local.partition}:s3:::${log.bucket}/${log.prefix}*"]
  readable_key_arns    = distinct(compact([for log in local.readable_logs : log.kms_key_arn]))

  # With nothing named, everything is denied; with names, everything else. jsonencode keeps the two forms of one
  # statement apart, which a conditional expression would make one type.
  object_deny = jsonencode(length(local.readable_object_arns) == 0 ? { Resource = ["*"] } : { NotResource = local.readable_object_arns })
  key_deny    = jsonencode(length(local.readable_key_arns) == 0 ? { Resource = ["*"] } : { NotResource = local.readable_key_arns })

  object_statements = concat(
    [
      merge({ Sid = "Objects", Effect = "Deny", Action = "s3:GetObject" }, jsondecode(local.object_deny)),
      merge({ Sid = "Keys", Effect = "Deny", Action = "kms:Decrypt" }, jsondecode(local.key_deny)),
    ],
    [
      for statement in [{
        # Whoever holds the session could otherwise decrypt with a named key whatever it was handed. Without the key in
        # the request, as in a direct call, the condition holds too.
        Sid       = "KeysDirectly"
        Effect    = "Deny"
        Action    = "kms:Decrypt"
        Resource  = "*"
        Condition = { StringNotLike = { "kms:ViaService" = "s3.*" } }
      }] : statement if length(local.readable_key_arns) > 0
    ],
  )

  # A replaced base may not read objects, and ReadOnlyAccess does not decrypt.
  readable_log_statements = concat(
    [
      for statement in [{
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = local.readable_object_arns
      }] : statement if length(local.readable_object_arns) > 0
    ],
    [
      for statement in [{
        Sid      = "LogKeys"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = local.readable_key_arns
      }] : statement if length(local.readable_key_arns) > 0
    ],
  )
}

resource "aws_iam_role_policy" "readable_logs" {
  for_each = length(local.readable_log_statements) == 0 ? {} : { readable-logs = local.readable_log_statements }

  name   = each.key
  role   = aws_iam_role.investigator.name
  policy = jsonencode({ Version = "2012-10-17", Statement = each.value })

  # The denies come first and go last.
  depends_on = [aws_iam_role_policy_attachment.investigator_deny]
}
