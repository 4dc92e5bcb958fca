"""Every refusal of the application, as a class with a code and data. The edges turn them into pages or problem+json."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class RegistrationError(Exception):
    """A refusal that a person or program can act on. `code` is stable; `data` is safe to show and JSON-able."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400

    def __init__(self, code: str | None = None, **data: Any) -> None:
        self.reason = code or self.code
        self.data: dict[str, Any] = data
        super().__init__(self.reason)


class NotFound(RegistrationError):
    """There is none, or it is a stranger's: both look alike from outside."""

    code = "not_found"
    status = 404


class NotSignedIn(RegistrationError):
    code = "not_signed_in"
    status = 401


class Forbidden(RegistrationError):
    """The object may be known to the actor, but not this use of it."""

    code = "forbidden"
    status = 403


class StaleVersion(RegistrationError):
    """Somebody else changed the application since the actor read it."""

    code = "stale_version"
    status = 409


class Expired(RegistrationError):
    """It was there for a time that is over."""

    code = "expired"
    status = 410


class Conflict(RegistrationError):
    code = "conflict"
    status = 409


class InvalidInput(RegistrationError):
    """`problems`: objects with `path`, `code` and `data`, one per field that is wrong."""

    code = "invalid_input"
    status = 422

    def __init__(self, problems: Sequence[Any], **data: Any) -> None:
        super().__init__(**data)
        self.problems = tuple(problems)


class ActionRefused(RegistrationError):
    """The workflow's table refuses; `blockers` names every unmet rule."""

    code = "action_refused"
    status = 409

    def __init__(self, blockers: Sequence[Any], **data: Any) -> None:
        super().__init__(**data)
        self.blockers = tuple(blockers)
        self.args = (self.reason, *(blocker.code for blocker in self.blockers))


class TooManyAttempts(RegistrationError):
    code = "too_many_attempts"
    status = 429


class Unavailable(RegistrationError):
    """A service that this step needs is unavailable; the input is kept and the step can be repeated."""

    code = "unavailable"
    status = 503


class FileAltered(RegistrationError):
    """A stored file differs from its recorded digest. It is not sent."""

    code = "file_altered"
    status = 500


def describe(error: RegistrationError) -> Mapping[str, Any]:
    return {"code": error.reason, **error.data}
