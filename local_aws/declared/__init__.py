"""Answers from declared state: what plain API calls cannot bring about, applied to each request as AWS would.

A rule per operation says what each member of the request does to the list; what a rule does not know is refused.
"""
