"""What mails look like: Jinja2 templates, as HTML and as plain text."""
