"""Who acts: an account in its roles, a signer behind a link, or the system itself."""

from dataclasses import dataclass, field, replace
from datetime import datetime


@dataclass(frozen=True)
class Actor:
    """`account_id` is None for the system and for a signer who has only a link (`party_id`).

    `password_given`: the password was set by an administrator, so that nothing is done before it is changed.
    `confirmed_at`: when the password was last typed in this session.
    """

    account_id: int | None
    name: str
    roles: frozenset[str]
    kind: str = "applicant"
    registrar_code: str | None = None
    agency: str | None = None
    staff_no: str | None = None
    party_id: int | None = None
    session_id: str = field(default="", repr=False)
    password_given: bool = False
    confirmed_at: datetime | None = field(default=None, compare=False)

    @property
    def person(self) -> "Actor":
        """The same in every session: what statements are prepared for."""
        return replace(self, name="", session_id="", confirmed_at=None)

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    @property
    def tag(self) -> str:
        """The actor's name in the history: staff by number, as for the public; other persons by account."""
        if self.kind == "system":
            return "system"
        if self.party_id is not None:
            return f"party:{self.party_id}"
        return f"staff:{self.staff_no}" if self.is_staff else f"account:{self.account_id}"


SYSTEM = Actor(account_id=None, name="system", roles=frozenset({"system"}), kind="system")
