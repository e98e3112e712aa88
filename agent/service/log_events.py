"""The stable name of every log line, by the logger that writes it and the wording it is made from: what a filter or an alert goes by.

What each means, and what to do, stands in docs/spec/log.md; tests hold page, table and code together.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType

EVENTS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("relance.alerts", "needs a hand: %s"): "alert",
        ("relance.alerts", "needs no hand any more: %s"): "alert_over",
        ("relance.alerts", "not looked at: %s: %s"): "alert_unchecked",
        ("relance.alerts", "others were faster: %s"): "overtaken",
        ("relance.channels", "%s"): "channel_back",
        ("relance.channels", "%s: %s"): "channel_fails",
        ("relance.claims", "the claims are not renewed: %s"): "claims_unrenewed",
        ("relance.clock", "the clock was set back by %s: what is due is reckoned anew"): "clock_set_back",
        ("relance.daemon", "configuration kept as it was: %s"): "configuration_refused",
        ("relance.daemon", "configuration read again"): "configuration_read",
        ("relance.daemon", "others were faster: %s"): "overtaken",
        ("relance.daemon", "outbox"): "outbox",
        ("relance.daemon", "ready"): "ready",
        ("relance.daemon", "stopped"): "stopped",
        ("relance.daemon", "the figures for monitoring cannot be written: %s"): "figures_unwritten",
        ("relance.daemon", "the restored books cannot be compared with the mailbox yet: %s"): "restored_waits",
        ("relance.daemon", "what is due waits: %s"): "hindered",
        ("relance.dossier", "no dossier could be made: %s"): "dossier_failed",
        ("relance.outage", "another worker told that the books are back"): "outage_told",
        ("relance.outage", "the operator could not be told yet that the books are back: %s"): "outage_untold",
        ("relance.imap", "a mail that the server cannot read stays in %s: %s"): "mail_unreadable",
        ("relance.lessons", "learned"): "learned",
        ("relance.mail", "mail"): "mail",
        ("relance.mail", "nobody could be told of a mail in quarantine"): "poison_untold",
        ("relance.mail", "parked before: %s"): "parked_before",
        ("relance.maildir", "a mail that cannot be read stays in %s: %s"): "mail_unreadable",
        ("relance.outbox", "an outgoing mail is left to whoever changed it: %s"): "overtaken",
        ("relance.outbox", "an outgoing mail could not be dealt with"): "outgoing_failed",
        ("relance.requests", "done by hand: %s"): "by_hand",
        ("relance.requests", "not done by hand: %s"): "by_hand_refused",
        ("relance.restored", "a mail could not be handled again"): "restored_mail_failed",
        ("relance.restored", "the restored books were compared with the mailbox: %s"): "restored_compared",
        ("relance.retention", "retention"): "retention",
        ("relance.retention", "retention is done again later: %s"): "retention_waits",
        ("relance.start", "the start waits: %s"): "start_waits",
        (
            "relance.store",
            "another server holds the books, and may lack what was committed last: the mailbox is compared",
        ): "books_moved",
        ("relance.store", "the server does not say which log it writes: %s"): "server_says_no_log",
        ("relance.stretch", "mails that were handled stay in INBOX: %s"): "handled_stay",
        ("relance.tick", "what is due could not be done"): "due_failed",
        ("relance.walls", "walls: %s"): "walls",
        ("relance.walls", "weak walls: %s"): "walls_weak",
        ("relance.work", "a mail failed"): "mail_failed",
        ("relance.work", "a mail waits, for others change what it is about: %s"): "overtaken",
    }
)


def event_of(record: logging.LogRecord) -> str:
    """The name of this line; "other" for one that has none."""
    return EVENTS.get((record.name, str(record.msg)), "other")
