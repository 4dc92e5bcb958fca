"""What a WSGI server loads: `registration.wsgi:app`."""

from registration import pins
from registration.app import create_app
from registration.settings import settings

pins.require_unedited(settings().sqlalchemy_url)
app = create_app()
