# Which models the investigator function may invoke.

mock_provider "aws" {
  source          = "./tests/terraform/mocks"
  override_during = plan
}

variables {
  sns_topic_arn              = "arn:aws:sns:us-east-1:123456789012:alarms"
  bedrock_fallback_model_ids = []
}

run "geographic_profile" {
  command = plan

  variables {
    bedrock_model_id = "us.amazon.nova-pro-v1:0"
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.models[0].policy).Statement) == jsonencode([
      {
        Action   = ["bedrock:InvokeModel"]
        Effect   = "Allow"
        Resource = ["arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0"]
      },
      {
        Action    = ["bedrock:InvokeModel"]
        Condition = { StringEquals = { "bedrock:InferenceProfileArn" = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0" } }
        Effect    = "Allow"
        Resource  = ["arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0"]
      },
    ])
    error_message = "The profile, and its model in any region through that profile only."
  }
}

run "global_profile" {
  command = plan

  variables {
    bedrock_model_id = "global.amazon.nova-2-lite-v1:0"
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.models[0].policy).Statement[1].Resource == ["arn:aws:bedrock:*::foundation-model/amazon.nova-2-lite-v1:0", "arn:aws:bedrock:::foundation-model/amazon.nova-2-lite-v1:0"]
    error_message = "A global profile routes to an ARN without region as well."
  }
}

run "plain_model" {
  command = plan

  variables {
    bedrock_model_id = "amazon.nova-pro-v1:0"
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.models[0].policy).Statement) == jsonencode([
      { Action = ["bedrock:InvokeModel"], Effect = "Allow", Resource = ["arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"] },
    ])
    error_message = "A foundation model is invoked in this region, without a profile."
  }
}

run "model_ids_with_dots_are_not_profiles" {
  command = plan

  variables {
    bedrock_model_id           = "zai.glm-4.6"
    bedrock_fallback_model_ids = ["ai21.jamba-1-5-large-v1:0"]
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.models[0].policy).Statement[0].Resource == ["arn:aws:bedrock:us-east-1::foundation-model/zai.glm-4.6", "arn:aws:bedrock:us-east-1::foundation-model/ai21.jamba-1-5-large-v1:0"]
    error_message = "A provider is not mistaken for a geography."
  }
}

run "application_inference_profile" {
  command = plan

  variables {
    bedrock_model_id   = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123"
    bedrock_model_arns = ["arn:aws:bedrock:*::foundation-model/anthropic.claude-sonnet-4-6"]
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.models[0].policy).Statement[0].Resource == ["arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123", "arn:aws:bedrock:*::foundation-model/anthropic.claude-sonnet-4-6"]
    error_message = "The profile by its ARN, and the models listed for it."
  }
}

run "main_model_and_fallbacks" {
  command = plan

  variables {
    bedrock_model_id           = "us.amazon.nova-pro-v1:0"
    bedrock_fallback_model_ids = ["us.amazon.nova-pro-v1:0", "amazon.nova-lite-v1:0"]
  }

  assert {
    condition     = length(jsondecode(aws_iam_role_policy.models[0].policy).Statement) == 3
    error_message = "Each model once: a profile takes two statements, the plain models share one."
  }
}

run "profiles_suit_their_regions" {
  command = plan

  variables {
    sns_topic_arn              = "arn:aws:sns:eu-central-1:123456789012:alarms"
    bedrock_model_id           = "eu.anthropic.claude-sonnet-4-6"
    bedrock_fallback_model_ids = ["global.amazon.nova-2-lite-v1:0"]
  }

  override_data {
    target = data.aws_region.current
    values = { id = "eu-central-1" }
  }

  assert {
    condition     = strcontains(aws_iam_role_policy.models[0].policy, "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-6")
    error_message = "European and global profiles work in Europe."
  }
}

run "profile_of_another_geography" {
  command = plan

  variables {
    bedrock_model_id = "eu.anthropic.claude-sonnet-4-6"
  }

  expect_failures = [aws_iam_role_policy.models[0]]
}

run "fallback_of_another_geography" {
  command = plan

  variables {
    bedrock_fallback_model_ids = ["apac.amazon.nova-pro-v1:0"]
  }

  expect_failures = [aws_iam_role_policy.models[0]]
}

run "global_profile_outside_the_commercial_regions" {
  command = plan

  variables {
    sns_topic_arn = "arn:aws-us-gov:sns:us-gov-west-1:123456789012:alarms"
  }

  override_data {
    target = data.aws_region.current
    values = { id = "us-gov-west-1" }
  }

  expect_failures = [aws_iam_role_policy.models[0]]
}

run "geography_not_known_here_is_left_to_bedrock" {
  command = plan

  variables {
    bedrock_model_id = "sa.amazon.nova-pro-v1:0"
  }

  assert {
    condition     = strcontains(aws_iam_role_policy.models[0].policy, "inference-profile/sa.amazon.nova-pro-v1:0")
    error_message = "A new geography needs no new release."
  }
}

run "no_model" {
  command = plan

  variables {
    bedrock_model_id           = "none"
    bedrock_fallback_model_ids = ["global.amazon.nova-2-lite-v1:0"]
  }

  assert {
    condition     = length(aws_iam_role_policy.models) == 0
    error_message = "Without a model nothing of Bedrock is allowed."
  }

  assert {
    condition     = aws_lambda_function.triage["investigator"].environment[0].variables.BEDROCK_MODEL_ID == "none" && aws_lambda_function.triage["investigator"].environment[0].variables.BEDROCK_FALLBACK_MODEL_IDS == "[]"
    error_message = "The function is told to ask none, and no fallback either."
  }
}
