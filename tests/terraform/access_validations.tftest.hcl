# What investigator_access refuses: each of these could open more than its writer meant.

mock_provider "aws" {
  source          = "./tests/terraform/mocks"
  override_during = plan
}

variables {
  sns_topic_arn = "arn:aws:sns:us-east-1:123456789012:alarms"
}

run "no_base" {
  command = plan

  variables {
    investigator_access = { base_policy_arns = [] }
  }

  expect_failures = [var.investigator_access]
}

run "too_many_bases" {
  command = plan

  variables {
    investigator_access = { base_policy_arns = [for number in range(6) : "arn:aws:iam::123456789012:policy/p${number}"] }
  }

  expect_failures = [var.investigator_access]
}

run "base_that_is_no_policy" {
  command = plan

  variables {
    investigator_access = { base_policy_arns = ["arn:aws:iam::123456789012:role/admin"] }
  }

  expect_failures = [var.investigator_access]
}

run "deny_without_actions" {
  command = plan

  variables {
    investigator_access = { denies = [{ actions = [] }] }
  }

  expect_failures = [var.investigator_access]
}

run "deny_with_a_wildcard_service" {
  command = plan

  variables {
    investigator_access = { denies = [{ actions = ["*"] }] }
  }

  expect_failures = [var.investigator_access]
}

run "deny_without_resources" {
  command = plan

  variables {
    investigator_access = { denies = [{ actions = ["logs:Get*"], resources = [] }] }
  }

  expect_failures = [var.investigator_access]
}

run "deny_with_a_variable" {
  command = plan

  variables {
    investigator_access = { denies = [{ actions = ["logs:Get*"], resources = ["arn:aws:s3:::$${aws:username}"] }] }
  }

  expect_failures = [var.investigator_access]
}

run "whole_bucket" {
  command = plan

  variables {
    investigator_access = { readable_logs = [{ bucket = "logs-bucket", prefix = "" }] }
  }

  expect_failures = [var.investigator_access]
}

run "prefix_without_slash" {
  command = plan

  variables {
    investigator_access = { readable_logs = [{ bucket = "logs-bucket", prefix = "AWSLogs" }] }
  }

  expect_failures = [var.investigator_access]
}

run "prefix_with_wildcard" {
  command = plan

  variables {
    investigator_access = { readable_logs = [{ bucket = "logs-bucket", prefix = "*/" }] }
  }

  expect_failures = [var.investigator_access]
}

run "bucket_with_wildcard" {
  command = plan

  variables {
    investigator_access = { readable_logs = [{ bucket = "logs-*", prefix = "AWSLogs/" }] }
  }

  expect_failures = [var.investigator_access]
}

run "key_alias" {
  command = plan

  variables {
    investigator_access = { readable_logs = [{ bucket = "logs-bucket", prefix = "AWSLogs/", kms_key_arn = "arn:aws:kms:us-east-1:123456789012:alias/logs" }] }
  }

  expect_failures = [var.investigator_access]
}

run "denies_too_long" {
  command = plan

  variables {
    investigator_access = { denies = [{ actions = [for number in range(300) : "service-${number}:SomeRatherLongAction"] }] }
  }

  expect_failures = [aws_iam_policy.investigator]
}
