"""The questions of the scripted model: each module is Python that runs in the tool Lambda, not here.

A module has one function ``ask`` and uses names of :mod:`local_aws.model.questions.prelude`, which is sent along
with it (see :mod:`local_aws.model.asking`). What a question learns it prints as one compact JSON object a line;
``about`` says what kind of fact the line is. What it could not learn it prints as a line about a ``gap``.
"""
