"""One letter of every kind and code with the facts it stands on: to look at, and to try templates on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agent.demo.samples.books import NAMES, NOW, creditor, sample_facts
from agent.demo.samples.claims import charging, of_businesses
from agent.demo.samples.codes import CODES
from agent.demo.samples.fees import sample_table
from agent.demo.samples.logo import sample_logo
from agent.demo.samples.notices import noticed, reminded, with_notice
from agent.demo.samples.papers import enclosing, with_papers
from agent.demo.samples.plans import planned
from agent.domain.decide.formal_notices import LAST_CHOICES
from agent.domain.enclosures import EnclosureKind, EnclosureReading, RemittanceLine, Standing
from agent.domain.findings import DocumentKind, Found, InvoiceReading, Where
from agent.domain.letters import TO_DEBTORS, Letter, LetterKind
from agent.domain.money import Money
from agent.mail.outgoing import Part
from agent.outbox.facts import Facts, Original

_CHOICES = {
    "new_account": ("confirm_account", "refuse_account"),
    "claimed_again": ("wait", "go_on"),
    "credit_left": ("keep", "refunded"),
    "which_credited": ("i1", "i2", "on_account"),
    "address_mismatch": ("use_address", "other_address"),
    "same_debtor": ("same", "different"),
    "after_last_statement": LAST_CHOICES,
    "which_invoice": ("i1", "i2", "i1+i2", "all", "none"),
    "payment_amount": ("i1", "i2", "none"),
    "change_of_contact": ("use_contact", "keep_contact"),
    "complaint": ("write_again", "stay_silent"),
}
_SENDER = (("sender", "compta@brasserie.example"), ("stand_in", "paul@brasserie.example"))
_IBANS = ("LU280019400644750000", "BE68539007547034")
_ASKED = (("address", "info@autre.example"), ("reason", "user unknown"), ("lookalike", "Brasserie Marché"))
_ACCOUNT = (
    ("iban", _IBANS[0]),
    ("place", "payment_code"),
    ("sender", "paul@lefevre.example"),
    ("known", _IBANS[1]),
    ("because", "differs"),
    ("because", "other_country"),
)
_ENCLOSED = (
    EnclosureReading(
        EnclosureKind.PAYMENT_PROOF,
        document="b" * 64,
        filename="preuve-virement.pdf",
        on=date(2027, 4, 8),
        amount=Decimal("642.51"),
        currency="EUR",
        standing=Standing.EXECUTED,
        references=("090933755493",),
        accounts=("BE83363012345615", "FR7630006000011234567890189"),
    ),
    EnclosureReading(
        EnclosureKind.REMITTANCE,
        filename="remittance.xlsx",
        on=date(2027, 4, 25),
        amount=Decimal("1852.51"),
        currency="EUR",
        lines=(
            RemittanceLine(("2027-041",), Decimal("1200.00")),
            RemittanceLine(("2027-058",), Decimal("642.51")),
            RemittanceLine(("77/0001",), Decimal("10.00")),
        ),
        sum_holds=True,
    ),
)
_WORDS = {
    "fr": "Bonjour,\nNous paierons cette facture le 25 avril, dès que notre propre client nous aura réglés.\nBien à vous",
    "nl": "Dag,\nWij betalen deze factuur op 25 april, zodra onze eigen klant ons betaald heeft.\nMet vriendelijke groeten",
    "en": "Hello,\nWe will pay this invoice on 25 April, as soon as our own customer has paid us.\nBest regards",
    "de": "Guten Tag,\nwir zahlen diese Rechnung am 25. April, sobald unser eigener Kunde gezahlt hat.\nFreundliche Grüße",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A letter with its facts; `name` is its kind and code."""

    name: str
    letter: Letter
    facts: Facts


def samples(language: str) -> Iterator[Sample]:
    """Every kind and code in this language."""
    facts = sample_facts(language)
    for kind, codes in CODES.items():
        for code in codes:
            letter = sample_letter(kind, code, language)
            name = f"{kind.value}-{code}" if code else kind.value
            known = replace(facts, original=Original("Julie Lefèvre", "Facture 2027-118", NOW))
            yield Sample(name, letter, enclosing(with_notice(known, kind, code), kind, code))
    claiming = replace(facts, ledger=of_businesses(facts.ledger), charging=charging(creditor(language)))
    for kind, code in ((LetterKind.STATEMENT, "reminder"), (LetterKind.STATUS, ""), (LetterKind.DIGEST, "")):
        yield Sample(f"{kind.value}-claims", sample_letter(kind, code, language), claiming)
    formal = replace(with_notice(claiming, LetterKind.FORMAL_NOTICE, ""), ledger=reminded(claiming.ledger))
    yield Sample("formal_notice-claims", sample_letter(LetterKind.FORMAL_NOTICE, "", language), formal)
    headed = replace(facts, creditor=replace(creditor(language), logo=sample_logo()))
    yield Sample("statement-logo", sample_letter(LetterKind.STATEMENT, "friendly", language), headed)


def sample_letter(kind: LetterKind, code: str, language: str) -> Letter:
    """A letter of this kind and code, saying as much as its kind can."""
    letter = Letter(
        kind=kind,
        key=f"{kind.value}:{code}:{language}",
        to=("compta@brasserie.example" if kind in TO_DEBTORS else "julie@lefevre.example",),
        creditor="" if kind is LetterKind.OPERATOR else "lefevre",
        language=language,
        code=code,
        items=("i1", "i2"),
        account="d1",
        on=date(2027, 3, 1) if kind is LetterKind.MONTHLY_REPORT else date(2027, 4, 25),
    )
    match kind:
        case LetterKind.STATEMENT:
            return replace(letter, level=code, code="", currency="EUR", cycle=2, on=NOW.date())
        case LetterKind.ACKNOWLEDGEMENT | LetterKind.ACTION_NOTICE:
            return (_notice if kind is LetterKind.ACTION_NOTICE else _acknowledgement)(letter, code)
        case LetterKind.QUESTION:
            facts = _ACCOUNT if code == "new_account" else _ASKED
            return replace(letter, question="q1", choices=_CHOICES.get(code, ()), facts=facts, on=date(2027, 5, 9))
        case LetterKind.CORRECTED:
            items = ("i6",) if code == "still_open" else ("i4",)
            return replace(
                letter, items=items, changes=(("due_date", "", "2027-04-30"), ("total", "1200.00 EUR", "1210.00 EUR"))
            )
        case LetterKind.DAILY_SUMMARY:
            return replace(letter, facts=((NAMES[language][1], _WORDS[language]), ("2027-058", "")), on=NOW.date())
        case LetterKind.REFUSAL | LetterKind.OPERATOR:
            alarm = _ALARM if code.startswith("alarm") else ()
            return replace(letter, items=(), account="", facts=(*alarm, ("mail", "Facture 2027-118")), words="")
        case LetterKind.PAYMENT_PLAN | LetterKind.PLAN_QUESTION | LetterKind.PLAN_NOTICE:
            return planned(letter, _WORDS[language])
        case LetterKind.IMPORT_LIST | LetterKind.FEE_STATEMENT | LetterKind.STATEMENT_LIST:
            return sample_table(letter, code)
        case LetterKind.BANK_STATEMENT:
            return replace(letter, facts=_bank_facts(code))
        case _:
            return with_papers(noticed(letter, code))


_ALARM = (("cause", "disk"), ("since", "2027-04-24 08:10 UTC"), ("found", "212 MB"), ("remedy", "relance doctor"))


def _notice(letter: Letter, code: str) -> Letter:
    """A notice of what happened; those about bank accounts and those without a debtor tell other things."""
    told = {
        "untied_mail": (*_SENDER, ("candidate", f"{NAMES[letter.language][1]} (2027-041)")),
        "accounts_changed": (("entered", _IBANS[0]), ("gone", _IBANS[1])),
        **dict.fromkeys(("account_alert", "account_confirmed", "account_refused"), _ACCOUNT),
        "lookalike": (*_SENDER, ("name", "Anne Dupont"), ("trick", "domain"), ("like", "client.example")),
    }
    quoting = code in ("account_alert", "promise", "dispute", "reply_unclear", "delay_request")
    return replace(
        letter,
        facts=told.get(code, _SENDER),
        words=_WORDS[letter.language] if quoting else "",
        amount=Money.of("1842.51", "EUR"),
        enclosures=_ENCLOSED if code in ("claimed_paid", "payment_advice") else (),
        choices=_CHOICES["new_account"] if code == "account_confirmed" else (),
    )


def _bank_facts(code: str) -> tuple[tuple[str, str], ...]:
    """What the mails about bank files tell: a report, the question about columns, a bank without proof."""
    if code == "columns":
        headings = (("heading", text) for text in ("Wann", "Wer", "Wieviel", "Wozu"))
        row = (("sample", text) for text in ("09.04.2027", "Brasserie", "1.210,50", "2027-041"))
        choices = (
            "date 1 Wann | name 2 Wer | amount 3 Wieviel | text 4 Wozu",
            "date 1 Wann | amount 3 Wieviel | order mdy",
        )
        return (("file", "export.csv"), ("doubt", "columns"), *headings, *row, *(("choice", c) for c in choices))
    if code:
        return (("sender", "avis@banque.example"),)
    counts = {
        "paid": 3,
        "partial": 1,
        "reopen": 1,
        "ask": 2,
        "twice": 1,
        "nothing": 4,
        "known": 12,
        "pending": 1,
        "unlisted": 0,
    }
    lines = (
        "reopen|2027-04-08|-850.00|EUR|2027-052|Brasserie du Canal SA",
        "ask|2027-04-09|121.00|EUR||VIR INST",
        "partial|2027-04-09|500.00|EUR|2027-118|Menuiserie Vandevelde et Associés SRL",
        "paid|2027-04-09|1850.00|EUR|2027-041, 2027-043|Brasserie",
        "nothing|2027-04-09|12.50|EUR||Remboursement",
    )
    told = (("problem", "balance: 1000.00 + 1633.50 ≠ 2600.00"), ("left_over", "2027-04-09 12.50 EUR Brasserie"))
    counted = tuple((name, str(count)) for name, count in counts.items())
    return (*counted, *told, *(("movement", line) for line in lines), ("unread", "notes.csv"))


def _acknowledgement(letter: Letter, code: str) -> Letter:
    buyer = NAMES[letter.language][1]
    clear = reading("2027-041", "1850.00", date(2027, 1, 29), date(2027, 2, 28), buyer)
    unclear = reading("2027-118", "2420.00", date(2027, 4, 9), None, buyer)
    if code == "review":
        return replace(
            letter,
            items=("i6",),
            readings=(unclear,),
            question="q1",
            facts=(("proposed_due", "2027-05-09"), ("lacking", "day"), ("lacking", "clause")),
        )
    if code == "mixed":
        return replace(letter, items=("i1", "i6"), readings=(clear, unclear), facts=(("refused", "already_paid"),))
    return replace(letter, items=("i1",), readings=(clear,))


def reading(number: str, total: str, issued: date, due: date | None, buyer: str) -> InvoiceReading:
    """What was read on a sample invoice."""
    where = Where("sample", 1)
    return InvoiceReading(
        kind=Found(DocumentKind.INVOICE, 0.99, where),
        number=Found(number, 0.98, where),
        issue_date=Found(issued, 0.98, where),
        due_date=Found(due, 0.97, where) if due else None,
        currency=Found("EUR", 0.99, where),
        total=Found(Decimal(total), 0.98, where),
        buyer_name=Found(buyer, 0.95, where),
        buyer_vat=Found("BE0123456749", 0.95, where),
        seller_iban=Found("BE68539007547034", 0.99, where),
        payment_reference=Found("090933755493", 0.99, where),
        missing=() if due else ("due_date",),
        filename=f"{number}.pdf",
    )


def copies(*numbers: str) -> tuple[Part, ...]:
    """Invoice copies to attach."""
    return tuple(Part(f"{number}.pdf", "application/pdf", "a" * 64, 20_000) for number in numbers)
