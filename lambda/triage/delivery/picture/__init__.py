"""The breach as a picture: from a chart to positions and words; the forms below ``render`` write them down.

:mod:`~triage.delivery.picture.curve` makes the series fit to draw, :mod:`~triage.delivery.picture.drawing` places
everything for one width, :mod:`~triage.delivery.picture.spark` draws it in one line of text, and
:mod:`~triage.delivery.picture.caption` says it in words. Whatever the series holds, none of them fails.
"""
