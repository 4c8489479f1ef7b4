"""Delivery: what people read. Pure rendering of an investigation; sending and storing belong to ``triage.aws``.

The way of a text: :mod:`~triage.delivery.presentable` cleans it once, :mod:`~triage.delivery.outline` puts it into
sections, and one module per form below ``render`` writes it down.
"""
