# ---------------------------------------------------------------------------------------------------------------------
# Required
# ---------------------------------------------------------------------------------------------------------------------

variable "sns_topic_arn" {
  description = "ARN of the standard SNS topic that receives reports, notices and the module's own alarms. It must be in the module's region. If the topic is encrypted with your own key, set `sns_topic_kms_key_arn` too."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$", var.sns_topic_arn))
    error_message = "sns_topic_arn must be the ARN of a standard SNS topic, e.g. aws_sns_topic.alarms.arn or \"arn:aws:sns:us-east-1:123456789012:alarms\". FIFO topics cannot send e-mail."
  }
}

# ---------------------------------------------------------------------------------------------------------------------
# Model
# ---------------------------------------------------------------------------------------------------------------------

variable "bedrock_model_id" {
  description = "Bedrock model that investigates: a cross-region inference profile id (`us.…`, `eu.…`, `apac.…`, `global.…`, which must suit the region), a foundation model id, or an ARN. For the ARN of an inference profile list the models behind it in `bedrock_model_arns`. `none` asks no model: every report is then the first look only."
  type        = string
  default     = "global.anthropic.claude-sonnet-4-6"
  nullable    = false

  validation {
    condition     = can(regex("^(none|(arn:aws[a-z-]*:bedrock:[a-z0-9-]+:([0-9]{12})?:[a-z-]+/|[a-z0-9-]+\\.)[A-Za-z0-9][A-Za-z0-9._:-]*)$", var.bedrock_model_id))
    error_message = "bedrock_model_id must be an inference profile id (\"global.anthropic.claude-sonnet-4-6\"), a foundation model id (\"amazon.nova-pro-v1:0\"), an inference profile ARN (\"arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123\") or \"none\"."
  }
}

variable "bedrock_fallback_model_ids" {
  description = "Models tried in this order when `bedrock_model_id` stays throttled or unavailable. Same forms as `bedrock_model_id`; `[]` for none."
  type        = list(string)
  default     = ["global.amazon.nova-2-lite-v1:0"]
  nullable    = false

  validation {
    condition = alltrue([
      for id in var.bedrock_fallback_model_ids :
      can(regex("^(arn:aws[a-z-]*:bedrock:[a-z0-9-]+:([0-9]{12})?:[a-z-]+/|[a-z0-9-]+\\.)[A-Za-z0-9][A-Za-z0-9._:-]*$", id))
    ])
    error_message = "Every entry of bedrock_fallback_model_ids must be a model id, an inference profile id or an inference profile ARN, e.g. [\"global.amazon.nova-2-lite-v1:0\"]; write [] for no fallback."
  }
}

variable "bedrock_model_arns" {
  description = "Further Bedrock ARNs the investigator may invoke: where a model is given by the ARN of an inference profile, the foundation models, in every destination region, that it routes to."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for arn in var.bedrock_model_arns : can(regex("^arn:aws[a-z-]*:bedrock:[a-z0-9*-]*:([0-9]{12})?:[a-z-]+/[A-Za-z0-9][A-Za-z0-9._:-]*$", arn))
    ])
    error_message = "Every entry of bedrock_model_arns must be one Bedrock ARN that names its model, e.g. \"arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0\". A wildcard is accepted as region only."
  }
}

variable "context_markdown" {
  description = "What a new colleague on call would be told about this account, as Markdown: architecture, runbooks, ownership, rules of severity. The model reads it before every investigation and follows its rules; it is no evidence. At most 12,000 characters, no secrets; `file(\"context.md\")` is usual."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = length(var.context_markdown) <= 12000
    error_message = "context_markdown has ${length(var.context_markdown)} characters, 12,000 are allowed: it is sent with every turn. Keep rules, owners and links to runbooks, and leave the runbooks' text where it is."
  }
}

# ---------------------------------------------------------------------------------------------------------------------
# Investigation
# ---------------------------------------------------------------------------------------------------------------------

variable "investigation_window_hours" {
  description = "Hours, from the start of an investigation, in which the same alarm is not investigated again. Fractions are allowed."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.investigation_window_hours > 0 && var.investigation_window_hours <= 720
    error_message = "investigation_window_hours must be above 0 and at most 720 (30 days), e.g. 1, or 0.25 for a quarter of an hour."
  }
}

variable "investigate_states" {
  description = "Alarm states that start an investigation. Others are recorded only. Legal values: `ALARM`, `OK`, `INSUFFICIENT_DATA`."
  type        = set(string)
  default     = ["ALARM"]
  nullable    = false

  validation {
    condition     = length(var.investigate_states) > 0 && alltrue([for state in var.investigate_states : try(contains(["ALARM", "OK", "INSUFFICIENT_DATA"], state), false)])
    error_message = "investigate_states must name at least one of \"ALARM\", \"OK\" and \"INSUFFICIENT_DATA\", e.g. [\"ALARM\"]."
  }
}

variable "notify_refire" {
  description = "Tells in one short notice when an alarm fires again within `investigation_window_hours`. If `false`, such alarms are only counted."
  type        = bool
  default     = true
  nullable    = false
}

variable "rearm_on_ok" {
  description = "Ends an alarm's `investigation_window_hours` when it returns to OK, so that its next ALARM is investigated at once. The triage function must hear of it: list its ARN in `ok_actions` too, or set `watch_all_alarms`."
  type        = bool
  default     = false
  nullable    = false
}

variable "group_window_minutes" {
  description = "Minutes, from the start of an investigation, in which further alarms of the same resource join it instead of being investigated on their own; `0` investigates each on its own."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.group_window_minutes >= 0 && var.group_window_minutes <= 1440 && floor(var.group_window_minutes) == var.group_window_minutes
    error_message = "group_window_minutes must be a whole number of minutes from 0 (off) to 1440 (a day), e.g. 10."
  }
}

variable "max_concurrent_investigations" {
  description = "Investigations that may run at the same time; further ones wait in the queue. 2 to 1,000, the range of an SQS event source."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.max_concurrent_investigations >= 2 && var.max_concurrent_investigations <= 1000 && floor(var.max_concurrent_investigations) == var.max_concurrent_investigations
    error_message = "max_concurrent_investigations must be a whole number from 2 to 1000: SQS event sources accept no other."
  }
}

variable "investigation_budget" {
  description = <<-EOT
    Limits of one investigation; whichever is reached first ends it with what was found by then.
    - `max_turns` (40): model calls
    - `max_tool_calls` (100): tool Lambda calls
    - `max_tokens` (600000): input and output tokens together
    - `max_usd` (1): estimated model cost in US dollars; where a model's price is unknown, `max_tokens` binds
  EOT
  type = object({
    max_turns      = optional(number, 40)
    max_tool_calls = optional(number, 100)
    max_tokens     = optional(number, 600000)
    max_usd        = optional(number, 1)
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for limit in [var.investigation_budget.max_turns, var.investigation_budget.max_tool_calls, var.investigation_budget.max_tokens] :
      limit >= 1 && floor(limit) == limit
    ])
    error_message = "investigation_budget.max_turns, .max_tool_calls and .max_tokens must be whole numbers of 1 or more, e.g. { max_turns = 40, max_tool_calls = 100, max_tokens = 600000 }."
  }

  validation {
    condition     = var.investigation_budget.max_usd > 0
    error_message = "investigation_budget.max_usd must be above 0, e.g. { max_usd = 0.5 }."
  }
}

variable "storm_guard" {
  description = <<-EOT
    Limits of all investigations together. Alarms beyond them are not looked at one by one: they are told in a digest. Hours and days are those of UTC.
    - `max_investigations_per_hour` (20): investigations that may start in one hour
    - `daily_budget_usd` (20): estimated model cost of one day in US dollars, at least one `investigation_budget.max_usd`
    - `daily_token_limit` (unset): tokens of one day, what binds where a model's price is unknown; at least one `investigation_budget.max_tokens`. Unset: as many as `daily_budget_usd` buys investigations
    - `digest_interval_minutes` (15): minutes between two digests, 1 to 15, since SQS delays a message by at most 15
  EOT
  type = object({
    max_investigations_per_hour = optional(number, 20)
    daily_budget_usd            = optional(number, 20)
    daily_token_limit           = optional(number)
    digest_interval_minutes     = optional(number, 15)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.storm_guard.max_investigations_per_hour >= 1 && var.storm_guard.max_investigations_per_hour <= 10000 && floor(var.storm_guard.max_investigations_per_hour) == var.storm_guard.max_investigations_per_hour
    error_message = "storm_guard.max_investigations_per_hour must be a whole number from 1 to 10000, e.g. { max_investigations_per_hour = 20 }."
  }

  validation {
    condition     = var.storm_guard.daily_budget_usd > 0 && var.storm_guard.daily_budget_usd >= var.investigation_budget.max_usd
    error_message = "storm_guard.daily_budget_usd must be at least investigation_budget.max_usd, or no investigation could ever start: raise daily_budget_usd, e.g. { daily_budget_usd = 20 }, or lower max_usd."
  }

  validation {
    condition = var.storm_guard.daily_token_limit == null ? true : (
      var.storm_guard.daily_token_limit >= var.investigation_budget.max_tokens && floor(var.storm_guard.daily_token_limit) == var.storm_guard.daily_token_limit
    )
    error_message = "storm_guard.daily_token_limit must be a whole number of at least investigation_budget.max_tokens, or no investigation could ever start: write e.g. { daily_token_limit = 12000000 }, or leave it unset to derive it from daily_budget_usd."
  }

  validation {
    condition     = var.storm_guard.digest_interval_minutes >= 1 && var.storm_guard.digest_interval_minutes <= 15 && floor(var.storm_guard.digest_interval_minutes) == var.storm_guard.digest_interval_minutes
    error_message = "storm_guard.digest_interval_minutes must be a whole number from 1 to 15: a digest is a delayed message of the work queue, and SQS delays by at most 15 minutes."
  }
}

variable "memory" {
  description = <<-EOT
    What is remembered of each investigation: cause, confidence and where its report is, found again by alarm, by resource and by kind of cause. The next investigation is told, and its report says which time it is (docs/memory.md).
    - `enabled` (`true`): remember investigations, and tell the next ones of them
    - `retention_days` (90): days after which an investigation is forgotten, 1 to 3,650
  EOT
  type = object({
    enabled        = optional(bool, true)
    retention_days = optional(number, 90)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.memory.retention_days >= 1 && var.memory.retention_days <= 3650 && floor(var.memory.retention_days) == var.memory.retention_days
    error_message = "memory.retention_days must be a whole number of days from 1 to 3650, e.g. { retention_days = 90 }; to remember nothing write { enabled = false }."
  }
}

# ---------------------------------------------------------------------------------------------------------------------
# Which alarms
# ---------------------------------------------------------------------------------------------------------------------

variable "watch_all_alarms" {
  description = <<-EOT
    Triages the alarms of this account and region by an EventBridge rule, without touching their actions; an alarm that also lists the triage function as its action is still investigated once. `{}` watches all of them, also those whose actions are switched off. Never watched: the module's own alarms, and with them others whose names begin like theirs.
    - `name_prefixes` (`[]`, any name): watch only alarms whose names begin with one of these
    - `exclude_name_prefixes` (`["TargetTracking-"]`, the alarms that scale your services): leave out alarms whose names begin with one of these
  EOT
  type = object({
    name_prefixes         = optional(list(string), [])
    exclude_name_prefixes = optional(list(string), ["TargetTracking-"])
  })
  default  = null
  nullable = true

  validation {
    condition = var.watch_all_alarms == null ? true : alltrue([
      for prefix in var.watch_all_alarms.name_prefixes : try(length(prefix) >= 1 && length(prefix) <= 255, false)
    ])
    error_message = "watch_all_alarms.name_prefixes must hold beginnings of alarm names of 1 to 255 characters, e.g. { name_prefixes = [\"prod-\"] }; leave it out to watch every alarm."
  }

  validation {
    condition = var.watch_all_alarms == null ? true : alltrue([
      for prefix in var.watch_all_alarms.exclude_name_prefixes : try(length(prefix) >= 1 && length(prefix) <= 255, false)
    ])
    error_message = "watch_all_alarms.exclude_name_prefixes must hold beginnings of alarm names of 1 to 255 characters, e.g. { exclude_name_prefixes = [\"TargetTracking-\", \"test-\"] }; write [] to exclude none."
  }
}

variable "log_errors" {
  description = <<-EOT
    How errors in logs are triaged, of the log groups that `modules/log-source` subscribes. Each error, whatever ids, numbers and times are in it, is investigated once in `investigation_window_hours`.
    - `min_occurrences` (1): lines of an error that start its investigation, 1 to 1,000; a log group may have its own
    - `occurrence_window_minutes` (10): minutes within which they have to come, 1 to 1,440
    - `notify_refire` (`false`): tells in short notices, and then in digests, that an error goes on after its investigation began; if `false`, that is only counted
  EOT
  type = object({
    min_occurrences           = optional(number, 1)
    occurrence_window_minutes = optional(number, 10)
    notify_refire             = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.log_errors.min_occurrences >= 1 && var.log_errors.min_occurrences <= 1000 && floor(var.log_errors.min_occurrences) == var.log_errors.min_occurrences
    error_message = "log_errors.min_occurrences must be a whole number of lines from 1 to 1000, e.g. { min_occurrences = 5 }."
  }

  validation {
    condition     = var.log_errors.occurrence_window_minutes >= 1 && var.log_errors.occurrence_window_minutes <= 1440 && floor(var.log_errors.occurrence_window_minutes) == var.log_errors.occurrence_window_minutes
    error_message = "log_errors.occurrence_window_minutes must be a whole number of minutes from 1 to 1440 (a day), e.g. { occurrence_window_minutes = 10 }."
  }
}

variable "maintenance_windows" {
  description = <<-EOT
    Times in which matching alarms are not investigated but told in the next digest. A window applies to alarms that match one of its patterns and carry all of its tags.
    - `name`: what the digest calls it; each name once
    - `schedule`: when it starts, as a five-field cron expression (minute, hour, day of month, month, day of week), e.g. `0 2 * * SUN`
    - `duration_minutes`: how long it lasts, 1 to 10,080 (a week)
    - `timezone` (`UTC`): IANA name of the time zone of the schedule, e.g. `Europe/Berlin`
    - `alarm_name_patterns` (`["*"]`, every name): alarm names, where `*` stands for any characters and `?` for one
    - `alarm_tags` (`{}`, any): tags, of the alarm itself, that it must carry
  EOT
  type = list(object({
    name                = string
    schedule            = string
    duration_minutes    = number
    timezone            = optional(string, "UTC")
    alarm_name_patterns = optional(list(string), ["*"])
    alarm_tags          = optional(map(string), {})
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for window in var.maintenance_windows : try(length(trimspace(window.name)) >= 1 && length(window.name) <= 64, false)]) && length(distinct([for window in var.maintenance_windows : try(window.name, null)])) == length(var.maintenance_windows)
    error_message = "Every entry of maintenance_windows must have a name of 1 to 64 characters that no other entry has, e.g. \"weekly patching\"."
  }

  validation {
    condition     = alltrue([for window in var.maintenance_windows : can(regex(local.cron_pattern, window.schedule))])
    error_message = "Every maintenance_windows schedule must be a cron expression of five fields parted by single spaces: minute (0-59), hour (0-23), day of month (1-31 or L), month (1-12 or JAN-DEC), day of week (0-7 or SUN-SAT, FRI#2, 5L); each *, a number, a range, a list, with /step if you like. E.g. \"0 2 * * SUN\" for Sundays at 02:00."
  }

  validation {
    condition = alltrue(flatten([
      for window in var.maintenance_windows : [
        for ends in try(regexall("([0-9A-Za-z]+)-([0-9A-Za-z]+)", window.schedule), []) :
        try(local.cron_values[lower(ends[0])], tonumber(ends[0])) <= try(local.cron_values[lower(ends[1])], tonumber(ends[1]))
        if alltrue([for end in ends : contains(keys(local.cron_values), lower(end)) || can(tonumber(end))])
      ]
    ]))
    error_message = "Every range in a maintenance_windows schedule must run upwards: write \"22-23,0-2\" instead of \"22-2\", and \"FRI,SAT,SUN\" instead of \"FRI-SUN\" (SUN is 0)."
  }

  validation {
    condition     = alltrue([for window in var.maintenance_windows : try(window.duration_minutes >= 1 && window.duration_minutes <= 10080 && floor(window.duration_minutes) == window.duration_minutes, false)])
    error_message = "Every maintenance_windows duration_minutes must be a whole number from 1 to 10080 (a week), e.g. 120."
  }

  validation {
    condition     = alltrue([for window in var.maintenance_windows : can(regex("^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9][A-Za-z0-9_+-]*)*$", window.timezone))])
    error_message = "Every maintenance_windows timezone must be the IANA name of a time zone, e.g. \"UTC\" or \"Europe/Berlin\"; an offset such as \"+01:00\" is not one."
  }

  validation {
    condition     = alltrue([for window in var.maintenance_windows : try(length(window.alarm_name_patterns) >= 1 && alltrue([for pattern in window.alarm_name_patterns : length(pattern) >= 1 && length(pattern) <= 255]), false)])
    error_message = "Every maintenance_windows alarm_name_patterns must list one or more patterns of 1 to 255 characters, e.g. [\"batch-*\"]; leave it out for every alarm."
  }

  validation {
    condition     = alltrue([for window in var.maintenance_windows : try(alltrue([for key, value in window.alarm_tags : length(key) >= 1 && length(key) <= 128 && length(value) <= 256]), false)])
    error_message = "Every maintenance_windows alarm_tags must hold tag keys of 1 to 128 characters with values of at most 256, e.g. { Team = \"payments\" }."
  }

  # Lambda allows 4 KB for all environment variables of a function; the others need up to 1.5 of them.
  validation {
    condition     = length(base64encode(jsonencode(var.maintenance_windows))) <= 2500 * 4 / 3
    error_message = "maintenance_windows takes more than 2,500 bytes as JSON, which would not fit into the function's environment: use fewer windows, shorter names, or patterns that cover more alarms."
  }
}

variable "alarm_policy_tags" {
  description = <<-EOT
    Lets teams say by tags of an alarm how it is triaged. A value that is not understood is ignored and logged.
    - `enabled` (`true`): read the alarm's tags
    - `prefix` (`alarm-triage:`): beginning of the tags' keys: `alarm-triage:policy` = `skip` (record only), `alarm-triage:minimum-severity` = `CRITICAL`, `HIGH`, `MEDIUM` or `LOW` (reports below it are archived and told in the digest), `alarm-triage:window-hours` = a number (instead of `investigation_window_hours`)
  EOT
  type = object({
    enabled = optional(bool, true)
    prefix  = optional(string, "alarm-triage:")
  })
  default  = {}
  nullable = false

  validation {
    # A tag key has at most 128 characters, and "minimum-severity" follows.
    condition     = can(regex("^[A-Za-z0-9 _.:/=+@-]{1,112}$", var.alarm_policy_tags.prefix)) && !startswith(lower(var.alarm_policy_tags.prefix), "aws:")
    error_message = "alarm_policy_tags.prefix must have 1 to 112 of the characters tag keys may hold (letters, digits, spaces and _ . : / = + @ -) and must not start with \"aws:\" (reserved), e.g. { prefix = \"alarm-triage:\" }."
  }
}

# ---------------------------------------------------------------------------------------------------------------------
# Channels
# ---------------------------------------------------------------------------------------------------------------------

variable "slack" {
  description = <<-EOT
    Slack channel `slack`, by an incoming webhook. It gets what `routes` lead to it.
    - `webhook_secret_arn`: ARN of the secret (Secrets Manager) or SecureString parameter (Parameter Store) that holds the webhook's address, `https://hooks.slack.com/services/…`, by itself or as `url` of a JSON object. Terraform never reads it
    - `kms_key_arn` (key managed by AWS): ARN of the customer managed key that encrypts it
  EOT
  type = object({
    webhook_secret_arn = string
    kms_key_arn        = optional(string)
  })
  default  = null
  nullable = true

  validation {
    condition     = var.slack == null ? true : can(regex("^arn:aws[a-z-]*:(secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}|ssm:[a-z0-9-]+:[0-9]{12}:parameter/[A-Za-z0-9/_.-]+)$", var.slack.webhook_secret_arn))
    error_message = "slack.webhook_secret_arn must be the full ARN of a Secrets Manager secret (with its six random characters, e.g. aws_secretsmanager_secret.slack.arn) or of a Parameter Store parameter (aws_ssm_parameter.slack.arn). Do not write the webhook's address itself here: it is a secret."
  }

  validation {
    condition     = try(var.slack.kms_key_arn, null) == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.slack.kms_key_arn))
    error_message = "slack.kms_key_arn must be the key ARN of the secret's key, e.g. \"arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab\"; IAM does not resolve aliases. Leave it out for a key managed by AWS."
  }
}

variable "email" {
  description = <<-EOT
    E-mail channel `email`: HTML mail through Amazon SES. It gets what `routes` lead to it; the topic's own e-mail stays plain text.
    - `identity_arn`: ARN of the verified SES identity (domain or address) that sends, in any region where you use SES
    - `from`: sender, an address of that identity, e.g. `Alarm Triage <triage@example.com>`
    - `to`: 1 to 50 recipients
    - `reply_to` (`[]`): where answers go
    - `configuration_set` (the identity's own): name of an SES configuration set
  EOT
  type = object({
    identity_arn      = string
    from              = string
    to                = list(string)
    reply_to          = optional(list(string), [])
    configuration_set = optional(string)
  })
  default  = null
  nullable = true

  validation {
    condition     = var.email == null ? true : can(regex("^arn:aws[a-z-]*:ses:[a-z0-9-]+:[0-9]{12}:identity/[^\\s*]+$", var.email.identity_arn))
    error_message = "email.identity_arn must be the ARN of a verified SES identity, e.g. aws_sesv2_email_identity.example.arn or \"arn:aws:ses:us-east-1:123456789012:identity/example.com\"."
  }

  validation {
    condition     = var.email == null ? true : alltrue([for address in concat([try(var.email.from, "")], try(var.email.to, []), try(var.email.reply_to, [])) : can(regex("^([^<>@\\r\\n]*<[^<>@\\s]+@[^<>@\\s]+>|[^<>@\\s]+@[^<>@\\s]+)$", address))])
    error_message = "email.from, email.to and email.reply_to must hold e-mail addresses, e.g. \"oncall@example.com\" or \"Alarm Triage <triage@example.com>\"."
  }

  validation {
    condition     = var.email == null ? true : try(length(var.email.to) >= 1 && length(var.email.to) <= 50 && length(distinct(var.email.to)) == length(var.email.to), false)
    error_message = "email.to must list 1 to 50 recipients (the limit of SES), each once. For more people write the address of a mailing list."
  }

  validation {
    condition     = try(var.email.configuration_set, null) == null ? true : can(regex("^[A-Za-z0-9_-]{1,64}$", var.email.configuration_set))
    error_message = "email.configuration_set must be the name of an SES configuration set: 1 to 64 letters, digits, hyphens and underscores."
  }
}

variable "routes" {
  description = <<-EOT
    Which channels reports and notices take. Routes are read in order, and the first whose conditions all hold decides; a condition that is left out holds always. What no route takes goes to the topic, so without routes everything does.
    - `channels`: any of `sns`, `slack`, `email`
    - `severities` (`[]`, any): severities of the report: `CRITICAL`, `HIGH`, `MEDIUM`, `LOW`, `INFO`. Notices and digests have none, so a route with severities never takes them
    - `sources` (`[]`, any): `cloudwatch_alarm`, `log_error`, `digest`
    - `tags` (`{}`, any): tags, of the alarm itself, that it must carry
    An alarm that fires again is told where its report went. A notice that an alarm could not be investigated goes to the topic in any case. A message that an optional channel does not take for two hours goes to the topic, unless the route led there too.
  EOT
  type = list(object({
    channels   = list(string)
    severities = optional(list(string), [])
    sources    = optional(list(string), [])
    tags       = optional(map(string), {})
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for route in var.routes : try(length(route.channels) >= 1 && length(distinct(route.channels)) == length(route.channels) && length(setsubtract(route.channels, ["sns", "slack", "email"])) == 0, false)])
    error_message = "Every entry of routes must lead to one or more channels, each once: \"sns\", \"slack\" or \"email\", e.g. { severities = [\"CRITICAL\"], channels = [\"sns\", \"slack\"] }. To send nothing by itself, use the tag alarm-triage:minimum-severity."
  }

  validation {
    condition     = alltrue([for route in var.routes : try(length(distinct(route.severities)) == length(route.severities) && length(setsubtract(route.severities, ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"])) == 0, false)])
    error_message = "Every routes severities must list severities of reports, each once: \"CRITICAL\", \"HIGH\", \"MEDIUM\", \"LOW\" or \"INFO\"; leave it out for every message."
  }

  validation {
    condition     = alltrue([for route in var.routes : try(length(distinct(route.sources)) == length(route.sources) && length(setsubtract(route.sources, ["cloudwatch_alarm", "log_error", "digest"])) == 0, false)])
    error_message = "Every routes sources must list sources of messages, each once: \"cloudwatch_alarm\", \"log_error\" or \"digest\"; leave it out for all of them."
  }

  validation {
    condition     = alltrue([for route in var.routes : try(alltrue([for key, value in route.tags : length(key) >= 1 && length(key) <= 128 && length(value) <= 256]), false)])
    error_message = "Every routes tags must hold tag keys of 1 to 128 characters with values of at most 256, e.g. { Team = \"payments\" }."
  }

  # A route behind one that takes everything, or behind one with the same conditions.
  validation {
    condition = alltrue(flatten([
      for later, route in var.routes : [
        for earlier, other in var.routes : try(
          length(other.severities) + length(other.sources) + length(other.tags) > 0 &&
          jsonencode([sort(other.severities), sort(other.sources), other.tags]) != jsonencode([sort(route.severities), sort(route.sources), route.tags]),
          true,
        ) if earlier < later
      ]
    ]))
    error_message = "An entry of routes is never reached: an earlier one has no conditions, or the same ones. Put the route without conditions last, and write all channels of one condition into one route."
  }

  validation {
    condition     = var.slack != null || !contains(flatten([for route in var.routes : try(route.channels, [])]), "slack")
    error_message = "An entry of routes leads to \"slack\", which is not configured: set slack = { webhook_secret_arn = … } too."
  }

  validation {
    condition     = var.email != null || !contains(flatten([for route in var.routes : try(route.channels, [])]), "email")
    error_message = "An entry of routes leads to \"email\", which is not configured: set email = { identity_arn = …, from = …, to = [ … ] } too."
  }

  validation {
    condition     = var.slack == null || contains(flatten([for route in var.routes : try(route.channels, [])]), "slack")
    error_message = "slack is configured, but no entry of routes leads to it, so it would get nothing: write e.g. routes = [{ channels = [\"sns\", \"slack\"] }] for everything."
  }

  validation {
    condition     = var.email == null || contains(flatten([for route in var.routes : try(route.channels, [])]), "email")
    error_message = "email is configured, but no entry of routes leads to it, so it would get nothing: write e.g. routes = [{ channels = [\"sns\", \"email\"] }] for everything."
  }

  # Lambda allows 4 KB for all environment variables of a function, and triage has the maintenance windows too.
  validation {
    condition     = length(base64encode(jsonencode(var.routes))) + length(base64encode(jsonencode(var.maintenance_windows))) <= 2500 * 4 / 3
    error_message = "routes and maintenance_windows together take more than 2,500 bytes as JSON, which would not fit into the function's environment: use fewer routes, or conditions that cover more."
  }
}

# ---------------------------------------------------------------------------------------------------------------------
# Functions
# ---------------------------------------------------------------------------------------------------------------------

variable "architecture" {
  description = "Instruction set of all functions: `arm64` or `x86_64`."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture must be \"arm64\" or \"x86_64\"."
  }
}

variable "lambda_timeout" {
  description = "Time limit of one investigation (the investigator function) in seconds, 300 to 900. It must exceed `tool_lambda_timeout`."
  type        = number
  default     = 900
  nullable    = false

  validation {
    condition     = var.lambda_timeout >= 300 && var.lambda_timeout <= 900 && floor(var.lambda_timeout) == var.lambda_timeout
    error_message = "lambda_timeout must be a whole number of seconds from 300 (below, an investigation has no time for a question beside its report) to 900 (Lambda's maximum)."
  }
}

variable "lambda_memory_size" {
  description = "Memory of the investigator function in MB, 128 to 10,240."
  type        = number
  default     = 1024
  nullable    = false

  validation {
    condition     = var.lambda_memory_size >= 128 && var.lambda_memory_size <= 10240 && floor(var.lambda_memory_size) == var.lambda_memory_size
    error_message = "lambda_memory_size must be a whole number of MB from 128 to 10240."
  }
}

variable "tool_lambda_timeout" {
  description = "Time limit of one tool call in seconds, at least 10 and below `lambda_timeout`."
  type        = number
  default     = 120
  nullable    = false

  validation {
    condition     = var.tool_lambda_timeout >= 10 && floor(var.tool_lambda_timeout) == var.tool_lambda_timeout
    error_message = "tool_lambda_timeout must be a whole number of seconds, 10 or more."
  }

  validation {
    condition     = var.tool_lambda_timeout < var.lambda_timeout
    error_message = "tool_lambda_timeout must be below lambda_timeout, or one tool call could outlast its investigation: lower tool_lambda_timeout or raise lambda_timeout (at most 900)."
  }
}

variable "tool_lambda_memory_size" {
  description = "Memory of the tool function in MB, 512 to 10,240. It also sets the CPU share of the code the model writes."
  type        = number
  default     = 2048
  nullable    = false

  validation {
    condition     = var.tool_lambda_memory_size >= 512 && var.tool_lambda_memory_size <= 10240 && floor(var.tool_lambda_memory_size) == var.tool_lambda_memory_size
    error_message = "tool_lambda_memory_size must be a whole number of MB from 512 to 10240; below 512 the AWS SDK and the sandbox leave no room for the code."
  }
}

variable "tool_lambda_reserved_concurrency" {
  description = "Reserved concurrent executions of the tool function; `-1` leaves it unreserved."
  type        = number
  default     = -1
  nullable    = false

  validation {
    condition     = (var.tool_lambda_reserved_concurrency == -1 || var.tool_lambda_reserved_concurrency >= 1) && floor(var.tool_lambda_reserved_concurrency) == var.tool_lambda_reserved_concurrency
    error_message = "tool_lambda_reserved_concurrency must be -1 (unreserved) or a whole number of 1 or more; 0 would refuse every tool call."
  }
}

variable "vpc_config" {
  description = <<-EOT
    Runs all functions inside your VPC. The subnets need a route to the AWS APIs (NAT gateway or VPC endpoints), or no investigation can start.
    - `subnet_ids`: private subnets, two or more in different zones recommended
    - `security_group_ids`: security groups that allow outbound HTTPS
  EOT
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
  })
  default  = null
  nullable = true

  validation {
    condition = var.vpc_config == null ? true : try(
      length(var.vpc_config.subnet_ids) > 0 && alltrue([for id in var.vpc_config.subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))]),
      false,
    )
    error_message = "vpc_config.subnet_ids must list one or more subnet ids, e.g. [\"subnet-0a1b2c3d\"]; leave vpc_config unset to run outside a VPC."
  }

  validation {
    condition = var.vpc_config == null ? true : try(
      length(var.vpc_config.security_group_ids) > 0 && alltrue([for id in var.vpc_config.security_group_ids : can(regex("^sg-[0-9a-f]+$", id))]),
      false,
    )
    error_message = "vpc_config.security_group_ids must list one or more security group ids, e.g. [\"sg-0a1b2c3d\"]; leave vpc_config unset to run outside a VPC."
  }
}

variable "tracing" {
  description = "Records X-Ray traces of all functions (active tracing) and lets their roles write them."
  type        = bool
  default     = false
  nullable    = false
}

# ---------------------------------------------------------------------------------------------------------------------
# What the investigation may read
# ---------------------------------------------------------------------------------------------------------------------

variable "investigator_access" {
  description = <<-EOT
    What the code the model writes may read. It always stands under the module's denies (docs/permissions.md); nothing here takes one of them away but `readable_logs`, for what it names.
    - `base_policy_arns` (ReadOnlyAccess): managed policies that allow; one to five replace the default
    - `denies` (none): further denies: `actions` (patterns such as `"logs:FilterLogEvents"`) on `resources` (everything)
    - `readable_logs` (none): log objects that may be read: `bucket` of this account, `prefix` with its final slash, and, where they are encrypted with a customer managed key, `kms_key_arn`
    - `strict` (false): hides environment variables, parameters, inputs and outputs of executions, SQL and other free text too
  EOT
  type = object({
    base_policy_arns = optional(list(string))
    denies = optional(list(object({
      actions   = list(string)
      resources = optional(list(string), ["*"])
    })), [])
    readable_logs = optional(list(object({
      bucket      = string
      prefix      = string
      kms_key_arn = optional(string)
    })), [])
    strict = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition = var.investigator_access.base_policy_arns == null ? true : (
      length(var.investigator_access.base_policy_arns) >= 1 && length(var.investigator_access.base_policy_arns) <= 5 &&
      alltrue([for arn in var.investigator_access.base_policy_arns : can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[\\w+=,.@/-]+$", arn))])
    )
    error_message = "investigator_access.base_policy_arns must list one to five ARNs of managed policies (a role holds ten, five may be the module's denies), e.g. [\"arn:aws:iam::aws:policy/job-function/ViewOnlyAccess\"]; leave it out for ReadOnlyAccess."
  }

  validation {
    condition = alltrue([
      for deny in var.investigator_access.denies :
      try(length(deny.actions) > 0 && alltrue([for action in deny.actions : can(regex("^[a-z0-9-]+:[A-Za-z0-9*?]+$", action))]), false)
    ])
    error_message = "investigator_access.denies[*].actions must list actions with their service, e.g. { actions = [\"logs:FilterLogEvents\", \"logs:GetLog*\"] }; wildcards are not allowed in the service."
  }

  validation {
    condition = alltrue([
      for deny in var.investigator_access.denies :
      try(length(deny.resources) > 0 && alltrue([for arn in deny.resources : can(regex("^(\\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:.+)$", arn)) && !can(regex("[$][{]", arn))]), false)
    ])
    error_message = "investigator_access.denies[*].resources must list ARNs or \"*\", without policy variables, e.g. { actions = [\"logs:*\"], resources = [\"arn:aws:logs:*:*:log-group:/payroll/*\"] }; leave it out for every resource."
  }

  validation {
    condition     = alltrue([for log in var.investigator_access.readable_logs : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", log.bucket))])
    error_message = "investigator_access.readable_logs[*].bucket must be a bucket name, without wildcard and not an ARN, e.g. \"my-load-balancer-logs\"."
  }

  validation {
    condition     = alltrue([for log in var.investigator_access.readable_logs : can(regex("^[A-Za-z0-9!_.'()-][A-Za-z0-9!_.'()/ =+@,:-]*/$", log.prefix))])
    error_message = "investigator_access.readable_logs[*].prefix must be a folder that ends in a slash and holds no wildcard, e.g. \"AWSLogs/123456789012/elasticloadbalancing/\"; a whole bucket is not accepted."
  }

  validation {
    condition     = alltrue([for log in var.investigator_access.readable_logs : log.kms_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", log.kms_key_arn))])
    error_message = "investigator_access.readable_logs[*].kms_key_arn must be a key ARN, e.g. \"arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab\"; IAM does not resolve aliases."
  }
}

# ---------------------------------------------------------------------------------------------------------------------
# Reports, logs and encryption
# ---------------------------------------------------------------------------------------------------------------------

variable "reports_bucket_lifecycle_days" {
  description = "Days after which reports are deleted; unset keeps them for ever."
  type        = number
  default     = null
  nullable    = true

  validation {
    condition     = var.reports_bucket_lifecycle_days == null ? true : var.reports_bucket_lifecycle_days >= 1 && floor(var.reports_bucket_lifecycle_days) == var.reports_bucket_lifecycle_days
    error_message = "reports_bucket_lifecycle_days must be a whole number of days of 1 or more, e.g. 90; leave it unset to keep reports for ever."
  }
}

variable "reports_bucket_logging" {
  description = <<-EOT
    Writes access logs of the reports bucket.
    - `target_bucket`: name of an existing bucket that accepts S3 log delivery, in the same region and account
    - `target_prefix` (`alarm-reports/`): prefix of the log objects
  EOT
  type = object({
    target_bucket = string
    target_prefix = optional(string, "alarm-reports/")
  })
  default  = null
  nullable = true

  validation {
    condition     = var.reports_bucket_logging == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.reports_bucket_logging.target_bucket))
    error_message = "reports_bucket_logging.target_bucket must be a bucket name (not an ARN), e.g. { target_bucket = \"my-access-logs\" }."
  }
}

variable "reports_bucket_force_destroy" {
  description = "Lets `terraform destroy` delete the reports bucket with the reports in it."
  type        = bool
  default     = false
  nullable    = false
}

variable "log_retention_days" {
  description = "Days the functions' logs are kept. CloudWatch Logs accepts: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one of the periods CloudWatch Logs accepts: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "kms_key_arn" {
  description = "Customer managed KMS key (key ARN, same region) for the table, the reports bucket, the queues, the log groups and the functions' environments. Its key policy must let `logs.<region>.amazonaws.com` use it, and with `watch_all_alarms` also `events.amazonaws.com`. Unset: keys owned or managed by AWS."
  type        = string
  default     = null
  nullable    = true

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be a key ARN, e.g. \"arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab\"; an alias or a bare key id is not accepted by every service."
  }
}

variable "sns_topic_kms_key_arn" {
  description = "Customer managed KMS key (key ARN) that encrypts the topic `sns_topic_arn`. Its key policy must let `cloudwatch.amazonaws.com` use it, or the module's own alarms cannot publish."
  type        = string
  default     = null
  nullable    = true

  validation {
    condition     = var.sns_topic_kms_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.sns_topic_kms_key_arn))
    error_message = "sns_topic_kms_key_arn must be the key ARN of the topic's key, e.g. \"arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab\"; IAM does not resolve aliases."
  }
}

# ---------------------------------------------------------------------------------------------------------------------
# Names, tags and guard rails
# ---------------------------------------------------------------------------------------------------------------------

variable "resource_prefix" {
  description = "Prefix of all resource names, without the joining hyphen: `prod` gives `prod-triage-handler`."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?)?$", var.resource_prefix))
    error_message = "resource_prefix may hold lower-case letters, digits and inner hyphens only (it becomes part of a bucket name), e.g. \"prod\"; the joining hyphen is added for you."
  }
}

variable "resource_suffix" {
  description = "Suffix of all resource names, without the joining hyphen: `blue` gives `triage-handler-blue`. Without it the bucket name ends in account and region, and IAM names in the region."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?)?$", var.resource_suffix))
    error_message = "resource_suffix may hold lower-case letters, digits and inner hyphens only (it becomes part of a bucket name), e.g. \"us-east-2\"; the joining hyphen is added for you."
  }
}

variable "tags" {
  description = "Tags of all resources, beside the provider's default tags."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.tags : try(length(key) >= 1 && length(key) <= 128 && length(value) <= 256 && !startswith(lower(key), "aws:"), false)])
    error_message = "tags must have keys of 1 to 128 characters that do not start with \"aws:\" (reserved) and values of at most 256 characters, e.g. { Environment = \"production\" }."
  }
}

variable "permissions_boundary_arn" {
  description = "IAM policy set as permissions boundary of every role the module creates."
  type        = string
  default     = null
  nullable    = true

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[\\w+=,.@/-]+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of a managed IAM policy, e.g. \"arn:aws:iam::123456789012:policy/boundary\"."
  }
}
