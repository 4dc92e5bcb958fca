"""`python -m registration.cli` is what the script `heyi` calls."""

from registration.cli import main

main(prog_name="heyi")
