"""CloudWatch Logs Insights' query language (CWLI), as the user guide documents it ("Query syntax").

Pure: `query.parse` reads a query into commands, `query.run` applies them to events. Whatever is not evaluated is
refused when the query is parsed, by name; nothing is skipped.
"""
