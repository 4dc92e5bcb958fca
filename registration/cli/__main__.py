"""`python -m registration.cli`, which the script `heyi` calls."""

from registration.cli import start

start()
