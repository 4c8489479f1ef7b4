"""One module per form: the e-mail's text, Markdown, HTML, JSON, and the transcript."""
