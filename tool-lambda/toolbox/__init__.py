"""Read-only helpers that answer what every responder asks first; each answer is compact JSON.

Every answer says what it looked at (`asked`: window, filter), what was left out (`truncated`), how far it may be
behind (`lag`) and what could not be seen (`gaps`: denied, throttled, late). Times are UTC. Arguments left out are
taken from what is investigated. Most helpers take a window as `start` and `end`: ISO 8601, `-90m` (from the
onset), `now-2h`.
"""

from toolbox.alarm import describe_alarm, related_alarms
from toolbox.changes import changes_before
from toolbox.health import health_events
from toolbox.insights import log_query
from toolbox.invocations import lambda_invocations
from toolbox.log_error import log_error
from toolbox.log_shares import log_shares
from toolbox.logs import log_changes, log_errors, log_lines
from toolbox.look import begin
from toolbox.metrics import breach, metric
from toolbox.neighbourhood import neighbourhood
from toolbox.neighbours import surroundings
from toolbox.network import network_path
from toolbox.permissions import may, role_policies
from toolbox.quotas import service_quotas
from toolbox.related import related_metrics
from toolbox.resources import configuration
from toolbox.traces import failed_traces

#: What the code of a call finds bound by name, in the order in which it is explained.
HELPERS = (
    describe_alarm,
    related_alarms,
    breach,
    metric,
    related_metrics,
    log_error,
    log_errors,
    log_changes,
    log_shares,
    log_lines,
    log_query,
    lambda_invocations,
    configuration,
    surroundings,
    neighbourhood,
    network_path,
    changes_before,
    role_policies,
    may,
    service_quotas,
    health_events,
    failed_traces,
)

__all__ = [
    "HELPERS",
    "begin",
    "breach",
    "changes_before",
    "configuration",
    "describe_alarm",
    "failed_traces",
    "health_events",
    "lambda_invocations",
    "log_changes",
    "log_error",
    "log_errors",
    "log_lines",
    "log_query",
    "log_shares",
    "may",
    "metric",
    "neighbourhood",
    "network_path",
    "related_alarms",
    "related_metrics",
    "role_policies",
    "service_quotas",
    "surroundings",
]
