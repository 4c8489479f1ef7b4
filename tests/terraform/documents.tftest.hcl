# Renders the policy documents for the proofs in tests/security, which read them from this file's verbose output.

mock_provider "aws" {
  source          = "./tests/terraform/mocks"
  override_during = plan
}

variables {
  sns_topic_arn = "arn:aws:sns:us-east-1:123456789012:alarms"
}

run "documents" {
  command = plan

  assert {
    condition     = alltrue([for policy in aws_iam_policy.investigator : length(policy.policy) <= 6144])
    error_message = "IAM allows 6,144 characters in a managed policy."
  }
}
