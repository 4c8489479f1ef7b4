# The Archive: reports, one folder each; checkpoints of running investigations, which expire.

locals {
  reports_prefix     = "reports/"
  checkpoints_prefix = "checkpoints/"

  reports_bucket_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [local.bucket_arn, "${local.bucket_arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_s3_bucket" "reports" {
  # checkov:skip=CKV2_AWS_62:Nobody waits for a report in the bucket; SNS tells about it
  # checkov:skip=CKV_AWS_144:A report is an account of an incident, not its record; versioned, in its own region
  bucket        = local.bucket_name
  force_destroy = var.reports_bucket_force_destroy
  tags          = var.tags

  lifecycle {
    precondition {
      condition     = length(local.bucket_name) <= 63
      error_message = "The bucket name \"${local.bucket_name}\" has ${length(local.bucket_name)} characters, S3 allows 63: shorten resource_prefix or resource_suffix by ${length(local.bucket_name) - 63}."
    }
  }
}

resource "aws_s3_bucket_ownership_controls" "reports" {
  bucket = aws_s3_bucket.reports.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "reports" {
  bucket                  = aws_s3_bucket.reports.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "reports" {
  bucket = aws_s3_bucket.reports.id
  policy = local.reports_bucket_policy

  # S3 refuses two concurrent changes of one bucket's access settings (OperationAborted).
  depends_on = [aws_s3_bucket_public_access_block.reports]
}

resource "aws_s3_bucket_versioning" "reports" {
  bucket = aws_s3_bucket.reports.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "reports" {
  bucket = aws_s3_bucket.reports.id

  rule {
    # A bucket key saves one KMS request per object; S3 accepts it with KMS only.
    bucket_key_enabled = var.kms_key_arn != null

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.kms_key_arn == null ? "AES256" : "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "reports" {
  # checkov:skip=CKV_AWS_300:A rule for every object aborts uploads after 7 days; the other rules, for expiry, need none of their own
  bucket = aws_s3_bucket.reports.id

  rule {
    id     = "abort-incomplete-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  # A checkpoint serves the retry of a run, minutes later.
  rule {
    id     = "expire-checkpoints"
    status = "Enabled"

    filter {
      prefix = local.checkpoints_prefix
    }

    expiration {
      days = 1
    }

    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }

  dynamic "rule" {
    for_each = var.reports_bucket_lifecycle_days == null ? [] : [var.reports_bucket_lifecycle_days]

    content {
      id     = "expire-reports"
      status = "Enabled"

      filter {
        prefix = local.reports_prefix
      }

      expiration {
        days = rule.value
      }

      # In a versioned bucket the expiry above only hides an object; this deletes it.
      noncurrent_version_expiration {
        noncurrent_days = 1
      }
    }
  }

  # Lifecycle rules about noncurrent versions mean nothing before versioning is on.
  depends_on = [aws_s3_bucket_versioning.reports]
}

resource "aws_s3_bucket_logging" "reports" {
  for_each = var.reports_bucket_logging == null ? {} : { reports = var.reports_bucket_logging }

  bucket        = aws_s3_bucket.reports.id
  target_bucket = each.value.target_bucket
  target_prefix = each.value.target_prefix
}
