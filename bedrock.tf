# Which models the investigator function may invoke, derived from the model ids it is configured with.

locals {
  asks_model = var.bedrock_model_id != "none"
  model_ids  = local.asks_model ? distinct(concat([var.bedrock_model_id], var.bedrock_fallback_model_ids)) : []

  # A cross-region inference profile id is a model id behind a geography: "us.", "eu.", "apac.", "us-gov.", "global.".
  profile_pattern = "^(us-gov|global|apac|[a-z]{2})\\.(.+)$"

  # Regions that may call a geography's profiles (Bedrock User Guide, "Supported Regions and models for inference
  # profiles"). A geography that is missing here is left to Bedrock to judge.
  geography_regions = {
    us     = "^(us-(east|west)|ca)-"
    us-gov = "^us-gov-"
    eu     = "^(eu|il)-"
    apac   = "^(ap|me)-"
    jp     = "^ap-northeast-"
    au     = "^ap-southeast-"
    ca     = "^ca-"
    global = "^(af|ap|ca|eu|il|me|mx|sa|us-(east|west))-"
  }

  model_resource_ids = [for id in local.model_ids : id if !startswith(id, "arn:")]
  model_arn_ids      = [for id in local.model_ids : id if startswith(id, "arn:")]
  profile_ids        = [for id in local.model_resource_ids : id if can(regex(local.profile_pattern, id))]
  foundation_ids     = [for id in local.model_resource_ids : id if !can(regex(local.profile_pattern, id))]

  # Profile id → what it is made of.
  profiles = {
    for id in local.profile_ids : id => {
      geography = regex(local.profile_pattern, id)[0]
      model_id  = regex(local.profile_pattern, id)[1]
      arn       = "arn:${local.partition}:bedrock:${local.region}:${local.account_id}:inference-profile/${id}"
    }
  }

  # Invoking a profile is checked twice: on the profile, and on the model in whatever region it routes to. The second
  # right is worth nothing outside that profile. A global profile also routes to an ARN that names no region.
  profile_statements = flatten([
    for id, profile in local.profiles : [
      {
        Effect   = "Allow"
        Action   = ["bedrock:InvokeModel"]
        Resource = [profile.arn]
      },
      {
        Effect = "Allow"
        Action = ["bedrock:InvokeModel"]
        Resource = concat(
          ["arn:${local.partition}:bedrock:*::foundation-model/${profile.model_id}"],
          profile.geography == "global" ? ["arn:${local.partition}:bedrock:::foundation-model/${profile.model_id}"] : [],
        )
        Condition = { StringEquals = { "bedrock:InferenceProfileArn" = profile.arn } }
      },
    ]
  ])

  named_model_arns = distinct(concat(
    [for id in local.foundation_ids : "arn:${local.partition}:bedrock:${local.region}::foundation-model/${id}"],
    local.model_arn_ids,
    var.bedrock_model_arns,
  ))
  named_model_statements = [
    for statement in [{
      Effect   = "Allow"
      Action   = ["bedrock:InvokeModel"]
      Resource = local.named_model_arns
    }] : statement if length(local.named_model_arns) > 0
  ]

  misplaced_profiles = [
    for id, profile in local.profiles : id
    if !can(regex(lookup(local.geography_regions, profile.geography, ""), local.region))
  ]
}

resource "aws_iam_role_policy" "models" {
  count = local.asks_model ? 1 : 0

  name = "models"
  role = aws_iam_role.function["investigator"].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.profile_statements, local.named_model_statements)
  })

  lifecycle {
    precondition {
      condition     = length(local.misplaced_profiles) == 0
      error_message = "These inference profiles cannot be called from ${local.region}: ${join(", ", local.misplaced_profiles)}. Write the profile of this region's geography (us., eu., apac., …) or a global. one in bedrock_model_id and bedrock_fallback_model_ids."
    }
  }
}

moved {
  from = aws_iam_role_policy.models
  to   = aws_iam_role_policy.models[0]
}
