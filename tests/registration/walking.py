"""Random walks over one file: people who try things, workers that deliver or deliver twice, time that moves.

The machine knows nothing of what the law wants. It tries, and holds what must be true whatever anybody tries.
"""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from random import Random
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlmodel import col, select

from registration import database, outbox
from registration.actor import Actor
from registration.errors import ActionRefused, RegistrationError, StaleVersion
from registration.matters import definition_of
from registration.models import Application, Message, Part
from registration.operations import apply, issue, share, sign, sweeps
from registration.operations.act import Outcome, act
from registration.operations.issue import MadeSheet
from registration.operations.sign import Identity
from tests.fixtures.cases import company, five_numbers, individual, person
from tests.registration.truths import DEAD, everything, first_look, hold
from tests.registration.world import COMPLETE, LIN, LOGINS, START, World
from workflows.definition import Row

WAITS = (timedelta(minutes=5), timedelta(hours=9), timedelta(days=1), timedelta(days=6), timedelta(days=61))


class Walk(RuleBasedStateMachine):
    """Random people try random actions on one of the files, and the invariants hold after each."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.begin()
        self.now = START

    @initialize(name=st.sampled_from(("a draft", "a shop", "a shop by post", "two decide", "the agencies")))
    def one_file(self, name: str) -> None:
        self.ref = self.world.files[name]
        self.seen = first_look(self.ref)

    def teardown(self) -> None:
        """However far the file has come, its owner takes it back where that is possible."""
        if hasattr(self, "seen"):
            self.try_to("withdraw", self.world.actors[LIN], {})

    def case(self) -> Application:
        with database.reading() as session:
            return session.exec(select(Application).where(Application.ref == self.ref)).one()

    @rule(seed=st.integers(0, 2**32), attempts=st.integers(4, 12))
    def people_work_by_the_table(self, seed: int, attempts: int) -> None:
        """Whoever has a role for a row tries it, with everything that may be asked for: this is how a file gets far.

        One number decides a whole stretch of work, or a walk would be over before the file is examined.
        """
        chance = Random(seed)
        for _ in range(attempts):
            case = self.case()
            rows = list(definition_of(case.definition).rows_from(case.state))
            going_on = [row for row in rows if row.to not in DEAD]
            if not going_on:
                return
            action, able, part = self.chosen(chance, case, rows, going_on)
            holder = [actor for actor in able if case.holder_id is not None and actor.account_id == case.holder_id]
            if able:
                actor = chance.choice(holder if holder and chance.random() < 0.7 else able)
                self.try_to(action, actor, {**COMPLETE, **({"part": part} if part else self.part_for(actor))})
            if chance.random() < 0.2:
                self.now += timedelta(hours=1)
                self.a_worker_does_what_waits(twice=False)

    @rule(
        data=st.data(),
        login=st.sampled_from((*LOGINS, "system")),
        given=st.frozensets(st.sampled_from(sorted(COMPLETE)), max_size=4),
    )
    def anybody_tries_anything(self, data: st.DataObject, login: str, given: frozenset[str]) -> None:
        actor, case = self.world.actors[login], self.case()
        action = data.draw(st.sampled_from(sorted(definition_of(case.definition).actions)))
        done = self.try_to(action, actor, {name: COMPLETE[name] for name in sorted(given)} | self.part_for(actor))
        assert done is None or self.belongs(actor, case)

    @rule(login=st.sampled_from((LIN, "0217", "0317", "0417")))
    def somebody_has_read_an_older_version(self, login: str) -> None:
        case, actor = self.case(), self.world.actors[login]
        # A draft is nobody's but its applicant's: to the office it is not there.
        sees = self.belongs(actor, case) and (case.submitted_at is not None or not actor.is_staff)
        expected = StaleVersion if sees else RegistrationError
        with pytest.raises(expected):
            act(self.ref, "withdraw", actor=actor, now=self.now, version=case.version - 1)

    @rule(wait=st.sampled_from(WAITS))
    def time_passes(self, wait: timedelta) -> None:
        self.now += wait
        for sweep in (sweeps.lapse_corrections, sweeps.deem_accepted, sweeps.archive):
            sweep(now=self.now)
        hold(self.seen, now=self.now)

    @rule(twice=st.booleans())
    def a_worker_comes(self, twice: bool) -> None:
        self.a_worker_does_what_waits(twice=twice)

    def a_worker_does_what_waits(self, *, twice: bool) -> None:
        with database.reading() as session:
            waiting = session.exec(select(Message).where(col(Message.application_id) == self.seen.id)).all()
        for message in waiting[:3]:
            self.deliver(message)
            if twice:
                before = everything(self.seen.id)
                self.deliver(message, again=True)
                assert everything(self.seen.id) == before
        hold(self.seen, now=self.now)

    @rule(number=st.integers(1, 30))
    def the_applicant_mends_and_everybody_signs(self, number: int) -> None:
        case = self.case()
        if definition_of(case.definition).states[case.state].kind not in ("start", "applicant"):
            return
        lin, value = self.world.actors[LIN], self.domicile(case) | {"street": f"样例街道双溪路{number}号"}
        try:
            apply.save_section(self.ref, "domicile", value, actor=lin, now=self.now)
        except ActionRefused:
            assert self.case().version == case.version
        else:
            self.seen.saves += 1
        self.try_to("request_signatures", lin, {})
        if self.case().state in ("signing", "correction_requested"):
            self.everybody_signs(lin)
        hold(self.seen, now=self.now)

    @staticmethod
    def domicile(case: Application) -> dict[str, Any]:
        form = five_numbers() if case.regime == "five_numbers_2015" else company()
        value: dict[str, Any] = (individual() if case.entity_type == "individual" else form)["domicile"]
        return value

    def everybody_signs(self, lin: Actor) -> None:
        people = {one["key"]: one for one in (person("p1"), person("p2"), person("p3"))}
        with database.reading() as session:
            parties = {one.ref: one.person_key for one in sign.waiting_parties(session, self.case())}
        links = sign.links_for(self.ref, actor=lin, now=self.now)
        for ref, key in parties.items():
            passed = Identity(True, "test", people[key]["name"], people[key]["id_no"])
            proof = sign.identify(links[ref], passed, now=self.now)
            try:
                sign.sign(links[ref], proof=proof, now=self.now)
            except ActionRefused as refused:
                self.is_refusal(refused)

    def try_to(self, action: str, actor: Actor, inputs: Mapping[str, Any]) -> Outcome | None:
        """What came of it. Whatever is refused leaves everything as it was."""
        before = everything(self.seen.id)
        try:
            done = act(self.ref, action, actor=actor, now=self.now, **inputs)
        except RegistrationError as refused:
            self.is_refusal(refused)
            assert everything(self.seen.id) == before
            return None
        hold(self.seen, now=self.now)
        return done

    @staticmethod
    def is_refusal(refused: RegistrationError) -> None:
        """Somebody who is refused learns why."""
        assert not isinstance(refused, ActionRefused) or refused.blockers

    def deliver(self, message: Message, *, again: bool = False) -> None:
        """The work of a task without its rendering; the second delivery of a message finds nothing to do."""
        assert message.id is not None
        assert message.application_id is not None
        if message.effect == "issue.licence" and (not again or self.case().state != "approved"):
            sheets = issue.prepare(message.application_id, now=self.now)
            made = [self.made(sheet.licence_id) for sheet in sheets]
            assert issue.record(message.id, message.application_id, made, now=self.now) is not again
        elif message.effect == "share.registration":
            assert share.acknowledge(message.id, message.application_id, {"T": "1"}, now=self.now) is not again
        else:
            with database.transaction() as session:
                assert outbox.finish(session, message.id) is not again
        self.seen.delivered[message.id] = message.effect

    @staticmethod
    def made(licence_id: int) -> MadeSheet:
        digest = sha256(str(licence_id).encode()).hexdigest()
        return MadeSheet(licence_id, digest, f"licences/{digest}.pdf", 1, "样例", "design", "fonts")

    def chosen(
        self, chance: Random, case: Application, rows: list[Row], going_on: list[Row]
    ) -> tuple[str, list[Actor], str | None]:
        """An action, who may try it, and for which part: mostly towards the licence."""
        parts = definition_of(case.definition).parts
        if parts is not None and case.state in parts.runs_in and chance.random() < 0.8:
            with database.reading() as session:
                open_ = session.exec(select(Part).where(Part.application_id == case.id)).all()
            part = chance.choice(sorted(open_, key=lambda one: one.key))
            offices = [one for one in self.world.actors.values() if one.registrar_code == case.registrar_code]
            able = [one for one in offices if one.agency == part.key or (part.state == "objected" and not one.agency)]
            actions = [row.action for row in parts.rows_from(part.state)] or ["assign"]
            return chance.choice(actions), able, part.key
        forward = [row for row in going_on if self.is_forward(row, case)] or going_on
        row = chance.choice(chance.choices((forward, going_on, rows), (12, 7, 1))[0])
        return row.action, [one for one in self.world.actors.values() if self.roles(one, case) & set(row.by)], None

    @staticmethod
    def is_forward(row: Row, case: Application) -> bool:
        """Towards the licence, as the table's states are ordered."""
        order = list(definition_of(case.definition).states)
        return row.to in order and order.index(row.to) > order.index(case.state) and row.action != "hold"

    @staticmethod
    def belongs(actor: Actor, case: Application) -> bool:
        return (
            actor.kind == "system" or case.registrar_code == actor.registrar_code or case.account_id == actor.account_id
        )

    @staticmethod
    def roles(actor: Actor, case: Application) -> frozenset[str]:
        if actor.is_staff:
            return actor.roles if actor.registrar_code == case.registrar_code else frozenset()
        return actor.roles

    @staticmethod
    def part_for(actor: Actor) -> dict[str, str]:
        return {"part": actor.agency} if actor.agency else {}
