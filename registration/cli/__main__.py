"""`python -m registration.cli` is what the script `heyi` calls."""

from registration.cli import start

start()
