"""Alarm triage: from a CloudWatch alarm to a report an on-call engineer can act on.

Layers, innermost first: ``domain`` (pure values), ``ports`` (what the product needs from outside),
``agent``/``intake``/``delivery`` (pure behaviour over both), ``aws`` (the only boto3), ``app`` (use cases),
``wiring`` (puts them together for one Lambda function).
"""
