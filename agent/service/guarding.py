"""The rules of mails to debtors at work: at composing, so that nothing wrong is queued, and again just before sending."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.domain.charges import consumer_charges_from
from agent.domain.claims import Charging, ItemClaim, claims_of, consumer_of, law_of
from agent.domain.decide import Context
from agent.domain.formal_notices import FormalNotice
from agent.domain.guard import objections
from agent.domain.guard_case import DEMANDS, STATEMENT, Asked, Breach, Case, Charge
from agent.domain.guard_mentions import missing
from agent.domain.guard_shown import Shown
from agent.domain.guard_waits import ANNOUNCEMENTS, first_letter, reminded_on, waits_until
from agent.domain.guard_words import STATUTE
from agent.domain.ledger import DebtorAccount, Ledger, OpenItem, Statement
from agent.domain.legal import Legal
from agent.domain.letters import Letter
from agent.domain.money import Money
from agent.domain.parties import Creditor
from agent.domain.plan_progress import due_on, due_so_far
from agent.mail.outgoing import OutgoingMail, Part
from agent.mail.visible import visible_text
from agent.outbox.compose import mail_id
from agent.outbox.facts import Facts
from agent.outbox.mentions import amounts_of
from agent.outbox.views import Page
from agent.reports.formats import known_language
from agent.service.app import App

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Letting:
    """A mail to a debtor as far as its case is made of it: its kind, key and debtor, what it lists, whose copies it carries.

    `reckoned_on` is the day of its figures, `day` the one on which it leaves, `deadline` a formal notice's last day to pay.
    """

    kind: str
    key: str
    debtor: str
    language: str
    day: date
    reckoned_on: date
    listed: tuple[str, ...]
    copies: frozenset[str]
    deadline: date | None = None


def case_of(
    letting: Letting, ledger: Ledger, creditor: Creditor, agency: str, legal: Legal, charging: Charging | None
) -> Case:
    """What the rules look at for this mail. The statement itself does not count among those that were sent before."""
    account = ledger.accounts.get(letting.debtor) or DebtorAccount("", creditor.id, "", country=creditor.country)
    account = replace(account, statements=tuple(s for s in account.statements if s.mail != letting.key))
    items = ledger.of_account(account.id)
    listed = [i for i in items if i.id in letting.listed] if letting.kind in DEMANDS else []
    kinds = {consumer_of(item.invoice, account) for item in listed or items} or {account.consumer}
    consumer = True if True in kinds else None if None in kinds else False
    country = account.country or creditor.country
    charging = charging or Charging(creditor)
    claims = claims_of(items, account, charging, letting.reckoned_on, letting.listed) if listed else ()
    first = first_letter(account)
    asked = tuple(_asked(item, account, country, letting, consumer=consumer) for item in listed)
    fresh = [item for item, line in zip(listed, asked, strict=True) if line.first and letting.kind == STATEMENT]
    return Case(
        kind=letting.kind,
        operator=legal.operator,
        country=country,
        law=law_of(creditor, charging.terms_of(account), account, consumer=consumer),
        consumer=consumer,
        language=letting.language,
        day=letting.day,
        dated=letting.reckoned_on,
        creditor=creditor,
        agency=agency,
        asked=asked,
        charges=tuple(
            charge for made in claims for charge in _charges(made, account, ledger.items[made.item], country)
        ),
        announced=_announced(fresh, account, items, charging, country, letting.day) if consumer is True else None,
        confirmed=legal.confirmed,
        registration=legal.registrations.get(country, ""),
        seat=legal.seat,
        reference=mail_id(letting.key),
        first_letter=(mail_id(first.mail), first.on) if first else None,
        deadline=letting.deadline,
        claims_interest=charging.terms_of(account).interest,
        ignored=tuple(_ignored(account, items, creditor, agency, legal)),
    )


def _asked(item: OpenItem, account: DebtorAccount, country: str, letting: Letting, *, consumer: bool | None) -> Asked:
    waits = waits_until(item, account, country, consumer=consumer)
    return Asked(
        number=item.invoice.number,
        due_date=due_on(item),
        balance=due_so_far(item, letting.reckoned_on),
        first=reminded_on(account, item.id, country) is None,
        copied=item.invoice.document in letting.copies,
        free_until=waits - _DAY if waits else None,
    )


def _charges(made: ItemClaim, account: DebtorAccount, item: OpenItem, country: str) -> Iterable[Charge]:
    """What is claimed on one item, kind by kind."""
    begins = consumer_charges_from(country, reminded_on(account, item.id, country))
    listing = [s for s in account.statements if s.state == "sent" and item.id in s.items]
    claim = made.claim
    for kind, amount in (("interest", claim.interest), ("indemnity", claim.indemnity), ("reminders", claim.reminders)):
        if amount:
            lines = claim.lines if kind == "interest" else ()
            yield Charge(
                kind=kind,
                number=made.number,
                amount=amount,
                basis=item.invoice.due.amount,
                percents=tuple(dict.fromkeys(line.percent for line in lines)),
                days=tuple(line.days for line in lines),
                reminders=max(len(listing) - 1, 0),
                free_until=begins - _DAY if begins else None,
            )


def _announced(
    fresh: Sequence[OpenItem],
    account: DebtorAccount,
    items: Sequence[OpenItem],
    charging: Charging,
    country: str,
    day: date,
) -> Money | None:
    """The indemnity that follows on the invoices announced on this day when nothing is paid in the announced period."""
    begins = consumer_charges_from(country, day)
    if begins is None or not fresh:
        return None
    ids = tuple(item.id for item in fresh)
    sent = Statement(fresh[0].balance.currency, 0, day, "", ids, "", "sent", (ANNOUNCEMENTS[country],))
    told = replace(account, statements=(*account.statements, sent))
    found = [made.claim.indemnity for made in claims_of(items, told, charging, begins, ids) if made.claim.indemnity]
    return Money.total(found, found[0].currency) if found else None


def _ignored(
    account: DebtorAccount, items: Sequence[OpenItem], creditor: Creditor, agency: str, legal: Legal
) -> Iterable[str]:
    """Names, addresses, numbers and quotations: texts of others, in which neither amounts nor threats are looked for."""
    yield from (account.name, account.number, creditor.name, creditor.address, creditor.website, creditor.phone)
    yield from (*creditor.signature.splitlines(), *creditor.aliases, creditor.supplies, agency, legal.seat)
    yield from (*legal.registrations.values(), *STATUTE, *(contact.address for contact in account.contacts))
    for item in items:
        yield from (item.invoice.number, item.invoice.reference, item.invoice.filename)


def case_for(letter: Letter, facts: Facts, legal: Legal) -> Case | None:
    """The case of a letter to a debtor that is about to be composed; None when nobody knows whose debtor he is."""
    creditor = facts.creditor
    if creditor is None:
        return None
    today = facts.now.astimezone(ZoneInfo(creditor.timezone)).date()
    letting = Letting(
        kind=letter.kind.value,
        key=letter.key,
        debtor=letter.account,
        language=known_language(letter.language, creditor.language, facts.agency.language),
        day=today,
        reckoned_on=letter.on or today,
        listed=letter.items,
        copies=_readable(facts.invoice_copies),
        deadline=letter.until,
    )
    return case_of(letting, facts.ledger, creditor, facts.agency.name, legal, facts.charging)


def _readable(parts: Iterable[Part]) -> frozenset[str]:
    """The copies that a person can read; an XML file describes nothing to him."""
    return frozenset(part.sha256 for part in parts if part.media_type == "application/pdf")


def case_again(app: App, mail: OutgoingMail, ledger: Ledger, context: Context) -> Case:
    """The case of a mail that waits in the outbox, by the books and the configuration of this moment."""
    account = ledger.accounts.get(mail.debtor)
    listings: tuple[Statement | FormalNotice, ...] = (*account.statements, *account.notices) if account else ()
    listing = next((s for s in listings if s.mail == mail.key), None)
    letting = Letting(
        kind=mail.kind,
        key=mail.key,
        debtor=mail.debtor,
        language=mail.language,
        day=context.today,
        reckoned_on=listing.on if listing else context.today,
        listed=listing.items if listing else (),
        copies=_readable(mail.parts),
        deadline=listing.deadline if isinstance(listing, FormalNotice) else None,
    )
    settings = app.settings
    return case_of(letting, ledger, context.creditor, settings.agency.name, settings.legal, context.charging)


def breaches(case: Case, mail: OutgoingMail, page: Page | None = None) -> tuple[Breach, ...]:
    """Every rule that this mail breaks. With its page, every amount in it must be one of the page's."""
    before = objections(case)
    if any(breach.until for breach in before):
        return before
    if page is not None:
        charged = {name: Decimal(0) for name in ("interest", "rest")}
        for charge in case.charges:
            charged["interest" if charge.kind == "interest" else "rest"] += charge.amount.amount
        case = replace(case, amounts=amounts_of(page, case.asked, case.charges) | frozenset(charged.values()))
    parts = [("text", Shown.of(mail.text))]
    if mail.html:
        parts.append(("HTML", Shown.of(visible_text(mail.html))))
    found = missing(case, tuple(parts))
    if page is None:
        found = tuple(b for b in found if b.rule.name != "amount-unexplained")
    return (*before, *found)
