"""Starting configuration, and how gunicorn runs the server."""
