"""The worker's own HTTP/1.1: simple requests parsed by one regex, answered by one send; the rest goes to gunicorn."""
