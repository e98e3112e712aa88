"""Guards the accounts that debtors are told to pay on: what is new waits until the creditor's owner has confirmed it.

A changed account is the commonest fraud with invoices. So an account is the creditor's when his file names it or his owner, asked at
an address of that file, has said so; until then neither the account nor a copy of an invoice that names it reaches a debtor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from agent.domain import events as ev
from agent.domain.decide.context import NOTHING, Context, Decision, head, make_id
from agent.domain.findings import InvoiceReading
from agent.domain.invoices import Invoice
from agent.domain.ledger import DebtorAccount, Ledger, OpenItem, Question
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import Role
from agent.domain.payees import PayeeConfirmed, PayeeMet, PayeeRefused, PayeeStanding
from agent.domain.references import iban

TOPIC = "new_account"
CHOICES = ("confirm_account", "refuse_account")
DOUBT = "iban"


@dataclass(frozen=True, slots=True)
class Foreign:
    """An account that is not known as the creditor's, and where it was met: page, xml, payment_code, other_file, told."""

    iban: str
    place: str


def payee_id(creditor: str, account: str) -> str:
    """The id of the state that keeps what is known of this account of this creditor."""
    return make_id("b", creditor, iban(account) or account)


def question_id(creditor: str, account: str) -> str:
    """The id of the one question about this account of this creditor."""
    return make_id("q", creditor, TOPIC, account)


def named_accounts(group: Iterable[InvoiceReading]) -> Iterator[Foreign]:
    """Every account that the files of one invoice name for payment: in print, in data, in a payment code, the one to pay first."""
    for reading in group:
        place = "xml" if reading.seller_iban is not None and reading.seller_iban.where.path else "page"
        if reading.seller_iban is not None:
            code = reading.payment_code is not None and reading.payment_code.where == reading.seller_iban.where
            yield Foreign(reading.seller_iban.value, "payment_code" if code else place)
        yield from (Foreign(account, place) for account in reading.other_ibans)
        yield from (Foreign(a.iban, place) for a in reading.accounts if a.role != "debtor")
        if reading.payment_code is not None:
            yield Foreign(reading.payment_code.value.iban, "payment_code")
        said = (d for d in reading.differences if d.field == "seller_iban")
        yield from (Foreign(str(d.other), d.source) for d in said)


def names_debtors_account(group: Iterable[InvoiceReading], context: Context) -> bool:
    """Whether an account, not the creditor's, stands where it reads as the debtor's: in his block or beside a direct debit."""
    named = (a.iban for reading in group for a in reading.accounts if a.role == "debtor")
    return any(iban(account) not in context.creditor.ibans for account in named)


def foreign_accounts(group: Iterable[InvoiceReading], context: Context) -> tuple[Foreign, ...]:
    """The accounts of `named_accounts` that are not the creditor's, each once; what fails its check digits is no account."""
    found: dict[str, Foreign] = {}
    for named in named_accounts(group):
        account = iban(named.iban)
        if account is not None and account not in context.creditor.ibans:
            found.setdefault(account, Foreign(account, named.place))
    return tuple(found.values())


def is_foreign(told: str, context: Context) -> bool:
    """Whether this is a valid IBAN that is not known as the creditor's."""
    account = iban(told)
    return account is not None and account not in context.creditor.ibans


def is_unproved(invoice: Invoice, ledger: Ledger, context: Context) -> bool:
    """Whether its documents name an account of which the owner has neither said that it is his creditor's nor that it is not."""
    unknown = (_standing(account, ledger, context) is PayeeStanding.ASKED for account in invoice.foreign_ibans)
    return not invoice.credit_note and any(unknown)


def _standing(account: str, ledger: Ledger, context: Context) -> PayeeStanding:
    if account in context.creditor.ibans:
        return PayeeStanding.CONFIRMED
    met = ledger.payees.get(payee_id(context.creditor.id, account))
    return met.standing if met is not None and not met.is_confirmed else PayeeStanding.ASKED


def waiting(ledger: Ledger, met: Sequence[Foreign], context: Context) -> tuple[tuple[str, str], ...]:
    """The accounts that the acknowledgement says its owner is asked about, or has refused before."""
    states = (ledger.payees.get(payee_id(context.creditor.id, one.iban)) for one in met)
    codes = ("account_refused" if s is not None and s.standing == "refused" else "account_asked" for s in states)
    return tuple((code, one.iban) for code, one in zip(codes, met, strict=True))


def against(
    group: Sequence[InvoiceReading], met: Sequence[Foreign], debtor: DebtorAccount | None, context: Context
) -> tuple[str, ...]:
    """What speaks against an account, as codes for the question to the owner: first, factor, differs, debtors."""
    codes = []
    if not context.creditor.ibans:
        codes.append("first")
    if any(r.cession is not None or any(a.role == "factor" for a in r.accounts) for r in group):
        codes.append("factor")
    named = {r.seller_iban.value for r in group if r.seller_iban is not None}
    if any(one.iban not in named for one in met) or len(named) > 1:
        codes.append("differs")
    his = {a.iban for r in group for a in r.accounts if a.role == "debtor"}
    his |= {payer.iban for payer in debtor.payers} if debtor is not None else set()
    if his & {one.iban for one in met}:
        codes.append("debtors")
    return tuple(codes)


def ask_owner(
    ledger: Ledger, met: Sequence[Foreign], items: Sequence[str], context: Context, because: Sequence[str] = ()
) -> Decision:
    """The question to the owners about each account that was not met before, with a letter of its own each.

    `because` holds codes for what speaks against it: first, differs, factor, debtors, other_country (found here).
    """
    decisions = [_ask(one, items, context, because) for one in met if _is_new(one, ledger, context)]
    return sum(decisions, NOTHING)


def _is_new(met: Foreign, ledger: Ledger, context: Context) -> bool:
    return payee_id(context.creditor.id, met.iban) not in ledger.payees and met.iban not in context.creditor.ibans


def _ask(met: Foreign, items: Sequence[str], context: Context, because: Sequence[str]) -> Decision:
    payee = payee_id(context.creditor.id, met.iban)
    question = question_id(context.creditor.id, met.iban)
    opened = PayeeMet(**head(context), payee=payee, iban=met.iban, place=met.place, sender=context.sender)
    asked = ev.QuestionAsked(
        **head(context),
        question=question,
        topic=TOPIC,
        subjects=(payee, *items),
        choices=CHOICES,
        to=context.creditor.owner.address,
        detail=met.iban,
    )
    abroad = ("other_country",) * (met.iban[:2] != context.creditor.country)
    facts = (
        ("iban", met.iban),
        ("place", met.place),
        ("sender", context.sender),
        *(("known", account) for account in context.creditor.ibans),
        *(("because", code) for code in (*because, *abroad)),
    )
    letter = replace(
        to_owners(LetterKind.QUESTION, f"question:{question}", context),
        code=TOPIC,
        items=tuple(items),
        question=question,
        choices=CHOICES,
        facts=facts,
        urgent=True,
    )
    return Decision((opened, asked), (letter,))


def to_owners(kind: LetterKind, key: str, context: Context) -> Letter:
    """A letter to every owner that the creditor's file names, whoever wrote the mail at hand."""
    owners = tuple(p.address for p in context.creditor.people if p.role is Role.OWNER)
    return Letter(kind=kind, key=key, to=owners, creditor=context.creditor.id, language=context.language)


def account_answered(ledger: Ledger, question: Question, answer: str, context: Context) -> Decision:
    """The decision about the owner's answer; nobody else's is one. What waited for it goes on, or keeps the account known before.

    A confirmation may be taken back at any time, a refusal only by a new entry in the creditor's file.
    """
    payee = ledger.payees.get(next(iter(question.subjects), ""))
    if payee is None or context.role is not Role.OWNER or answer not in CHOICES:
        return NOTHING
    yes = answer == "confirm_account"
    ruled = (PayeeConfirmed if yes else PayeeRefused)(**head(context), payee=payee.id, by=context.sender)
    decision = Decision((ev.QuestionAnswered(**head(context), question=question.id, answer=answer), ruled))
    known = tuple(a for a in context.creditor.ibans if a != payee.iban)
    now = replace(context, creditor=replace(context.creditor, ibans=(*known, payee.iban) if yes else known))
    waited = [i for i in ledger.items.values() if i.is_open and payee.iban in i.invoice.foreign_ibans]
    after = decision.after(ledger)
    decision += Decision(tuple(_released(item, after, now) for item in waited))
    letter = replace(
        to_owners(LetterKind.ACTION_NOTICE, f"notice:{answer}:{question.id}:{context.source}", context),
        code="account_confirmed" if yes else "account_refused",
        items=tuple(i.id for i in waited),
        question=question.id,
        choices=CHOICES if yes else (),
        facts=(("iban", payee.iban), ("sender", context.sender), *(("known", account) for account in known)),
        answers=context.source,
        urgent=True,
    )
    return decision + Decision(letters=(letter,))


def _released(item: OpenItem, ledger: Ledger, context: Context) -> ev.InvoiceCorrected:
    """The item with the account that is to be paid now; it waits on while an account of it is unproved, or none is known."""
    invoice, known = item.invoice, context.creditor.ibans
    own = next((a for a in (*invoice.foreign_ibans, invoice.iban) if a in known), known[0] if known else "")
    invoice = replace(invoice, iban=own)
    waits = is_unproved(invoice, ledger, context) or not own
    doubts = tuple(d for d in item.doubts if d != DOUBT) + (DOUBT,) * waits
    return ev.InvoiceCorrected(**head(context), item=item.id, before=item.invoice, invoice=invoice, doubts=doubts)


def may_answer_again(question: Question, answer: str) -> bool:
    """Whether a question that was answered may still be answered so: a confirmation can be taken back at any time."""
    return question.topic == TOPIC and question.answer == "confirm_account" and answer == "refuse_account"


def account_told(ledger: Ledger, told: str, item: OpenItem | None, context: Context) -> Decision:
    """The decision about an account that the owner names in his own words: known at once, or asked back like any other.

    A mail of his may have been written by another, so that the answer to our question is asked for in any case.
    """
    account = iban(told)
    if account is None or account in context.creditor.ibans:
        return NOTHING
    if _standing(account, ledger, context) is PayeeStanding.REFUSED:
        return Decision(letters=(_still_refused(account, context),))
    met = Foreign(account, "told")
    noted = NOTHING
    if item is not None and item.is_open and account not in item.invoice.foreign_ibans:
        invoice = replace(item.invoice, foreign_ibans=(account, *item.invoice.foreign_ibans))
        doubts = tuple(dict.fromkeys((*item.doubts, DOUBT)))
        noted = Decision(
            (ev.InvoiceCorrected(**head(context), item=item.id, before=item.invoice, invoice=invoice, doubts=doubts),)
        )
    asked = ask_owner(ledger, (met,), (item.id,) if item is not None else (), context)
    return noted + (asked if asked.letters else _asked_again(ledger, account, context))


def _still_refused(account: str, context: Context) -> Letter:
    """The warning that an account which the owner said is not his was named again in his name."""
    key = f"notice:refuse_account:{question_id(context.creditor.id, account)}:{context.source}"
    facts = (("iban", account), ("sender", context.sender))
    letter = replace(to_owners(LetterKind.ACTION_NOTICE, key, context), code="account_refused", facts=facts)
    return replace(letter, answers=context.source, urgent=True)


def _asked_again(ledger: Ledger, account: str, context: Context) -> Decision:
    """The same question in a new letter, for who names an account that he was asked about before."""
    question = ledger.questions.get(question_id(context.creditor.id, account))
    if question is None or not question.is_open:
        return NOTHING
    return Decision(letters=(reminder(question, context),))


def reminder(question: Question, context: Context) -> Letter:
    """The open question about an account once more."""
    return replace(
        to_owners(LetterKind.QUESTION, f"question:{question.id}:{context.source}", context),
        code=TOPIC,
        items=question.subjects[1:],
        question=question.id,
        choices=CHOICES,
        facts=(
            ("iban", question.detail),
            ("again", "yes"),
            *(("known", account) for account in context.creditor.ibans),
        ),
        urgent=True,
    )
