"""A large world for the load: hundreds of creditors in files, books of open invoices, and a mailbox full of every sort of mail."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from agent.config import Settings, load
from agent.demo import mails
from agent.demo.cast import AGENCY, AUTHSERV, OPERATOR
from agent.demo.documents import Party
from agent.demo.mails import Pen
from agent.domain import events as ev
from agent.domain.invoices import Invoice
from agent.domain.ledger import State, replay
from agent.domain.money import Money
from agent.ports import Commit, Timer
from agent.store.tinydb_store import TinyStore
from benchmarks.pages import page
from benchmarks.sample_bank import IBAN, Movement, camt
from tests.walks.invoices import ubl

# A Tuesday in office hours, and a day on which nothing of the books is due.
NOW, QUIET = datetime(2026, 3, 10, 9, 0, tzinfo=UTC), datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
INVOICES_A_DEBTOR = 10
_BATCH = 200  # debtors written in one transaction
_CONFIG = """\
[agency]
name = "Comptoir de gestion"
address = "{agency}"
operator = "{operator}"
language = "en"
[paths]
state_dir = "state"
creditors = "creditors"
{mailbox}
[trust]
authserv_ids = ["{authserv}"]
dkim = false
[limits]
sends_per_minute = {rate}
surge_mails = 0
"""
MAILDIR = """\
[[mailboxes]]
name = "load"
[mailboxes.inbox]
backend = "maildir"
path = "mailbox"
[mailboxes.outgoing]
backend = "maildir"
path = "delivered"
"""
_CREDITOR = """\
name = "{name}"
owners = ["Owner {n} <owner@c{n}.example>"]
country = "BE"
language = "fr"
numbers = ["{number}"]
ibans = ["{iban}"]
domains = ["c{n}.example"]
"""


def creditor(n: int) -> Party:
    """The creditor of this number."""
    return Party(
        f"Maison {n:04} SA", "Rue 1", "1000 Bruxelles", "BE", _vat(n), f"owner@c{n}.example", _iban(n), "#1b4f72"
    )


def debtor(n: int) -> Party:
    """The debtor of this number."""
    return Party(f"Client {n:05} SRL", "Rue 2", "5000 Namur", "BE", _vat(500_000 + n), f"compta@d{n}.example")


def _vat(n: int) -> str:
    digits = f"0{4_000_000 + n:07}"
    return f"BE{digits}{97 - int(digits) % 97:02}"


def _iban(n: int) -> str:
    account = f"363{n:07}"
    account += f"{int(account) % 97 or 97:02}"
    return f"BE{98 - int(account + '111400') % 97:02}{account}"


def configured(folder: Path, creditors: int, mailbox: str = MAILDIR, rate: int = 100_000) -> Settings:
    """The settings of so many creditors, written and read back."""
    (folder / "creditors").mkdir(parents=True, exist_ok=True)
    text = _CONFIG.format(agency=AGENCY, operator=OPERATOR, authserv=AUTHSERV, rate=rate, mailbox=mailbox)
    (folder / "config.toml").write_text(text, encoding="utf-8")
    for n in range(creditors):
        party = creditor(n)
        told = _CREDITOR.format(n=n, name=party.name, number=party.number, iban=party.iban)
        (folder / "creditors" / f"c{n}.toml").write_text(told, encoding="utf-8")
    return load(folder / "config.toml")


def fill(path: Path, creditors: int, invoices: int, due: int) -> None:
    """Books of so many open invoices, ten a debtor; so many debtors are due now, all others in half a year."""
    store = TinyStore.open(path)
    debtors = range(max(invoices // INVOICES_A_DEBTOR, due))
    each = max(invoices // len(debtors), 1)
    for first in range(0, len(debtors), _BATCH):
        with store.db.transaction():
            for n in debtors[first : first + _BATCH]:
                store.commit(_opened(n, f"c{n % creditors}", each, is_due=n < due))
    store.close()


def number_of(debtor_number: int, position: int) -> str:
    """The number of one of the debtor's invoices."""
    return f"V{debtor_number:05}{position:02}"


def _opened(n: int, creditor_id: str, each: int, *, is_due: bool) -> Commit:
    party, account = debtor(n), f"{creditor_id}-debtor-{n:06}"
    issued = date(2026, 1, 5) if is_due else date(2026, 8, 1)
    at = NOW - timedelta(days=60)
    bills = [
        Invoice(
            id=f"{account}-{position}",
            creditor=creditor_id,
            number=number_of(n, position),
            issue_date=issued,
            due_date=issued + timedelta(days=30),
            total=Money.of(f"{100 + n % 900}.{position:02}", "EUR"),
            deposit=Money.zero("EUR"),
            debtor=account,
            iban=_iban(int(creditor_id[1:])),
        )
        for position in range(each)
    ]
    events: tuple[ev.Event, ...] = (
        ev.DebtorOpened(
            at=at, source=f"load-{n}", creditor=creditor_id, debtor=account, name=party.name, number=party.number,
            country="BE", language="fr",
        ),
        ev.ContactAdded(at=at, source=f"load-{n}", creditor=creditor_id, debtor=account, address=party.email),
        *(ev.InvoiceRegistered(at=at, source=f"load-{n}", creditor=creditor_id, item=b.id, invoice=b) for b in bills),
    )  # fmt: skip
    after = replay(events)
    when = NOW if is_due else NOW + timedelta(days=180)
    states: tuple[State, ...] = (*after.accounts.values(), *after.items.values())
    return Commit(events=events, states=states, timers=(Timer(f"account:{account}", when),))


@dataclass(frozen=True)
class Sort:
    """One sort of mail, and how many of a hundred are of it."""

    name: str
    share: int


MIX = (
    *(Sort("xml", 25), Sort("pdf", 15), Sort("words", 10), Sort("reply", 20), Sort("bounce", 10)),
    *(Sort("absence", 8), Sort("bank", 2), Sort("stranger", 10)),
)


def full_mailbox(count: int, creditors: int, debtors: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """So many mails of every sort, in the shares of the mix, each with its sort's name."""
    dice = random.Random(seed)
    names, shares = [s.name for s in MIX], [s.share for s in MIX]
    for n, sort in enumerate(dice.choices(names, shares, k=count)):
        yield sort, mail_of(sort, n, dice.randrange(creditors), dice.randrange(max(debtors, 1)))


def mail_of(sort: str, n: int, creditor_number: int, debtor_number: int) -> bytes:
    """One mail of this sort."""
    seller, buyer = creditor(creditor_number), debtor(debtor_number)
    owner = Pen(f"Owner <{seller.email}>", NOW, f"load{n}")
    them = Pen(f"Compta <{buyer.email}>", NOW, f"load{n}")
    named = number_of(debtor_number, 0)
    match sort:
        case "xml":
            return _with(owner, ubl(f"N{n}", buyer=buyer, seller=seller), "xml")
        case "pdf":
            return _with(owner, page(f"P-{n:06}", seller, buyer, date(2026, 3, 2), 10_000 + n), "pdf")
        case "words":
            return mails.letter(owner, AGENCY, "Question", f"Où en est {named} ?").as_bytes()
        case "reply":
            return mails.letter(them, AGENCY, f"Re: {named}", f"Nous paierons {named} vendredi.").as_bytes()
        case "bounce":
            sent = mails.letter(them, buyer.email, "Relevé", "Bonjour").as_bytes()
            return mails.bounce(Pen(them.sender, NOW, f"load{n}", proved=False), sent, buyer.email).as_bytes()
        case "absence":
            sent = mails.letter(them, buyer.email, "Relevé", "Bonjour").as_bytes()
            return mails.absence(them, sent, "Je suis absent jusqu'au 20 mars 2026.").as_bytes()
        case "bank":
            paid = Movement(date(2026, 3, 9), 10_000 + n, buyer.name, _iban(700_000 + n), named)
            return _with(owner, camt([paid]).replace(IBAN.encode(), seller.iban.encode()), "xml")
    return stranger(n)


def stranger(n: int, *, sender: str = "", size: int = 0) -> bytes:
    """A mail that nobody vouches for, in somebody's name if one is given, with so many bytes attached."""
    pen = Pen(sender or f"Somebody <s{n}@flood{n % 50}.example>", NOW, f"flood{n}", proved=False)
    mail = mails.letter(pen, AGENCY, f"Offre {n}", f"Bonjour, voici notre offre numéro {n}.\n" * 20)
    if size:
        mail.add_attachment(b"x" * size, maintype="application", subtype="octet-stream", filename="f.bin")
    return mail.as_bytes()


def _with(pen: Pen, content: bytes, kind: str) -> bytes:
    mail: EmailMessage = mails.letter(pen, AGENCY, "Facture", "À suivre.")
    mail.add_attachment(content, maintype="application", subtype=kind, filename=f"f.{kind}")
    return mail.as_bytes()
