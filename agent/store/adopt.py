"""A mail that was written anew after books were restored, under the identity with which it really left."""

from __future__ import annotations

from dataclasses import replace

from tinydb import where

from agent.errors import PermanentError
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.store.records import mail_document
from agent.store.tinydb_store import TinyStore


def adopt(store: TinyStore, mail: OutgoingMail, message_id: str, token: str) -> OutgoingMail:
    """The queued mail with this Message-ID and reply token, in the outbox and in its debtor's thread: answers to it name these.

    Raises:
        PermanentError: it is not queued, or another mail bears that Message-ID.
    """
    if mail.state is not OutboxState.QUEUED or mail.attempts or store.mail(message_id) is not None:
        raise PermanentError(f"the mail {mail.id} cannot bear the Message-ID {message_id}")
    known = replace(mail, message_id=message_id, token=token)
    thread = f"thread:{mail.debtor}"
    with store.db.transaction():
        store.db.table("outbox").put(mail_document(known), where("key") == mail.key)
        chain = store.note(thread) if mail.debtor else None
        if chain:
            value = chain.replace(mail.message_id, message_id)
            store.db.table("notes").put({"key": thread, "value": value}, where("key") == thread)
    return known
