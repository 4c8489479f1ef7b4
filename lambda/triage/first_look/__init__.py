"""The first look: what the tool's answers say, before any model is asked and without one.

Pure: the toolbox collects in the tool function, the code here reads what it found.
"""
