# What the owners of the account tell the model about it, as an object: an environment variable would be too small.

locals {
  context_keys = var.context_markdown == "" ? [] : ["context/context.md"]
}

resource "aws_s3_object" "context" {
  # checkov:skip=CKV_AWS_186:Encrypted by the bucket's default, which is the module's key when there is one
  for_each = toset(local.context_keys)

  bucket       = aws_s3_bucket.reports.id
  key          = each.value
  content      = var.context_markdown
  content_type = "text/markdown; charset=utf-8"

  # Written once the bucket is private, encrypted and keeps versions.
  depends_on = [
    aws_s3_bucket_policy.reports,
    aws_s3_bucket_server_side_encryption_configuration.reports,
    aws_s3_bucket_versioning.reports,
  ]
}
