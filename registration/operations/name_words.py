"""Changes the office's own words for names, which are checked beside those of the package; it takes two persons."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session

from registration.access import admit
from registration.actor import Actor
from registration.database import transaction
from registration.errors import InvalidInput
from registration.models import OwnNameWords, SettingChange
from registration.operations.setting_changes import Proposal, begin, changed_since
from registration.queries.name_words import own_words
from registration.queries.setting_changes import WORDS
from registration.rules.name_word_lists import OWN_LISTS, read_words, shipped_words
from registration.rules.names_words import is_usual_word
from registration.rules.problems import InvalidForm, Problem

ADD, REMOVE, REPLACE = WAYS = ("add", "remove", "replace")


def propose(word_list: str, content: bytes, *, way: str, reason: str, actor: Actor, now: datetime) -> SettingChange:
    """Proposes that words are added to or removed from one of OWN_LISTS, or that they are all of the own ones.

    The change has what it adds and removes, and which of the added are usual in names. InvalidInput at `word_list`,
    `way` or `words`, where nothing would change, and as `begin` does.
    """
    admit("system.manage", actor)
    problems = [
        Problem(path, "choice.unknown")
        for path, known in (("word_list", word_list in OWN_LISTS), ("way", way in WAYS))
        if not known
    ]
    if problems:
        raise InvalidInput(problems)
    try:
        given = set(read_words(content))
    except InvalidForm as wrong:
        raise InvalidInput(wrong.problems) from None
    with transaction() as session:
        current = set(own_words(session, word_list))
        shipped = given & shipped_words(word_list)
        wanted = {ADD: current | (given - shipped), REMOVE: current - given, REPLACE: given - shipped}[way]
        if wanted == current:
            raise InvalidInput([Problem("words", "name_words.unchanged")])
        before = {"words": len(current), "digest": digest(sorted(current))}
        after = {
            "list": word_list,
            "added": sorted(wanted - current),
            "removed": sorted(current - wanted),
            "kept": len(wanted & current),
            "shipped": len(shipped),
            "usual": sorted(word for word in wanted - current if is_usual_word(word)),
        }
        return begin(session, Proposal(WORDS, word_list, before, after, reason), actor=actor, now=now)


def take_effect(session: Session, change: SettingChange, actor: Actor, now: datetime) -> None:
    """Writes the list. InvalidInput where it was changed since the proposal."""
    row = session.get(OwnNameWords, change.subject, with_for_update=True)
    current = row.words if row is not None else []
    if digest(current) != change.before["digest"]:
        raise changed_since()
    words = sorted((set(current) | set(change.after["added"])) - set(change.after["removed"]))
    if row is None:
        session.add(OwnNameWords(word_list=change.subject, words=words, changed_at=now, changed_by=actor.tag))
    else:
        row.words, row.changed_at, row.changed_by = words, now, actor.tag


def digest(words: Sequence[str]) -> str:
    """SHA-256 of the sorted words, one a line."""
    return sha256("\n".join(words).encode()).hexdigest()
