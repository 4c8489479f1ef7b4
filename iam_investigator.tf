# The role under which code written by a model looks at the account: ReadOnlyAccess under two customer-managed denies.
#
# *scope* denies everything but a list of actions, so that services and actions AWS adds later are refused until someone
# looked at them. *sensitive* denies credentials, secrets, data and code that the list, or a wider one, would let through;
# it stands by itself. Neither gives anything: what is not in ReadOnlyAccess stays refused.
#
# No deny depends on a condition key that one of its actions lacks: on such a request the deny would silently not apply.

locals {
  # Metadata, metrics, logs and history that answer what broke, since when, and what changed.
  scope_actions = [
    "access-analyzer:List*",
    "acm:Describe*", "acm:List*",
    "acm-pca:Describe*", "acm-pca:List*",
    "airflow:List*",
    "aoss:BatchGet*", "aoss:List*",
    "apigateway:GET",
    "appconfig:GetDeployment*", "appconfig:List*",
    "application-autoscaling:Describe*",
    "application-signals:BatchGet*", "application-signals:Get*", "application-signals:List*",
    "appmesh:Describe*", "appmesh:List*",
    "apprunner:Describe*", "apprunner:List*",
    "appsync:GetGraphqlApi", "appsync:ListDataSources", "appsync:ListGraphqlApis",
    "aps:DescribeWorkspace", "aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries", "aps:ListAlerts", "aps:ListRules", "aps:ListWorkspaces", "aps:QueryMetrics",
    "athena:GetWorkGroup", "athena:ListWorkGroups",
    "autoscaling:Describe*",
    "backup:Describe*", "backup:ListBackup*", "backup:List*Jobs", "backup:ListProtected*", "backup:ListRecovery*",
    "batch:Describe*", "batch:List*",
    "bedrock:GetFoundationModel*", "bedrock:GetInferenceProfile", "bedrock:ListFoundationModels", "bedrock:ListInferenceProfiles",
    "cloudformation:Describe*", "cloudformation:List*",
    "cloudfront:GetDistribution*", "cloudfront:GetInvalidation", "cloudfront:List*",
    "cloudtrail:DescribeTrails", "cloudtrail:GetEventSelectors", "cloudtrail:GetTrail*", "cloudtrail:ListTrails", "cloudtrail:LookupEvents",
    "cloudwatch:Describe*", "cloudwatch:GetDashboard", "cloudwatch:GetInsight*", "cloudwatch:GetMetric*", "cloudwatch:ListDashboards", "cloudwatch:ListM*", "cloudwatch:ListTags*",
    "codebuild:List*",
    "codeconnections:List*",
    "codedeploy:BatchGet*", "codedeploy:Get*", "codedeploy:List*",
    "codepipeline:GetPipelineExecution", "codepipeline:GetPipelineState", "codepipeline:List*",
    "cognito-idp:DescribeUserPool", "cognito-idp:ListUserPoolClients", "cognito-idp:ListUserPools",
    "config:Describe*", "config:GetCompliance*", "config:ListDiscoveredResources",
    "datasync:Describe*", "datasync:List*",
    "dax:Describe*",
    "devops-guru:Describe*", "devops-guru:List*",
    "directconnect:Describe*",
    "dms:Describe*",
    "docdb-elastic:Get*", "docdb-elastic:List*",
    "ds:DescribeDirectories",
    "dynamodb:Describe*", "dynamodb:List*",
    "ec2:Describe*", "ec2:GetManagedPrefixListEntries", "ec2:GetTransitGateway*", "ec2:SearchTransitGatewayRoutes",
    "ecr:Describe*", "ecr:GetLifecyclePolicy", "ecr:GetRepositoryPolicy", "ecr:List*",
    "ecs:Describe*", "ecs:List*",
    "eks:Describe*", "eks:List*",
    "elasticache:Describe*", "elasticache:List*",
    "elasticbeanstalk:Describe*", "elasticbeanstalk:List*",
    "elasticfilesystem:Describe*",
    "elasticloadbalancing:Describe*",
    "elasticmapreduce:Describe*", "elasticmapreduce:List*",
    "es:Describe*", "es:List*",
    "events:Describe*", "events:List*",
    "firehose:Describe*", "firehose:List*",
    "fsx:Describe*",
    "globalaccelerator:Describe*", "globalaccelerator:List*",
    "glue:GetCrawler*", "glue:GetJob*", "glue:GetTrigger*", "glue:GetWorkflow*", "glue:ListCrawl*", "glue:ListJobs", "glue:ListTriggers", "glue:ListWorkflows",
    "guardduty:Get*", "guardduty:List*",
    "health:Describe*",
    "iam:Get*", "iam:List*", "iam:Simulate*",
    "inspector2:List*",
    "internetmonitor:Get*", "internetmonitor:List*",
    "kafka:Describe*", "kafka:GetBootstrapBrokers", "kafka:List*",
    "kafkaconnect:List*",
    "kinesis:Describe*", "kinesis:List*",
    "kinesisanalytics:List*",
    "kms:Describe*", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:List*",
    "lambda:GetAccountSettings", "lambda:GetAlias", "lambda:GetEventSourceMapping", "lambda:GetFunction*", "lambda:GetPolicy", "lambda:GetProvisionedConcurrencyConfig", "lambda:List*",
    "logs:Describe*", "logs:FilterLogEvents", "logs:GetLog*", "logs:GetQueryResults", "logs:List*", "logs:StartQuery", "logs:StopQuery",
    "memorydb:Describe*",
    "mq:DescribeBroker", "mq:ListBrokers",
    "network-firewall:Describe*", "network-firewall:List*",
    "organizations:Describe*", "organizations:List*",
    "pi:DescribeDimensionKeys", "pi:GetResource*", "pi:ListAvailable*",
    "pipes:Describe*", "pipes:List*",
    "rds:Describe*", "rds:DownloadDBLogFilePortion", "rds:List*",
    "redshift:Describe*",
    "redshift-serverless:GetWorkgroup", "redshift-serverless:List*",
    "resource-explorer-2:List*", "resource-explorer-2:Search",
    "route53:Get*", "route53:List*",
    "route53resolver:Get*", "route53resolver:List*",
    "s3:GetAccountPublicAccessBlock", "s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration", "s3:GetReplicationConfiguration", "s3:ListAllMyBuckets", "s3:ListBucket*",
    "sagemaker:DescribeEndpoint*", "sagemaker:ListEndpoint*",
    "scheduler:Get*", "scheduler:List*",
    "secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy", "secretsmanager:List*",
    "securityhub:DescribeHub", "securityhub:GetFindings",
    "servicediscovery:Get*", "servicediscovery:List*",
    "servicequotas:Get*", "servicequotas:List*",
    "ses:DescribeConfigurationSet", "ses:GetAccount*", "ses:GetConfigurationSet*", "ses:GetEmailIdentity", "ses:GetIdentity*", "ses:GetSend*", "ses:ListConfigurationSets", "ses:ListIdentities",
    "shield:Describe*", "shield:List*",
    "sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListSubscriptions*", "sns:ListTagsForResource", "sns:ListTopics",
    "sqs:GetQueue*", "sqs:List*",
    "ssm:DescribeInstance*", "ssm:DescribeParameters", "ssm:GetConnectionStatus", "ssm:ListAssociations", "ssm:ListTagsForResource",
    "states:Describe*", "states:GetExecutionHistory", "states:List*",
    "sts:GetCallerIdentity",
    "synthetics:Describe*", "synthetics:GetCanary", "synthetics:List*",
    "tag:Get*",
    "timestream:Describe*", "timestream:List*",
    "transfer:Describe*", "transfer:List*",
    "trustedadvisor:Describe*",
    "vpc-lattice:Get*", "vpc-lattice:List*",
    "wafv2:Describe*", "wafv2:Get*", "wafv2:List*",
    "xray:BatchGet*", "xray:Get*", "xray:List*",
  ]

  # Usable credentials, or what makes some.
  sensitive_credentials = [
    "aoss:APIAccessAll",
    "appsync:ListApiKeys",
    "codeartifact:GetAuthorizationToken",
    "cognito-identity:Get*",
    "cognito-idp:DescribeUserPoolClient",
    "connect:GetFederationToken",
    "directconnect:DescribeRouterConfiguration", "directconnect:DescribeVirtualInterfaces",
    "dsql:DbConnect*",
    "ec2:DescribeIpamExternalResourceVerificationTokens", "ec2:DescribeVpnConnections", "ec2:ExportClientVpn*", "ec2:GetPasswordData", "ec2:GetVpnConnectionDevice*",
    "ecr:GetAuthorizationToken", "ecr-public:GetAuthorizationToken",
    "eks:AccessKubernetesApi",
    "elasticmapreduce:Get*Credentials",
    "gamelift:GetCompute*",
    "glue:GetConnection*", "glue:GetDevEndpoint*",
    "iam:*CredentialReport",
    "kms:Decrypt", "kms:GenerateDataKey*", "kms:GetParametersForImport",
    "license-manager:GetAccessToken",
    "lightsail:DownloadDefaultKeyPair", "lightsail:Get*Access*", "lightsail:GetKeyPair*",
    "rds-db:connect",
    "redshift:GetClusterCredentials*", "redshift-serverless:GetCredentials",
    "s3:GetDataAccess",
    "secretsmanager:BatchGetSecretValue", "secretsmanager:GetRandomPassword", "secretsmanager:GetSecretValue",
    "ssm:GetAccessToken", "ssm:GetParameter*",
    "sts:Assume*", "sts:Get*Token",
    "storagegateway:DescribeChapCredentials",
    "wafv2:GetDecryptedAPIKey", "wafv2:ListAPIKeys",
  ]

  # What customers store: objects, items, messages, records, results, personal data.
  sensitive_data = [
    "athena:GetQueryResults*",
    "bedrock:GetAgentMemory", "bedrock-agentcore:GetEvent", "bedrock-agentcore:RetrieveMemory*",
    "chime:ListChannelMessages",
    "cognito-idp:Admin*", "cognito-idp:ListUsers*", "cognito-sync:*",
    "comprehend:Detect*",
    "config:BatchGet*Config", "config:Get*ConfigHistory", "config:Select*",
    "connect:GetContactAttributes",
    "dax:*Get*", "dax:Query", "dax:Scan",
    "dynamodb:*Get*", "dynamodb:PartiQL*", "dynamodb:Query", "dynamodb:ReadData*", "dynamodb:Scan",
    "ec2:GetConsole*",
    "es:ESHttp*",
    "glacier:Get*Output",
    "healthlake:Search*",
    "iot:GetRetainedMessage", "iot:GetThingShadow", "iotanalytics:GetDatasetContent",
    "kendra:Query",
    "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:SubscribeToShard", "kinesisvideo:Get*",
    "logs:StartLiveTail", "logs:Unmask",
    "macie2:GetSensitiveData*",
    "omics:GetRe*",
    "rekognition:*",
    "s3:GetObject*", "s3-object-lambda:*", "s3-outposts:GetObject*", "s3tables:GetTableData", "s3vectors:*Vectors",
    "sdb:*",
    "ses:GetArchive*",
    "sqs:ReceiveMessage",
    "sso-directory:*",
    "states:GetActivityTask", "swf:GetWorkflowExecutionHistory",
    "synthetics:GetCanaryRuns",
    "timestream:Select*",
    "transcribe:Get*Job",
    "workmail:Get*",
    "invoicing:*", "payments:*",
  ]

  # Code, templates, start-up scripts and configuration bodies, where secrets hide in plain text.
  sensitive_bodies = [
    "appconfig:Get*Configuration", "appconfig:GetHosted*",
    "autoscaling:DescribeLaunchConfigurations",
    "cloudformation:Get*Template",
    "cloudshell:*",
    "codebuild:BatchGet*",
    "codecommit:G*",
    "codepipeline:Get*JobDetails",
    "ec2:DescribeInstanceAttribute", "ec2:DescribeLaunchTemplateVersions", "ec2:DescribeSpotFleetRequests", "ec2:DescribeSpotInstanceRequests", "ec2:GetLaunchTemplateData",
    "ecr:GetDownloadUrlForLayer",
    "elasticbeanstalk:DescribeConfigurationSettings", "elasticbeanstalk:Re*EnvironmentInfo",
    "lambda:GetDurable*", "lambda:GetFunction", "lambda:GetLayerVersion",
    "snowball:Get*",
    "ssm:Get*Execution", "ssm:GetCommand*", "ssm:GetDocument",
  ]

  # Reads by name that act, cost or reach out.
  sensitive_side_effects = [
    "bedrock:InvokeModel*",
    "cloudformation:Detect*",
    "config:Deliver*",
    "dms:Test*",
    "polly:Synthesize*",
    "s3:Put*",
    "servicequotas:Start*",
    "ssm:Start*",
    "states:Start*",
    "support:Create*",
    "transfer:Test*",
  ]

  investigator_policies = {
    scope = jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "Scope"
          Effect    = "Deny"
          NotAction = local.scope_actions
          Resource  = "*"
        },
        {
          # Other accounts may have opened their resources to this one; they are not ours to read. The key is absent from
          # requests about no resource of an account, hence Null. Left out are actions whose resources AWS itself owns:
          # managed policies, public images, managed layers, public parameters.
          Sid       = "OwnAccount"
          Effect    = "Deny"
          NotAction = ["cloudformation:*", "ec2:*", "iam:*", "lambda:List*", "organizations:*", "ssm:Describe*"]
          Resource  = "*"
          Condition = {
            StringNotEquals = { "aws:ResourceAccount" = local.account_id }
            Null            = { "aws:ResourceAccount" = "false" }
          }
        },
      ]
    })
    sensitive = jsonencode({
      Version = "2012-10-17"
      Statement = [
        { Sid = "Credentials", Effect = "Deny", Action = local.sensitive_credentials, Resource = "*" },
        { Sid = "Data", Effect = "Deny", Action = local.sensitive_data, Resource = "*" },
        { Sid = "Bodies", Effect = "Deny", Action = local.sensitive_bodies, Resource = "*" },
        { Sid = "SideEffects", Effect = "Deny", Action = local.sensitive_side_effects, Resource = "*" },
        {
          # API Gateway has one read action for everything; its resources tell keys from configuration.
          Sid    = "ApiKeys"
          Effect = "Deny"
          Action = "apigateway:GET"
          Resource = [
            "arn:${local.partition}:apigateway:*::/apikeys",
            "arn:${local.partition}:apigateway:*::/apikeys/*",
            "arn:${local.partition}:apigateway:*::/usageplans/*/keys*",
          ]
        },
      ]
    })
  }

  # Characters that IAM counts in one managed policy (jsonencode writes no white space, which it would not count).
  managed_policy_limit = 6144
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
      error_message = "The policy document \"${each.key}\" has ${length(each.value)} characters, IAM allows ${local.managed_policy_limit}."
    }
  }
}

resource "aws_iam_role_policy_attachment" "investigator_deny" {
  for_each = aws_iam_policy.investigator

  role       = aws_iam_role.investigator.name
  policy_arn = each.value.arn
}

resource "aws_iam_role_policy_attachment" "investigator_base" {
  role       = aws_iam_role.investigator.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/ReadOnlyAccess"

  # The denies come first and go last: at no moment may the role read without them.
  depends_on = [aws_iam_role_policy_attachment.investigator_deny]
}
