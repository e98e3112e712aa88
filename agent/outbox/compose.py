"""From a letter to a finished mail: `compose(letter, facts)`."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace

from agent.domain.letters import DEMANDS, Letter, LetterKind
from agent.domain.money import Money
from agent.mail.identity import own_message_id, printed_token, reply_token
from agent.mail.outgoing import OutgoingMail, Part
from agent.outbox.buttons import buttons_of
from agent.outbox.claimed import box_of
from agent.outbox.cleaning import cleaned
from agent.outbox.facts import Facts
from agent.outbox.fees import fee_page
from agent.outbox.logo import logo_parts
from agent.outbox.monthly import digest_page, monthly_page
from agent.outbox.pages import audience_of, page_of
from agent.outbox.paying import payees_of, with_ways_to_pay
from agent.outbox.plans import plan_balances, plan_page, with_plans
from agent.outbox.printed import printed
from agent.outbox.templates import render
from agent.outbox.views import Page
from agent.reports import formats
from agent.reports.plain import one_line
from agent.reports.statement import StatementOfAccount, statement_of
from agent.reports.words import word

# A notice names so many of the statements before it, the latest ones.
_REMINDERS_NAMED = 6


def compose(letter: Letter, facts: Facts) -> OutgoingMail:
    """The mail that says this letter, ready for the outbox; the same letter and facts give the same mail.

    The recipients are the letter's and nobody else. Pictures and workbooks are kept through `facts.keep` and travel as parts.
    """
    return composed(letter, facts)[0]


def composed(letter: Letter, facts: Facts) -> tuple[OutgoingMail, Page]:
    """The same mail with the page that it prints."""
    token = reply_token(facts.secret, _case(letter), letter.to[0] if letter.to else "")
    page = with_plans(page_of(letter, facts, printed_token(token)), letter, facts)
    parts: tuple[Part, ...] = facts.invoice_copies
    balances = plan_balances(letter, facts)
    if letter.kind in DEMANDS:
        statement = _statement(letter, facts)
        page, parts = _statement_page(page, statement, facts)
        parts = (_on_paper(page, facts), *parts)
        balances = _balances(statement)
    elif letter.kind is LetterKind.DIGEST:
        page, parts = digest_page(page, letter, facts)
    elif letter.kind is LetterKind.PAYMENT_PLAN:
        page, parts = plan_page(page, letter, facts)
    elif letter.kind is LetterKind.MONTHLY_REPORT:
        page, parts = monthly_page(page, letter, facts)
    elif letter.kind is LetterKind.FEE_STATEMENT:
        page, parts = fee_page(page, letter, facts)
    parts = (*parts, *logo_parts(page, facts))
    page = replace(page, buttons=buttons_of(letter, facts))
    rendered = render(page, facts.templates_dir)
    mail = _envelope(letter, facts, page, token)
    mail = replace(
        mail, subject=rendered.subject, text=rendered.text, html=rendered.html, parts=parts, balances=balances
    )
    mail = replace(
        mail, payees=payees_of(page), questions=tuple(question.id for question in page.asked if question.choices)
    )
    return mail, page


def headline(letter: Letter, facts: Facts) -> str:
    """What this letter says in one line, in its language: for the summary of a day."""
    return render(with_plans(page_of(letter, facts, ""), letter, facts), facts.templates_dir).subject


def mail_id(key: str) -> str:
    """The short id of the mail with this key."""
    return base64.b32encode(hashlib.sha256(key.encode()).digest())[:10].decode().lower()


def _case(letter: Letter) -> str:
    """What the reply token stands for: a debtor's whole account, else this very mail."""
    return letter.account if audience_of(letter) == "debtor" and letter.account else letter.key


def _envelope(letter: Letter, facts: Facts, page: Page, token: str) -> OutgoingMail:
    agency, audience = facts.agency, page.audience
    domain = agency.domain or agency.address.rpartition("@")[2]
    in_reply_to, references = facts.thread
    return OutgoingMail(
        id=mail_id(letter.key),
        key=letter.key,
        kind=letter.kind.value,
        creditor=letter.creditor,
        sender=agency.address,
        sender_name=_sender_name(facts, audience),
        to=letter.to,
        message_id=own_message_id(token, letter.key, domain),
        subject="",
        text="",
        html="",
        queued_at=facts.now,
        not_before=facts.not_before or facts.now,
        reply_to=agency.address,
        in_reply_to=in_reply_to,
        references=references,
        language=page.language,
        automatic="auto-replied" if letter.answers else "auto-generated",
        about=tuple(dict.fromkeys(i for i in (*letter.items, letter.account, letter.question) if i)),
        debtor=letter.account if audience == "debtor" else "",
        token=token,
        channel=facts.channel,
    )


def _sender_name(facts: Facts, audience: str) -> str:
    own = one_line(facts.agency.sender_name or facts.agency.name, 60)
    if audience == "debtor" and facts.creditor and facts.creditor.name != own:
        return f"{one_line(facts.creditor.name, 60)} via {own}" if own else one_line(facts.creditor.name, 60)
    return own


def _statement(letter: Letter, facts: Facts) -> StatementOfAccount:
    account = facts.ledger.accounts[letter.account]
    today = letter.on or facts.now.date()
    whole = statement_of(facts.ledger.of_account(account.id), account, facts.plan, today, letter.items)
    return whole.in_currency(letter.currency) if letter.currency else whole


def _balances(statement: StatementOfAccount) -> tuple[tuple[str, str], ...]:
    lines = (*statement.due, *statement.credits)
    return tuple((line.item, str(line.whole.rounded().amount)) for line in lines)


def _statement_page(page: Page, statement: StatementOfAccount, facts: Facts) -> tuple[Page, tuple[Part, ...]]:
    currency = page.currency or next(iter(statement.currencies), "EUR")
    principal = statement.due_total(currency)
    claim = box_of(statement, principal, facts, page.language)
    if claim is not None and page.kind == LetterKind.FORMAL_NOTICE.value:
        # what is claimed besides the invoices is formally asked for as well
        claim = replace(claim, asked=True)
    owed = claim.with_principal if claim and claim.asked else principal
    page, codes = with_ways_to_pay(page, statement.due, owed, facts)
    page = replace(
        page,
        statement=cleaned(statement),
        currency=currency,
        amount=owed if statement.due else Money.zero(currency),
        principal=principal if statement.due else Money.zero(currency),
        claim=claim,
    )
    if page.kind == LetterKind.FORMAL_NOTICE.value:
        page = replace(page, facts=(*page.facts, *_reminded(statement, page.language)))
    return page, (*facts.invoice_copies, *codes)


def _reminded(statement: StatementOfAccount, language: str) -> Iterator[tuple[str, str]]:
    """The days of the statements that a notice follows, as it names them."""
    listed = {line.item for line in statement.due}
    sent = (s for s in statement.account.statements if s.state == "sent" and listed & set(s.items))
    return (("reminded", formats.day(day, language)) for day in sorted({s.on for s in sent})[-_REMINDERS_NAMED:])


def _on_paper(page: Page, facts: Facts) -> Part:
    """The same letter as PDF on the creditor's letterhead, for whoever files or prints it."""
    codes = (slip for slip in (page.slip, *page.slips) if slip is not None and slip.cid)
    notice = page.kind == LetterKind.FORMAL_NOTICE.value
    pdf = printed(page, {slip.cid: slip.qr for slip in codes}, facts.templates_dir)
    name = f"{word('formal_notice' if notice else 'statement_of_account', page.language)} {page.today.isoformat()}.pdf"
    return Part(name, "application/pdf", facts.keep(pdf), len(pdf))
