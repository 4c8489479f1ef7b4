# Renders the policy documents for the proofs in tests/security and the page docs/permissions.md, which read them from this
# file's verbose output: one run for each way to configure what an investigation may read.

mock_provider "aws" {
  source          = "./tests/terraform/mocks"
  override_during = plan
}

variables {
  sns_topic_arn = "arn:aws:sns:us-east-1:123456789012:alarms"
}

run "default" {
  command = plan

  assert {
    condition     = keys(aws_iam_policy.investigator) == ["scope", "sensitive"]
    error_message = "Two denies, without any option."
  }

  assert {
    condition     = length(aws_iam_role_policy.readable_logs) == 0
    error_message = "Nothing is allowed by the module itself."
  }
}

run "strict" {
  command = plan

  variables {
    investigator_access = { strict = true }
  }

  assert {
    condition     = keys(aws_iam_policy.investigator) == ["scope", "sensitive", "strict"]
    error_message = "strict adds a document."
  }
}

run "readable_logs" {
  command = plan

  variables {
    investigator_access = {
      readable_logs = [
        { bucket = "load-balancer-logs", prefix = "AWSLogs/123456789012/elasticloadbalancing/" },
        {
          bucket      = "trail-logs"
          prefix      = "AWSLogs/123456789012/CloudTrail/"
          kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        },
      ]
    }
  }

  assert {
    condition     = keys(aws_iam_policy.investigator) == ["objects", "scope", "sensitive"]
    error_message = "What is said about objects has room of its own."
  }

  assert {
    condition = (
      aws_lambda_function.triage["tool"].environment[0].variables.READABLE_LOGS
      == jsonencode(["load-balancer-logs/AWSLogs/123456789012/elasticloadbalancing/", "trail-logs/AWSLogs/123456789012/CloudTrail/"])
    )
    error_message = "The sandbox lets code ask for the objects that the role may read."
  }
}

run "everything" {
  command = plan

  variables {
    investigator_access = {
      base_policy_arns = [
        "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
        "arn:aws:iam::123456789012:policy/observability",
      ]
      denies = [
        { actions = ["logs:FilterLogEvents", "logs:Get*"], resources = ["arn:aws:logs:*:*:log-group:/payroll/*"] },
        { actions = ["iam:GetSSH*"] },
      ]
      readable_logs = [{ bucket = "load-balancer-logs", prefix = "AWSLogs/" }]
      strict        = true
    }
    kms_key_arn           = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    sns_topic_kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/aaaaaaaa-12ab-34cd-56ef-1234567890ab"
    tracing               = true
    vpc_config            = { subnet_ids = ["subnet-0a1b2c3d"], security_group_ids = ["sg-0a1b2c3d"] }
  }

  assert {
    condition     = keys(aws_iam_policy.investigator) == ["additional", "objects", "scope", "sensitive", "strict"]
    error_message = "A document for each kind of deny."
  }

  assert {
    condition     = { for index, attachment in aws_iam_role_policy_attachment.investigator_base : index => attachment.policy_arn } == { "0" = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess", "1" = "arn:aws:iam::123456789012:policy/observability" }
    error_message = "The base is replaced, not added to."
  }
}
