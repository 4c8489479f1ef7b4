"""Values and rules of alarm triage: standard library only, no input or output, no clock."""
