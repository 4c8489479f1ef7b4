# *sensitive*: credentials, secrets, data, code and side effects that *scope*, or a wider list, would let through. It
# stands by itself: with it, even a role that is allowed everything cannot read them.
#
# No deny depends on a condition key that one of its actions lacks: on such a request the deny would silently not apply.

locals {
  # Usable credentials, secrets, or what makes some.
  sensitive_credentials = [
    "acm:GetAcmeExternal*",
    "aoss:APIAccessAll",
    "appsync:ListApiKeys",
    "bedrock-agentcore:Get*Token*",
    "cloudwatch:GetSpaceCred*",
    "codeartifact:GetAuthorizationToken",
    "codepipeline:ListWebhooks",
    "cognito-identity:Get*",
    "cognito-idp:*ClientSecret*", "cognito-idp:DescribeIdentityProvider", "cognito-idp:DescribeUserPoolClient", "cognito-idp:GetTokens*",
    "connect:GetFederationToken",
    "directconnect:DescribeRouterConfiguration", "directconnect:DescribeVirtualInterfaces",
    "ds:DescribeDirectories",
    "dsql:DbConnect*",
    "ec2:DescribeIpamExternal*", "ec2:DescribeVerifiedAccessTrust*", "ec2:DescribeVpnConnections", "ec2:ExportClientVpn*", "ec2:GetPasswordData", "ec2:GetVpnConnectionDevice*",
    "ecr:GetAuthorizationToken", "ecr-public:GetAuthorizationToken",
    "eks:AccessKubernetesApi",
    "elasticmapreduce:Get*Credentials",
    "emr-serverless:GetDash*",
    "gamelift:*Access", "gamelift:GetCompute*",
    "glue:GetConnection*", "glue:GetDevEndpoint*",
    "iam:*CredentialReport",
    "iot:GetRegistrationCode",
    "kms:GenerateDataKey*", "kms:GetParametersForImport",
    "lakeformation:GetDataAccess", "lakeformation:GetTemp*",
    "license-manager:GetAccessToken",
    "lightsail:*KeyPair*", "lightsail:Get*Access*",
    "rds-db:connect",
    "redshift:Get*", "redshift-serverless:*Token", "redshift-serverless:GetCredentials",
    "s3:GetDataAccess", "s3express:CreateSession",
    "secretsmanager:*SecretValue", "secretsmanager:GetRandomPassword",
    "signin:*",
    "ssm:DescribeActivations", "ssm:GetAccessToken", "ssm:GetParameter*",
    "sts:Assume*", "sts:Get*Token",
    "storagegateway:DescribeChap*",
    "wafv2:GetDecrypted*", "wafv2:ListAPIKeys",
  ]

  # What customers store: objects, items, messages, records, results, personal data.
  sensitive_data = [
    "athena:GetQueryResults*",
    "bedrock:GetAgentMemory", "bedrock:GetDocument*", "bedrock:Retrieve*", "bedrock-agentcore:GetEvent", "bedrock-agentcore:*MemoryRecord*",
    "cassandra:Select",
    "chime:*Message*",
    "cloudtrail:GetQueryResults", "cloudwatch:GetRecords", "cloudwatch:GetTelemetry*",
    "codebuild:ListCommandExec*",
    "cognito-idp:Admin*", "cognito-idp:ListUsers*", "cognito-sync:*",
    "comprehend:Detect*",
    "config:BatchGet*Config", "config:Get*ConfigHistory", "config:Select*",
    "connect:Get*Attributes", "connect:*Search*",
    "cloudfront-keyvaluestore:*",
    "dataexchange:GetAsset",
    "dax:*Get*", "dax:Query", "dax:Scan",
    "dynamodb:*GetItem", "dynamodb:GetRecords", "dynamodb:GetShard*", "dynamodb:PartiQL*", "dynamodb:Query", "dynamodb:ReadData*", "dynamodb:S*",
    "ebs:*Block*",
    "ec2:GetConsole*",
    "es:ESHttp*",
    "glacier:Get*Output",
    "glue:GetColumn*", "glue:GetStatement",
    "healthlake:*Read*", "healthlake:Search*",
    "identitystore:*",
    "iot:GetRetained*", "iot:GetThingShadow", "iotanalytics:GetDatasetContent",
    "kendra:*Query*",
    "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:SubscribeToShard", "kinesisvideo:Get*",
    "lakeformation:GetTableO*", "lakeformation:GetWork*",
    "logs:StartLiveTail", "logs:Unmask",
    "macie2:GetSensitiveData*",
    "mediapackagev2:Get*Object", "mediastore:GetObject",
    "omics:GetRe*",
    "rds:DownloadComplete*", "redshift-data:GetStatement*",
    "redshift:DescribeQuery", "redshift:DescribeSaved*", "redshift:DescribeTable",
    "rekognition:*",
    "rum:GetAppMonitorData",
    "s3-object-lambda:*", "s3-outposts:GetObject*", "s3:GetObject?*", "s3:List*Annotations", "s3tables:GetTableData", "s3vectors:*Vectors",
    "sagemaker:GetRecord", "sagemaker:Search",
    "sdb:*",
    "ses:Get*Message*", "ses:GetArchive*",
    "sqs:ReceiveMessage",
    "sso-directory:*",
    "states:GetActivityTask", "swf:GetWorkflowExecutionHistory",
    "support:*Attachment", "support:*Communication*", "support:DescribeCases",
    "synthetics:GetCanaryRuns",
    "timestream:Select*",
    "transcribe:Get*Job",
    "workdocs:*", "workmail:Get*",
    "wafv2:*Revenue*", "wafv2:ListSettle*", "invoicing:*", "payments:*",
  ]

  # Code, templates, start-up scripts and configuration bodies, where secrets hide in plain text.
  sensitive_bodies = [
    "amplify:Get*", "amplify:List*",
    "appconfig:Get*Configuration", "appconfig:GetHosted*",
    "autoscaling:DescribeLaunchConfigurations",
    "cloudformation:*Drifts", "cloudformation:Get*Template", "cloudformation:ListResourceRequests", "cloudformation:ListResources",
    "cloudfront:Get*Function",
    "cloudshell:*",
    "codeartifact:*Asset", "codeartifact:Read*",
    "codebuild:BatchGet*",
    "codecommit:G*",
    "codepipeline:Get*JobDetails",
    "datapipeline:Get*",
    "dms:DescribeReplicationTaskAss*",
    "ec2:DescribeBundleTasks", "ec2:DescribeConversionTasks", "ec2:DescribeImport*", "ec2:DescribeInstanceAttribute", "ec2:DescribeLaunchTemplateVersions", "ec2:DescribeSpot*Requests", "ec2:GetLaunchTemplateData",
    "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
    "elasticbeanstalk:DescribeConfigurationSettings", "elasticbeanstalk:Re*EnvironmentInfo",
    "imagebuilder:GetComponent", "inspector2:BatchGetCode*",
    "kafkaconnect:Describe*",
    "lambda:GetDurable*", "lambda:GetFunction", "lambda:GetLayerVersion",
    "mq:DescribeConfigurationR*",
    "sagemaker:Describe*LifecycleConfig",
    "serverlessrepo:Get*Template",
    "snowball:Get*",
    "ssm:*Command*", "ssm:DescribeAutomation*", "ssm:Get*Execution*", "ssm:GetDocument",
  ]

  # Reads by name that act, cost or reach out.
  sensitive_side_effects = [
    "backup:ListIndexed*",
    "bedrock:Invoke*",
    "ce:*",
    "cloudformation:Detect*",
    "config:Deliver*",
    "dms:Test*",
    "iam:Generate*",
    "lambda:Invoke*",
    "polly:Synthesize*",
    "s3:Put*",
    "servicequotas:Start*",
    "ssm:Start*",
    "states:Start*",
    "support:Create*",
    "transfer:Test*",
  ]

  sensitive_statements = [
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
}
