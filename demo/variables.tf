variable "email" {
  description = "Address that receives the reports. AWS sends it a confirmation first; nothing arrives before you follow its link."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+$", var.email))
    error_message = "email must be an e-mail address, e.g. \"oncall@example.com\"."
  }
}

variable "region" {
  description = "AWS region of everything in this demo. Bedrock must offer `bedrock_model_id` there."
  type        = string
  default     = "us-east-1"
  nullable    = false
}

variable "fault" {
  description = "What is wrong with the order API: `permission` (its role may not read the table), `timeout` (it waits for longer than it may run), `memory` (it needs more than it has) or `none`."
  type        = string
  default     = "permission"
  nullable    = false

  validation {
    condition     = contains(["permission", "timeout", "memory", "none"], var.fault)
    error_message = "fault must be \"permission\", \"timeout\", \"memory\" or \"none\"."
  }
}

variable "function_name" {
  description = "Name of the failing Lambda function; its table, role and alarms are named after it."
  type        = string
  default     = "order-api"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,47}$", var.function_name))
    error_message = "function_name must have 1 to 48 letters, digits, hyphens or underscores, e.g. \"order-api\"."
  }
}

variable "slack_webhook_secret_arn" {
  description = "ARN of the secret (Secrets Manager) or SecureString parameter that holds the address of a Slack webhook: reports go there too. Unset: no Slack."
  type        = string
  default     = null
  nullable    = true
}

variable "email_identity_arn" {
  description = "ARN of a verified SES identity, an address or a domain: reports come as HTML mail from it too. Unset: the topic's plain text only."
  type        = string
  default     = null
  nullable    = true

  validation {
    condition     = var.email_identity_arn == null ? true : can(regex("^arn:aws[a-z-]*:ses:[a-z0-9-]+:[0-9]{12}:identity/[^/\\s*]+$", var.email_identity_arn))
    error_message = "email_identity_arn must be the ARN of a verified SES identity, e.g. \"arn:aws:ses:us-east-1:123456789012:identity/example.com\"."
  }
}

variable "name_prefix" {
  description = "Prefix of the module's and the topic's names, without the joining hyphen; lets two demos live in one account."
  type        = string
  default     = ""
  nullable    = false
}

variable "investigation_window_hours" {
  description = "Hours, from the start of an investigation, in which the same alarm is not investigated again; above 0. Applies to investigations that start after it was set."
  type        = number
  default     = 1
  nullable    = false
}

variable "bedrock_model_id" {
  description = "Bedrock model that investigates; unset takes the module's default."
  type        = string
  default     = null
  nullable    = true
}

variable "watch_all_alarms" {
  description = "Triages the alarms of the whole account and region, beside those of alarms.tf that name the module as their action: `{}`, or an object with `name_prefixes` and `exclude_name_prefixes`. Unset: only those of alarms.tf."
  type = object({
    name_prefixes         = optional(list(string))
    exclude_name_prefixes = optional(list(string))
  })
  default  = null
  nullable = true
}
