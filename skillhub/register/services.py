"""Sealing the register."""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime

from skillhub.kernel import journal, keys
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.journal import act
from skillhub.kernel.settings import settings
from skillhub.register import queries, rules
from skillhub.register.models import Checkpoint


@transaction()
def seal(actor: Actor, moment: datetime) -> Checkpoint | None:
    """Sign how the journal stands; None when nothing happened since the last time but its own sealing."""
    key, last = keys.in_use(actor, moment), queries.newest()
    size, head = journal.head()
    if last and key.id == last.key_id and not queries.happened_since(last.size):
        return None

    name = rules.origin(settings.public_url)
    text = rules.text_of(name, size, head)
    signature = keys.private_of(key).sign(text.encode())
    note = rules.note_of(name, text, b64decode(key.public), signature)
    sealed = Checkpoint(size=size, head=head, at=moment, key=key, note=note)
    db.session.add(sealed)
    act(actor, "register.seal", note={"lines": size})
    return sealed
