"""The journal comes to what the books hold, whatever happened, and says so in the two programs' own words."""

import re
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given

from agent.domain import credit_events as ce
from agent.domain import events as ev
from agent.domain.invoices import Invoice
from agent.domain.ledger import DebtorAccount, Ledger, OpenItem, replay
from agent.domain.money import Money
from agent.reports.journal import Journal, beancount, hledger, journal_of, slug, together
from tests.properties.test_replay import interleaved, stories

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
HEAD = {"at": AT, "source": "<m1@acme.example>#1", "creditor": "acme"}


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def invoice(id_: str = "i1", total: str = "100.00", deposit: str = "0", currency: str = "EUR") -> Invoice:
    money = (Money.of(total, currency), Money.of(deposit, currency))
    return Invoice(
        id_, "acme", f"F;{id_}", date(2026, 1, 5), date(2026, 2, 4), *money, debtor="d1", credit_note=total[0] == "-"
    )


def registered(one: Invoice) -> ev.InvoiceRegistered:
    return ev.InvoiceRegistered(**HEAD, item=one.id, invoice=one)


def opened(name: str = 'Dürr & "Söhne" (GmbH); Co') -> ev.DebtorOpened:
    return ev.DebtorOpened(**HEAD, debtor="d1", name=name)


def paid(amount: str, evidence: str = "bank", item: str = "i1") -> ev.PaymentReceived:
    return ev.PaymentReceived(
        **HEAD, item=item, amount=eur(amount), on=date(2026, 2, 1), evidence=evidence, reference="R;1"
    )


def journal(*events: ev.Event) -> Journal:
    ledger = replay(events)
    return of_ledger(events, ledger)


def of_ledger(events: tuple[ev.Event, ...], ledger: Ledger) -> Journal:
    items = [s for s in ledger.states() if isinstance(s, OpenItem)]
    accounts = {s.id: s for s in ledger.states() if isinstance(s, DebtorAccount)}
    return journal_of(events, items, accounts, UTC)


def imbalances(journal: Journal) -> tuple[str, ...]:
    """Every transaction that does not come to nothing, and every balance that the transactions do not give; empty is good."""
    sums: dict[tuple[str, str], Decimal] = {}
    wrong = []
    for t in journal.transactions:
        by_currency: dict[str, Decimal] = {}
        for p in t.postings:
            key = (p.account, p.amount.currency)
            sums[key] = sums.get(key, Decimal(0)) + p.amount.amount
            by_currency[p.amount.currency] = by_currency.get(p.amount.currency, Decimal(0)) + p.amount.amount
        wrong += [f"{t.on} {t.what} {t.number}: {total} {c} too much" for c, total in by_currency.items() if total]
    for b in journal.balances:
        found = sums.get((b.account, b.amount.currency), Decimal(0))
        if found != b.amount.amount:
            wrong.append(f"{b.account}: {found} {b.amount.currency} in the journal, {b.amount} in the books")
    return tuple(wrong)


def sums(j: Journal) -> dict[str, str]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for t in j.transactions:
        for p in t.postings:
            found[p.account.split(":Acme")[0]] += p.amount.amount
    return {name: str(amount) for name, amount in found.items() if amount}


def test_an_invoice_and_its_payments():
    """Receivable against income; the deposit on opening balances; money on bank, word and discount apart."""
    j = journal(
        opened(),
        registered(invoice(deposit="20.00")),
        paid("50.00"),
        paid("27.00", "owner"),
        paid("3.00", "difference"),
    )
    assert sums(j) == {
        "Income:Invoices": "-100.00",
        "Equity:OpeningBalances": "20.00",
        "Assets:Bank": "50.00",
        "Assets:Reported": "27.00",
        "Expenses:Discounts": "3.00",
    }
    assert imbalances(j) == ()


def test_ends_corrections_and_credits():
    """A loss, a withdrawal, another sum, a credit note set off, money on account and what is used of it."""
    given_up = journal(opened(), registered(invoice()), paid("40.00"), ev.InvoiceWrittenOff(**HEAD, item="i1"))
    assert sums(given_up)["Expenses:WrittenOff"] == "60.00"
    gone = journal(
        opened(), registered(invoice()), ev.InvoiceWithdrawn(**HEAD, item="i1"), ev.InvoiceReopened(**HEAD, item="i1")
    )
    assert sums(gone)["Assets:Receivable"] == "100.00"
    more = replace(invoice(), total=eur("120.00"))
    corrected = ev.InvoiceCorrected(**HEAD, item="i1", before=invoice(), invoice=more)
    assert sums(journal(opened(), registered(invoice()), corrected))["Income:Invoices"] == "-120.00"
    note, day = invoice("n1", "-30.00"), date(2026, 2, 2)
    set_off = ce.CreditSetOff(**HEAD, item="i1", credit="n1", amount=eur("30.00"), on=day)
    kept = ce.MoneyPutOnAccount(**HEAD, debtor="d1", amount=eur("50.00"), on=day, evidence="bank")
    used = ce.MoneyTakenFromAccount(**HEAD, debtor="d1", amount=eur("20.00"), on=day, reason="set_off", item="i1")
    j = journal(opened(), registered(invoice()), registered(note), set_off, kept, used)
    assert sums(j) == {
        "Assets:Receivable": "50.00",
        "Income:Invoices": "-70.00",
        "Assets:Bank": "50.00",
        "Liabilities:OnAccount": "-30.00",
    }
    assert imbalances(j) == ()


@given(stories())
def test_it_always_comes_to_what_the_books_hold(story):
    """Whatever happens in whatever order: each transaction is nothing in sum, each debtor's balance is that of the states."""
    events = tuple(interleaved(*story))
    assert imbalances(of_ledger(events, replay(events))) == ()


def test_a_wrong_balance_is_found():
    """The check is none if nothing can fail it."""
    j = journal(opened(), registered(invoice()))
    (balance,) = j.balances
    wrong = replace(j, balances=(replace(balance, amount=eur("1.00")),))
    assert "100.00 EUR in the journal, 1.00 EUR in the books" in imbalances(wrong)[0]
    half = replace(j.transactions[0], postings=j.transactions[0].postings[:1])
    assert "too much" in imbalances(replace(j, transactions=(half,)))[0]


def posted(text: str, pattern: str) -> dict[tuple[str, str], Decimal]:
    """The sums of a journal's own lines, as its program would add them up."""
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for account, amount, currency in re.findall(pattern, text, flags=re.MULTILINE):
        found[account, currency] += Decimal(amount)
    return dict(found)


def test_what_is_written_adds_up_by_its_own_lines():
    """In both forms the asserted balances follow from the postings; marks in names and numbers stay harmless."""
    dollars = invoice("i2", "70.00", currency="USD")
    j = journal(opened(), registered(invoice()), registered(dollars), paid("40.00"))
    ledger = hledger(j)
    body, _, end = ledger.partition("balances of the books")
    sums_ = posted(body, r"^    (\S+)  (-?[\d.]+) ([A-Z]{3})$")
    asserted = re.findall(r"^    (\S+)  0 [A-Z]{3} = (-?[\d.]+) ([A-Z]{3})$", end, flags=re.MULTILINE)
    assert {c: a for _, a, c in asserted} == {"EUR": "60.00", "USD": "70.00"}
    assert all(sums_[account, currency] == Decimal(amount) for account, amount, currency in asserted)
    heads = [line for line in ledger.splitlines() if re.match(r"\d{4}-", line)]
    assert all(line.count(";") <= 1 for line in heads)
    beans = beancount(j)
    sums_ = posted(beans, r"^  ([A-Z]\S+)  (-?[\d.]+) ([A-Z]{3})$")
    asserted = re.findall(r"^2026-03-03 balance (\S+)  (-?[\d.]+) ([A-Z]{3})$|$^", beans, flags=re.MULTILINE)
    told = [row for row in asserted if row[0]] or re.findall(r"balance (\S+)  (-?[\d.]+) ([A-Z]{3})", beans)
    assert len(told) == 2
    assert all(sums_[account, currency] == Decimal(amount) for account, amount, currency in told)
    names = re.findall(r"open (\S+)", beans)
    assert all(
        re.fullmatch(r"(?:Assets|Liabilities|Equity|Income|Expenses)(?::[A-Z0-9][A-Za-z0-9-]*)+", n) for n in names
    )


def test_the_same_books_give_the_same_text():
    """And several creditors' journals are one, by day."""
    j = journal(opened(), registered(invoice()), paid("40.00"))
    assert hledger(j) == hledger(j)
    both = together((j, j))
    assert [t.on for t in both.transactions] == sorted(t.on for t in both.transactions)
    assert hledger(Journal((), ())).startswith("; Made by")
    assert slug("Lumière & Fils SARL").startswith("Lumiere")
