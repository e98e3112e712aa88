"""Values that tests are about, made with as few words as possible."""

from datetime import UTC, date, datetime
from decimal import Decimal

from agent.domain.decide import Context
from agent.domain.dunning_plan import DunningPlan
from agent.domain.findings import DocumentKind, Found, InvoiceReading, Where
from agent.domain.invoices import Invoice
from agent.domain.ledger import DebtorAccount, ItemState, OpenItem, Payment
from agent.domain.money import Money
from agent.domain.parties import Agency, Contact, Creditor, Person, Role

NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
OWNER, STAFF, DEBTOR = "owner@acme.example", "staff@acme.example", "compta@client.example"
AGENCY = Agency("Comptoir", "relances@comptoir.example", "Comptoir", "tech@comptoir.example", domain="comptoir.example")
CREDITOR = Creditor(
    id="acme",
    name="Acme Menuiserie SRL",
    people=(Person(OWNER, Role.OWNER, "Anne"), Person(STAFF, Role.STAFF), Person("viewer@acme.example", Role.VIEWER)),
    enterprise_numbers=("BE0441122148",),
    ibans=("BE83363012345615",),
    domains=("acme.example",),
)


def money(amount: str, currency: str = "EUR") -> Money:
    return Money(Decimal(amount), currency)


def invoice(
    id_: str = "i1", *, due: date | None = date(2026, 2, 1), total: str = "1000.00", currency: str = "EUR", **more
) -> Invoice:
    fields = {
        "creditor": "acme",
        "number": f"N-{id_}",
        "issue_date": date(2026, 1, 2),
        "debtor": "d1",
        "deposit": money("0.00", currency),
        **more,
    }
    return Invoice(id=id_, due_date=due, total=money(total, currency), **fields)


def item(id_: str = "i1", *, paid: str = "", state: ItemState = ItemState.FOLLOWED, **more) -> OpenItem:
    made = invoice(id_, **more)
    payments = (Payment(money(paid, made.total.currency), date(2026, 2, 20), "staff"),) if paid else ()
    return OpenItem(made, state, NOW, payments=payments)


def account(id_: str = "d1", **more) -> DebtorAccount:
    fields = {
        "creditor": "acme",
        "name": "Client et Fils SA",
        "country": "BE",
        "language": "fr",
        "contacts": (Contact(DEBTOR),),
        **more,
    }
    return DebtorAccount(id=id_, **fields)


def context(*, role: Role = Role.OWNER, sender: str = OWNER, today: date = TODAY, **more) -> Context:
    fields = {"source": "mail-1", "creditor": CREDITOR, "plan": DunningPlan(), "default_terms": {"BE": 30}, **more}
    moment = NOW.replace(year=today.year, month=today.month, day=today.day)
    return Context(now=moment, today=today, role=role, sender=sender, **fields)


def found(value, confidence: float = 0.99) -> Found:
    return Found(value, confidence, Where("test"))


def reading(**more) -> InvoiceReading:
    """An invoice of Acme to its client, read without a doubt; what is given replaces or adds fields."""
    fields = {
        "number": "2026-118",
        "issue_date": date(2026, 3, 2),
        "due_date": date(2026, 4, 1),
        "currency": "EUR",
        "total": Decimal("1210.00"),
        "seller_name": "Acme Menuiserie SRL",
        "seller_vat": "BE0441122148",
        "seller_iban": "BE83363012345615",
        "buyer_name": "Client et Fils SA",
        "buyer_email": DEBTOR,
    }
    plain = {
        "document",
        "filename",
        "part",
        "language",
        "uncertain",
        "missing",
        "other_ibans",
        "instalments",
        "differences",
    }
    kind = more.pop("kind", DocumentKind.INVOICE)
    merged = {**fields, **{k: v for k, v in more.items() if k not in plain}}
    wrapped = {k: found(v) for k, v in merged.items() if v is not None}
    bare = {"document": "a" * 64, "filename": "facture.pdf", **{k: v for k, v in more.items() if k in plain}}
    return InvoiceReading(kind=found(kind), **wrapped, **bare)
