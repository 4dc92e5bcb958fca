"""What a WSGI server loads: `registration.wsgi:app`."""

from registration import pins
from registration.app import create_app
from registration.request_turns import take_turns
from registration.settings import settings

pins.require_unedited(settings().sqlalchemy_url)
app = create_app()
app.wsgi_app = take_turns(app.wsgi_app)  # type: ignore[method-assign]
