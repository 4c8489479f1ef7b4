"""All that is concluded from a look: hundreds of patterns, loaded once there is one, not at a function's start."""

from triage.first_look.chart import chart_of
from triage.first_look.report import report_of
from triage.first_look.suggestions import likeliest, suggestions

__all__ = ["chart_of", "likeliest", "report_of", "suggestions"]
