# The policies offered for the consumer's topic and its key.

mock_provider "aws" {
  source          = "./tests/terraform/mocks"
  override_during = plan
}

variables {
  sns_topic_arn = "arn:aws:sns:us-east-1:123456789012:alarms"
}

run "topic_policies" {
  command = plan

  assert {
    condition = { for statement in jsondecode(output.topic_policy).Statement : statement.Sid => [statement.Effect, statement.Action, statement.Resource, statement.Condition] } == {
      TlsOnly = ["Deny", "sns:Publish", "arn:aws:sns:us-east-1:123456789012:alarms", { Bool = { "aws:SecureTransport" = "false" } }]
      Alarms = ["Allow", "sns:Publish", "arn:aws:sns:us-east-1:123456789012:alarms", {
        StringEquals = { "aws:SourceAccount" = "123456789012" }
        ArnLike      = { "aws:SourceArn" = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*" }
      }]
    }
    error_message = "TLS only; CloudWatch for this account's alarms, and nobody else."
  }

  assert {
    condition = [for statement in jsondecode(output.topic_key_policy).Statement : [statement.Principal, statement.Action, statement.Condition]] == [[
      { Service = "cloudwatch.amazonaws.com" },
      ["kms:Decrypt", "kms:GenerateDataKey*"],
      {
        StringEquals = { "aws:SourceAccount" = "123456789012" }
        ArnLike      = { "aws:SourceArn" = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*" }
      },
    ]]
    error_message = "Publishing to an encrypted topic takes a data key and its decryption."
  }
}
