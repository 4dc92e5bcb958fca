"""What a WSGI server loads: `registration.wsgi:app`."""

from registration.app import create_app

app = create_app()
