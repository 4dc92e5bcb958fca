"""Closes a file: a manifest that binds the form's revisions, the documents, the licences and the history."""

import json
from hashlib import sha256

from registration import clock
from registration.gateways.storage import storage
from registration.operations import notify
from registration.outbox import Work
from registration.queries.archive import manifest_of
from registration.settings import settings


def package(work: Work) -> None:
    """Stores the manifest under its own digest, so that a repeat stores the same file again."""
    assert work.application_id is not None
    manifest = json.dumps(manifest_of(work.application_id), ensure_ascii=False, sort_keys=True, indent=1).encode()
    storage(settings()).put(f"archive/{work.application_id}/{sha256(manifest).hexdigest()}.json", manifest)
    notify.finish(work.id, now=clock.now())
