"""What a person typed outlives the session: it is carried through signing in, or past an old page, and sent again."""

from dataclasses import dataclass

from flask import jsonify, render_template, request
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.wrappers import Response
from wtforms import ValidationError

_FIELD = "typed."
_FILE = "chosen."
_CARRIES = "carries"
# The blueprints whose forms have a password; None if no page was found.
_WITH_SECRETS = ("account", "sign_up", None)
# The password of a step that asks for it once more.
ONCE_MORE = "once_more"
_NOT_TYPED = ("csrf_token", "next", ONCE_MORE)


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of a form in their order, and (name, file name) of the files: a page cannot carry a file."""

    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fields or self.files)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The inputs that carry it through the sign-in form."""
        fields = [(_FIELD + name, value) for name, value in self.fields]
        return [(_CARRIES, "yes"), *fields, *((_FILE + name, value) for name, value in self.files)]


def typed_here() -> Typed:
    fields = tuple(pair for pair in request.form.items(multi=True) if pair[0] not in _NOT_TYPED)
    files = tuple((name, file.filename) for name, file in request.files.items(multi=True) if file.filename)
    return Typed(fields, files)


def carried_here() -> Typed | None:
    """The submitted form for the sign-in form to carry; None if the request comes from another site."""
    return Typed(_marked(_FIELD), _marked(_FILE)) if _CARRIES in request.form else None


def _marked(mark: str) -> tuple[tuple[str, str], ...]:
    sent = request.form.items(multi=True)
    return tuple((name.removeprefix(mark), value) for name, value in sent if name.startswith(mark))


def may_be_resent() -> bool:
    """A form of this site without secrets: passwords are not written into a page."""
    return request.method == "POST" and request.blueprint not in _WITH_SECRETS and _is_own_form()


def _is_own_form() -> bool:
    """Another site must not have its fields sent by a person who signs in here.

    Browsers send the origin of a request (W3C, Fetch Metadata Request Headers); for others the page's token is checked.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def resend_page(typed: Typed, *, target: str, heading: str) -> str:
    """A page with one button that sends the input to `target`, a path of this site."""
    return render_template("account/resend.html", typed=typed, target=target, heading=heading)


def wants_json() -> bool:
    """Whether a script of a page made the request: it shows the text itself."""
    return "HX-Request" in request.headers or request.accept_mimetypes.best == "application/json"


def json_answer(words: str, status: int) -> Response:
    """`words` for the person, and a token for the script's next request."""
    answer = jsonify(words=words, csrf=generate_csrf())
    answer.status_code = status
    return answer
