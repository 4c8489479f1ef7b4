"""Read-only helpers that answer what every responder asks first; each answer is compact JSON.

Every answer says what it looked at (`asked`: window, filter), what was left out (`truncated`), how far it may be
behind (`lag`) and what could not be seen (`gaps`: denied, throttled, late). Times are UTC. Arguments left out are
taken from what is investigated. Most helpers take a window as `start` and `end`: ISO 8601, `-90m` (from the
onset), `now-2h`.
"""

from toolbox.access.permissions import may, role_policies
from toolbox.alarms.definition import describe_alarm, related_alarms
from toolbox.asking.look import begin
from toolbox.capacity.quotas import service_quotas
from toolbox.changes.before_onset import changes_before
from toolbox.logs.errors import log_changes, log_errors, log_lines
from toolbox.logs.in_common import log_shares
from toolbox.logs.insights import log_query
from toolbox.logs.one_error import log_error
from toolbox.logs.report_lines import lambda_invocations
from toolbox.metrics.around_breach import breach, metric
from toolbox.metrics.related import related_metrics
from toolbox.resources import configuration
from toolbox.services.health import health_events
from toolbox.services.traces import failed_traces
from toolbox.surroundings.neighbourhood import neighbourhood
from toolbox.surroundings.neighbours import surroundings
from toolbox.surroundings.network import network_path

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
