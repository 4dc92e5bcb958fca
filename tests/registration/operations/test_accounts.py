"""Accounts: what a sign-in gives and refuses, how long a session lives, what the auditor reads."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from registration import database as db
from registration.errors import Conflict, Forbidden, InvalidInput, NotFound, NotSignedIn, TooManyAttempts
from registration.models import Account, AuditEntry, Registrar, SignIn, SignInTry
from registration.operations import accounts, samples, sign_up, staff
from registration.operations.sign_in_tries import FORGOTTEN_AFTER, FREE_TRIES, LONGEST_WAIT
from registration.operations.sweeps import forget
from registration.queries.accounts import open_sessions_of
from registration.rules.privacy_notice import notice_version
from registration.rules.problems import problem_text
from registration.settings import Settings
from registration.settings import settings as present
from tests.fixtures.sign_up import signed_up

pytestmark = pytest.mark.usefixtures("database_url")

MAIL, PASSWORD = "qin@example.cn", "窗前有一株老梅树"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def account(database: Engine, clock: datetime) -> Account:
    return signed_up(MAIL, PASSWORD, "秦望舒", now=clock)


def audit(tag: str) -> list[AuditEntry]:
    with db.reading() as session:
        return list(session.exec(select(AuditEntry).where(AuditEntry.tag == tag).order_by(col(AuditEntry.id))))


def codes(refusal: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    return [problem.code for problem in refusal.value.problems]


def test_an_applicant_signs_in_and_acts_as_one(account: Account, clock: datetime) -> None:
    secret, signed_in = accounts.sign_in(" QIN@example.cn ", PASSWORD, now=clock)
    actor = accounts.actor_for(secret, now=clock)
    assert signed_in.id == account.id
    assert actor is not None
    assert (actor.account_id, actor.roles, actor.kind) == (account.id, frozenset({"applicant"}), "applicant")


def test_the_database_holds_neither_secret_nor_password(account: Account, clock: datetime) -> None:
    secret, _ = accounts.sign_in(MAIL, PASSWORD, now=clock)
    with db.reading() as session:
        row = session.exec(select(SignIn)).one()
        kept = session.exec(select(Account)).one()
    assert secret not in (row.secret_hash, row.agent)
    assert len(row.secret_hash) == 64
    assert kept.password_hash.startswith("$argon2id$")


def test_signing_out_ends_the_secret(account: Account, clock: datetime) -> None:
    secret, _ = accounts.sign_in(MAIL, PASSWORD, now=clock)
    accounts.sign_out(secret, now=clock)
    accounts.sign_out(secret, now=clock)
    assert accounts.actor_for(secret, now=clock) is None
    assert len(audit("account:sign_out")) == 1


def test_a_session_ends_by_rest_and_by_age(account: Account, clock: datetime) -> None:
    secret, _ = accounts.sign_in(MAIL, PASSWORD, now=clock)
    idle = timedelta(minutes=present().session_idle_minutes)
    assert accounts.actor_for(secret, now=clock + idle) is not None
    assert accounts.actor_for(secret, now=clock + idle + idle) is not None, "use keeps it alive"
    assert accounts.actor_for(secret, now=clock + idle * 3 + MINUTE) is None
    busy = clock
    fresh, _ = accounts.sign_in(MAIL, PASSWORD, now=clock)
    while busy < clock + timedelta(hours=present().session_hours) - idle:
        busy += idle
        assert accounts.actor_for(fresh, now=busy) is not None
    assert accounts.actor_for(fresh, now=clock + timedelta(hours=present().session_hours)) is None


def test_a_program_s_token_is_no_cookie(account: Account, clock: datetime) -> None:
    token, _ = accounts.sign_in(MAIL, PASSWORD, now=clock, kind="api")
    assert accounts.actor_for(token, now=clock) is None
    assert accounts.actor_for(token, now=clock + timedelta(hours=2), kind="api") is not None


def test_signing_in_again_replaces_the_session_it_names(account: Account, clock: datetime) -> None:
    first, _ = accounts.sign_in(MAIL, PASSWORD, now=clock)
    second, _ = accounts.sign_in(MAIL, PASSWORD, now=clock, previous=first)
    assert accounts.actor_for(first, now=clock) is None
    assert accounts.actor_for(second, now=clock) is not None


def test_refusals_look_alike(account: Account, clock: datetime) -> None:
    said = set()
    for login, password in ((MAIL, "wrong"), ("nobody@example.cn", PASSWORD), ("", "")):
        with pytest.raises(NotSignedIn) as refusal:
            accounts.sign_in(login, password, now=clock)
        said.add((refusal.value.reason, str(refusal.value.data)))
    assert said == {("wrong_credentials", "{}")}


def test_wrong_tries_make_their_source_wait_longer_and_longer(account: Account, clock: datetime) -> None:
    for _ in range(FREE_TRIES):
        with pytest.raises(NotSignedIn):
            accounts.sign_in(MAIL, "wrong", now=clock, source="here")
    waits, now = [], clock
    for _ in range(7):
        with pytest.raises(TooManyAttempts, match="sign_in_waits") as refusal:
            accounts.sign_in(MAIL, PASSWORD, now=now, source="here")
        waits.append(refusal.value.data["seconds"])
        now += timedelta(seconds=waits[-1])
        with pytest.raises(NotSignedIn):
            accounts.sign_in(MAIL, "wrong", now=now, source="here")
    assert waits == [31, 61, 121, 241, 481, 901, 901]
    secret, _ = accounts.sign_in(MAIL, PASSWORD, now=now + LONGEST_WAIT, source="here")
    assert accounts.actor_for(secret, now=now + LONGEST_WAIT) is not None


def test_old_tries_are_forgotten(account: Account, clock: datetime) -> None:
    for day in range(3):
        for _ in range(FREE_TRIES):
            with pytest.raises(NotSignedIn):
                accounts.sign_in(MAIL, "wrong", now=clock + day * (FORGOTTEN_AFTER + MINUTE))
    forget(now=clock + 4 * FORGOTTEN_AFTER)
    with db.reading() as session:
        assert session.exec(select(SignInTry)).all() == []


def test_a_success_forgets_the_failures(account: Account, clock: datetime) -> None:
    for _ in range(2):
        for _ in range(FREE_TRIES - 1):
            with pytest.raises(NotSignedIn):
                accounts.sign_in(MAIL, "wrong", now=clock)
        accounts.sign_in(MAIL, PASSWORD, now=clock)


def test_what_was_typed_for_an_unknown_login_is_not_kept(account: Account, clock: datetime) -> None:
    with pytest.raises(NotSignedIn):
        accounts.sign_in("my secret by mistake", "x", now=clock)
    entry = audit("account:sign_in")[-1]
    assert (entry.subject, entry.result) == ("unknown", "refused")
    assert "secret" not in str(entry.data)


@pytest.mark.parametrize(
    ("email", "password", "name", "found"),
    [
        ("no-at-sign", PASSWORD, "秦望舒", ["address.malformed"]),
        (MAIL, "short", "秦望舒", ["password.too_short"]),
        (MAIL, "1qaz2wsx", "秦望舒", ["password.common"]),
        (MAIL, "aaaaaaaaaa", "秦望舒", ["password.common"]),
        (MAIL, MAIL, "秦望舒", ["password.is_login"]),
        (MAIL, "zhou@example.cn", "秦望舒", ["password.is_address"]),
        ("qin.wangshu@example.cn", "Qin.Wangshu", "秦望舒", ["password.is_login"]),
        (MAIL, "330702189503071214", "秦望舒", ["password.is_id_number"]),
        (MAIL, "长" * 129, "秦望舒", ["password.too_long"]),
        (MAIL, PASSWORD, " ", ["person_name.invalid"]),
        ("x@y", "short", "\u202e", ["person_name.invalid", "email.malformed", "password.too_short"]),
    ],
)
def test_a_bad_sign_up_names_every_fault(
    database: Engine, clock: datetime, email: str, password: str, name: str, found: list[str]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        sign_up.begin(email, password, name, consent=notice_version(), now=clock)
    assert codes(refusal) == found
    assert all(problem_text(problem, lang) for problem in refusal.value.problems for lang in ("zh", "en"))


def test_a_number_is_given_once(database: Engine, clock: datetime) -> None:
    registrar()
    given: dict[str, Any] = {"roles": ["window"], "registrar_code": "330702", "now": clock}
    staff.add_staff("0919", "longer-than-ten", "方言", **given)
    with pytest.raises(Conflict, match="login_taken"):
        staff.add_staff("0919", "longer-than-ten", "别人", **given)


def test_a_new_password_ends_the_other_sessions(account: Account, clock: datetime) -> None:
    here, _ = accounts.sign_in(MAIL, PASSWORD, now=clock)
    there, _ = accounts.sign_in(MAIL, PASSWORD, now=clock)
    actor = accounts.actor_for(here, now=clock)
    assert actor is not None
    accounts.change_password(actor, PASSWORD, "雨后有新竹三两竿", now=clock)
    assert accounts.actor_for(here, now=clock) is not None
    assert accounts.actor_for(there, now=clock) is None
    with pytest.raises(NotSignedIn):
        accounts.sign_in(MAIL, PASSWORD, now=clock)
    accounts.sign_in(MAIL, "雨后有新竹三两竿", now=clock)


def test_a_wrong_present_password_counts_as_a_failure(account: Account, clock: datetime) -> None:
    secret, _ = accounts.sign_in(MAIL, PASSWORD, now=clock)
    actor = accounts.actor_for(secret, now=clock)
    assert actor is not None
    for _ in range(FREE_TRIES):
        with pytest.raises(InvalidInput) as refusal:
            accounts.change_password(actor, "wrong", "雨后有新竹三两竿", now=clock)
        assert codes(refusal) == ["password.wrong"]
    with pytest.raises(TooManyAttempts):
        accounts.change_password(actor, PASSWORD, "雨后有新竹三两竿", now=clock)


def test_one_ends_one_s_own_sessions_only(account: Account, clock: datetime) -> None:
    here, _ = accounts.sign_in(MAIL, PASSWORD, now=clock, agent="Firefox")
    there, _ = accounts.sign_in(MAIL, PASSWORD, now=clock + MINUTE, agent="WeChat")
    actor = accounts.actor_for(here, now=clock)
    other = signed_up("other@example.cn", PASSWORD, "江暮云", now=clock)
    assert actor is not None
    sessions = open_sessions_of(account.id or 0, this=actor.session_id, now=clock)
    assert [(one.agent, one.is_this) for one in sessions] == [("WeChat", False), ("Firefox", True)]
    with pytest.raises(NotFound):
        accounts.end_session(accounts.actor_of(other), sessions[0].mark, now=clock)
    accounts.end_session(actor, sessions[0].mark, now=clock)
    assert accounts.actor_for(there, now=clock) is None
    assert accounts.actor_for(here, now=clock) is not None


def test_staff_sign_in_by_number_in_their_roles(database: Engine, clock: datetime) -> None:
    registrar()
    staff.add_staff("0919", "longer-than-ten", "方言", roles=["examiner"], registrar_code="330702", now=clock)
    secret, _ = accounts.sign_in("0919", "longer-than-ten", now=clock)
    actor = accounts.actor_for(secret, now=clock)
    assert actor is not None
    assert (actor.tag, actor.roles, actor.registrar_code) == ("staff:0919", frozenset({"examiner"}), "330702")


def test_a_disabled_account_is_out_at_once(account: Account, clock: datetime) -> None:
    secret, _ = accounts.sign_in(MAIL, PASSWORD, now=clock)
    staff.disable(MAIL, now=clock)
    assert accounts.actor_for(secret, now=clock) is None
    with pytest.raises(NotSignedIn):
        accounts.sign_in(MAIL, PASSWORD, now=clock)


def test_a_role_taken_away_counts_at_once(database: Engine, clock: datetime) -> None:
    registrar()
    staff.add_staff("0919", "longer-than-ten", "方言", roles=["examiner"], registrar_code="330702", now=clock)
    secret, _ = accounts.sign_in("0919", "longer-than-ten", now=clock)
    with db.transaction() as session:
        session.exec(select(Account)).one().roles = ["archivist"]
    actor = accounts.actor_for(secret, now=clock)
    assert actor is not None
    assert actor.roles == {"archivist"}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"roles": ["emperor"]}, ["role.unknown"]),
        ({"roles": []}, ["role.missing"]),
        ({"roles": ["examiner", "auditor"]}, ["role.separated"]),
        ({"registrar_code": "999999"}, ["registrar.unknown"]),
        ({"roles": ["agency_t"]}, ["agency.missing"]),
        ({"agency": "national_tax"}, ["agency.without_role"]),
        ({"roles": ["agency_t"], "agency": "harbour"}, ["agency.unknown"]),
        ({"roles": ["agency_t"], "agency": "statistics"}, ["agency.unknown"]),
        ({"number": "a b"}, ["staff_number.invalid"]),
        ({"password": "ninechars"}, ["password.too_short"]),
    ],
)
def test_staff_accounts_are_whole(
    database: Engine, clock: datetime, changes: dict[str, object], found: list[str]
) -> None:
    registrar()
    given: Any = {"number": "0919", "password": "longer-than-ten", "roles": ["window"], "registrar_code": "330702"}
    with pytest.raises(InvalidInput) as refusal:
        staff.add_staff(**{**given, **changes}, name="方言", now=clock)
    assert codes(refusal) == found
    assert all(problem_text(problem, lang) for problem in refusal.value.problems for lang in ("zh", "en"))


def test_samples_load_once_and_only_in_a_demonstration(
    settings: Settings, database: Engine, clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert samples.load_accounts(now=clock) == len(samples.ACCOUNTS)
    assert samples.load_accounts(now=clock) == 0
    for sample in samples.ACCOUNTS[:4]:
        accounts.sign_in(sample.login, samples.PASSWORD, now=clock)
    monkeypatch.setattr(samples, "settings", lambda: settings.model_copy(update={"mode": "production"}))
    with pytest.raises(Forbidden):
        samples.load_accounts(now=clock)


def registrar() -> None:
    with db.transaction() as session:
        session.add(Registrar(code="330702", name_zh="婺城", name_en="W", prefecture="330700", regions=["330702"]))
