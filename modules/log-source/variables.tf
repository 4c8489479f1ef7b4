variable "triage_lambda_arn" {
  description = "ARN of the triage Lambda function: the output `triage_lambda_arn` of the Alarm Triage module, in the account and region of the log groups."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[a-z0-9-]*triage-handler[a-z0-9-]*$", var.triage_lambda_arn))
    error_message = "triage_lambda_arn must be the output triage_lambda_arn of the Alarm Triage module, e.g. module.alarm_triage.triage_lambda_arn, without a version or an alias."
  }
}

variable "log_groups" {
  description = <<-EOT
    Log groups whose errors are investigated, by name. They must exist and be of the Standard class. Refused: the log groups of Alarm Triage itself.
    - `pattern` (`?ERROR ?Exception ?Critical`): what is an error there, as CloudWatch Logs filter pattern, e.g. `{ $.level = "ERROR" }`. Every line that matches counts as one.
    - `min_occurrences` (unset: as Alarm Triage's `log_errors` says): lines of an error that start its investigation, 1 to 1,000
    - `occurrence_window_minutes` (10, with `min_occurrences`): minutes within which they have to come, 1 to 1,440
  EOT
  type = map(object({
    pattern                   = optional(string, "?ERROR ?Exception ?Critical")
    min_occurrences           = optional(number)
    occurrence_window_minutes = optional(number, 10)
  }))
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.log_groups) : can(regex("^[.\\-_/#A-Za-z0-9]{1,512}$", name))])
    error_message = "The keys of log_groups must be names of log groups, not ARNs, e.g. { \"/prod/payment-service\" = {} }."
  }

  validation {
    condition     = alltrue([for name, group in var.log_groups : try(length(trimspace(group.pattern)) >= 1 && length(group.pattern) <= 1024, false)])
    error_message = "Every log_groups pattern must have 1 to 1,024 characters, e.g. { pattern = \"?ERROR ?FATAL\" }; an empty one would make every line an error. Leave it out for \"?ERROR ?Exception ?Critical\"."
  }

  validation {
    condition = alltrue([
      for group in values(var.log_groups) :
      group.min_occurrences == null ? true : group.min_occurrences >= 1 && group.min_occurrences <= 1000 && floor(group.min_occurrences) == group.min_occurrences
    ])
    error_message = "Every log_groups min_occurrences must be a whole number of lines from 1 to 1000, e.g. { min_occurrences = 5 }; leave it out for what log_errors of Alarm Triage says."
  }

  validation {
    condition = alltrue([
      for group in values(var.log_groups) :
      try(group.occurrence_window_minutes >= 1 && group.occurrence_window_minutes <= 1440 && floor(group.occurrence_window_minutes) == group.occurrence_window_minutes, false)
    ])
    error_message = "Every log_groups occurrence_window_minutes must be a whole number of minutes from 1 to 1440 (a day), e.g. { min_occurrences = 5, occurrence_window_minutes = 30 }."
  }

  validation {
    condition     = length(setintersection(keys(var.log_groups), local.own_log_groups)) == 0
    error_message = "log_groups names log groups of Alarm Triage itself: ${join(", ", setintersection(keys(var.log_groups), local.own_log_groups))}. What it logs about an error would start the next investigation, without end: leave them out. Its own alarms watch its functions."
  }
}

variable "filter_name" {
  description = "Name of the subscription filter in every log group, which has room for two filters. Where a log group has `min_occurrences` of its own, they are added to the name, which is how the triage function learns of them."
  type        = string
  default     = "alarm-triage"
  nullable    = false

  validation {
    condition     = can(regex("^[^:*]{1,480}$", var.filter_name))
    error_message = "filter_name must have 1 to 480 characters without colons and asterisks, e.g. \"alarm-triage\"."
  }
}

variable "shared_permission" {
  description = "Lets CloudWatch Logs call the function for every log group of the account and region by one statement, instead of one for each of `log_groups`. Needed for more than 40, since a function's policy holds 20 KB."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = var.shared_permission || length(var.log_groups) <= 40
    error_message = "shared_permission must be true for more than 40 log groups: the statements of so many do not fit into the function's policy, which holds 20 KB."
  }
}
