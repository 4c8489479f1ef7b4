"""The Tracker, the queue and what else of AWS the use cases write to, in the memory of one process.

Claims, groups, spend and digests change by the rules of ``triage.domain`` alone, as they do in the Tracker: a step
that returns ``None`` is a write that is refused.
"""
