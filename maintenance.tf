# What a maintenance window's schedule may look like. The triage function refuses to start on one it cannot read, so a
# mistake has to show here, while it is planned.

locals {
  # Names of days and months with the numbers they stand for.
  cron_values = merge(
    { for number, name in ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] : name => number },
    { for index, name in ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"] : name => index + 1 },
  )

  # One value of each field, in the order of the expression.
  cron_field_values = [
    "[0-5]?[0-9]",
    "(?:2[0-3]|[01]?[0-9])",
    "(?:3[01]|[12][0-9]|0?[1-9])",
    "(?:1[0-2]|0?[1-9]|(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    "(?:[0-7]|(?i:sun|mon|tue|wed|thu|fri|sat))",
  ]
  # What may stand in place of a value: the last day of the month, the second Friday, the last Friday.
  cron_field_extras = ["", "", "|L", "", "|${local.cron_field_values[4]}(?:#[1-5]|L)"]

  cron_fields = [
    for index, value in local.cron_field_values :
    "(?:(?:\\*|${value}(?:-${value})?)(?:/[1-9][0-9]?)?${local.cron_field_extras[index]})"
  ]
  cron_pattern = "^${join(" ", [for field in local.cron_fields : "${field}(?:,${field})*"])}$"
}
