"""What a WSGI server loads: `registration.runtime.wsgi:app`."""

from registration.app import create_app
from registration.http.request_queue import take_turns
from registration.rules.sign_in_providers import providers_in
from registration.runtime import definition_checksums, govstack_checks, matter_checks
from registration.settings import settings

matter_checks.require_sound()
providers_in(settings().oidc)
definition_checksums.require_unedited(settings().sqlalchemy_url)
govstack_checks.require_sound(settings())
app = create_app()
# Flask's documented way to wrap an application, which its types do not allow.
app.wsgi_app = take_turns(app.wsgi_app)  # type: ignore[method-assign, assignment]
