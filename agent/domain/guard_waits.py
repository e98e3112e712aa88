"""The free first reminder to a consumer: which statement carried it, and how long the next one waits.

Belgium: Code of Economic Law, book XIX (law of 4 May 2023): fourteen days that begin the calendar day after the e-mail, V2. The
Netherlands: BW 6:96 (6) and HR 25.11.2016, ECLI:NL:HR:2016:2704: fifteen days after the e-mail was delivered, V2; that a second
statement waits for their end as well is a convention of ours, so that no letter says two periods at once.
"""

from __future__ import annotations

from datetime import date

from agent.domain.charges import consumer_charges_from
from agent.domain.ledger import DebtorAccount, OpenItem, Statement

FIRST_REMINDER = "be-first-reminder"
FOURTEEN_DAYS = "nl-fourteen-days"
FIRST_LETTER = "fr-first-letter"
# Which announcement a country's consumers must have had before anything may be charged.
ANNOUNCEMENTS = {"BE": FIRST_REMINDER, "NL": FOURTEEN_DAYS}


def reminded_on(account: DebtorAccount, item: str, country: str) -> date | None:
    """The day of the first statement sent that listed this item and carried what its country's consumers must be told.

    In countries without such a rule, of the first statement sent at all. None when there was none.
    """
    wanted = ANNOUNCEMENTS.get(country)
    sent = (s for s in account.statements if s.state == "sent" and item in s.items)
    return min((s.on for s in sent if wanted is None or wanted in s.mentions), default=None)


def waits_until(item: OpenItem, account: DebtorAccount, country: str, *, consumer: bool | None) -> date | None:
    """The first day on which another statement may list this item; None when nothing waits. Unknown counts as consumer."""
    if consumer is False or country not in ANNOUNCEMENTS:
        return None
    listing = [s for s in account.statements if s.state != "cancelled" and item.id in s.items]
    announced = [s.on for s in listing if ANNOUNCEMENTS[country] in s.mentions]
    return consumer_charges_from(country, min(announced or [s.on for s in listing], default=None))


def first_letter(account: DebtorAccount) -> Statement | None:
    """A French collector's first letter to this debtor: the first statement sent that said what CPCE R124-4 wants."""
    sent = (s for s in account.statements if s.state == "sent" and FIRST_LETTER in s.mentions)
    return min(sent, key=lambda s: (s.on, s.cycle), default=None)
