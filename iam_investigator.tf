# The role under which code written by a model looks at the account: a base policy (ReadOnlyAccess, unless replaced) under
# customer-managed denies, a document each: *scope* (iam_scope.tf), *sensitive* (iam_sensitive.tf, iam_readable_logs.tf, from
# which *objects* splits off), on request *strict* (iam_strict.tf) and *additional*, what the consumer denies on top. No input takes a statement out of
# them, and none of their statements is written by a consumer: `denies` gives actions and resources, the effect is fixed.

locals {
  base_policy_arns = coalesce(var.investigator_access.base_policy_arns, ["arn:${local.partition}:iam::aws:policy/ReadOnlyAccess"])

  deny_statements = {
    scope = [{ Sid = "Scope", Effect = "Deny", NotAction = local.scope_actions, Resource = "*" }]
    # What is said about objects and keys grows with the logs that are named: then it gets a document of its own.
    sensitive = concat(local.sensitive_statements, [for statement in local.object_statements : statement if length(local.readable_logs) == 0])
    objects   = [for statement in local.object_statements : statement if length(local.readable_logs) > 0]
    strict    = [for statement in local.strict_statements : statement if var.investigator_access.strict]
    additional = [
      for index, deny in var.investigator_access.denies :
      { Sid = "Additional${index + 1}", Effect = "Deny", Action = deny.actions, Resource = deny.resources }
    ]
  }

  investigator_policies = {
    for name, statements in local.deny_statements :
    name => jsonencode({ Version = "2012-10-17", Statement = statements }) if length(statements) > 0
  }

  # Characters that IAM counts in one managed policy (jsonencode writes no white space, which it would not count).
  managed_policy_limit = 6144

  # What to shorten when a document that grows with an input is too long.
  growing_inputs = {
    objects    = "investigator_access.readable_logs: name fewer or shorter prefixes"
    additional = "investigator_access.denies: use wildcards, or attach a policy of your own to the role in the output investigator_role_arn"
  }
}

resource "aws_iam_role" "investigator" {
  name                 = local.investigator_role_name
  description          = "Read-only view of the account for the code that ${local.function_names.tool} runs"
  max_session_duration = 3600
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = aws_iam_role.function["tool"].arn }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_policy" "investigator" {
  for_each = local.investigator_policies

  name        = "${local.investigator_role_name}-${each.key}"
  description = "Denies of the role ${local.investigator_role_name}: ${each.key}"
  policy      = each.value
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = length(each.value) <= local.managed_policy_limit
      error_message = "The policy document \"${each.key}\" has ${length(each.value)} characters, IAM allows ${local.managed_policy_limit}; it grows with ${lookup(local.growing_inputs, each.key, "the module")}."
    }
  }
}

resource "aws_iam_role_policy_attachment" "investigator_deny" {
  for_each = aws_iam_policy.investigator

  role       = aws_iam_role.investigator.name
  policy_arn = each.value.arn
}

# By position, since the ARN of a policy made in the same apply is not known when the plan is made.
resource "aws_iam_role_policy_attachment" "investigator_base" {
  for_each = { for index, arn in local.base_policy_arns : tostring(index) => arn }

  role       = aws_iam_role.investigator.name
  policy_arn = each.value

  # The denies come first and go last: at no moment may the role read without them.
  depends_on = [aws_iam_role_policy_attachment.investigator_deny]
}

# Attached without an index before the base could be replaced; the address moves, the attachment stays.
moved {
  from = aws_iam_role_policy_attachment.investigator_base
  to   = aws_iam_role_policy_attachment.investigator_base["0"]
}
