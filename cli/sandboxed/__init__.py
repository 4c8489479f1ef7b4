"""The tool function's sandbox on a developer's machine: model-written Python is hostile code here too.

It runs in a process of its own that holds no credentials but those of the capped session (``session_cap``), and
that cannot read the developer's files: the same layers as on Lambda, and Landlock's rules about reading besides.
Where the machine cannot promise that, nothing the model wrote is run.
"""
