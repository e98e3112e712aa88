"""From a letter and the facts to the page that its template prints: everything looked up, computed and cleaned here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from agent.domain.ledger import DebtorAccount, OpenItem, Payment
from agent.domain.letters import DEMANDS, TO_DEBTORS, Letter, LetterKind
from agent.domain.money import Money
from agent.domain.parties import Agency, Creditor
from agent.mail.actions import without_action_tokens
from agent.outbox.claimed import surcharges_of
from agent.outbox.cleaning import cleaned
from agent.outbox.enclosed import enclosures_of
from agent.outbox.facts import Facts, Original
from agent.outbox.logo import with_logo
from agent.outbox.mentions import Mentions, mentions_of
from agent.outbox.readings import change_of, open_doubts, read_documents
from agent.outbox.views import (
    Choice,
    CreditorView,
    DebtorView,
    HistoryLine,
    ItemView,
    Page,
)
from agent.reports import formats, words
from agent.reports.digest import QuestionLine
from agent.reports.plain import one_line, quoted_lines
from agent.reports.statement import days_late, standing_of

_ACCENT = re.compile(r"#[0-9a-fA-F]{6}")
_DEFAULT_ACCENT = "#1f4e79"
# A mail stays below the size at which readers cut it; what is more stands in the attached sheet or in the next answer.
_FACTS = 80
# An envelope's window shows no more lines below the name.
_POSTAL_LINES = 5
_COUNTRY = re.compile(r"[A-Z]{2}")


def audience_of(letter: Letter) -> str:
    """Who reads this letter: debtor, creditor or operator."""
    if letter.kind in TO_DEBTORS:
        return "debtor"
    return "operator" if letter.kind is LetterKind.OPERATOR else "creditor"


def page_of(letter: Letter, facts: Facts, token: str) -> Page:
    """The page of this letter, without what only statements and digests need."""
    creditor, timezone = facts.creditor, facts.creditor.timezone if facts.creditor else "Europe/Brussels"
    language = formats.known_language(letter.language, creditor.language if creditor else "", facts.agency.language)
    today = facts.now.astimezone(ZoneInfo(timezone)).date()
    account = facts.ledger.accounts.get(letter.account)
    items = item_views((i for id_ in letter.items if (i := facts.ledger.items.get(id_))), facts, today)
    debtor = _debtor_view(account, creditor) if account else next((i.debtor for i in items if i.debtor.name), None)
    page = Page(
        kind=letter.kind.value,
        code=one_line(letter.code, 60),
        language=language,
        audience=audience_of(letter),
        agency=cleaned(facts.agency),
        now=facts.now,
        today=letter.on if letter.kind in DEMANDS and letter.on else today,
        timezone=timezone,
        token=token,
        creditor=_creditor_view(creditor) if creditor else _agency_view(facts.agency),
        debtor=debtor,
        who=(debtor.name if debtor else "") or words.word("your_customer", language),
        said=words.word(f"said_{letter.code}" if words.has_word(f"said_{letter.code}") else "said_other", language),
        answering=bool(letter.answers),
        doubts=open_doubts(letter, facts, language),
        items=items,
        readings=tuple(read_documents(letter, facts, items, language)),
        changes=tuple(change_of(row, language) for row in letter.changes if row[1] != row[2]),
        choices=tuple(choice_of(n, code, letter.on, facts, today) for n, code in enumerate(letter.choices, 1)),
        on=letter.on,
        amount=letter.amount or _listed_total(letter, items),
        words=quoted_lines(letter.words) if letter.words.strip() else (),
        facts=tuple((one_line(name, 200), one_line(text, 400)) for name, text in letter.facts[:_FACTS]),
        level=letter.level or "friendly",
        currency=letter.currency,
        attachments=tuple(one_line(part.filename, 80) for part in facts.invoice_copies),
        enclosures=enclosures_of(letter, facts, language),
        mentions=mentions_of(facts.case) if facts.case else Mentions(),
        copy=letter.copy,
        listed=cleaned(letter.listed),
    )
    return _answering(replace(page, until=letter.until), facts.original)


def _answering(page: Page, original: Original | None) -> Page:
    """The page with the subject and day of the mail that it answers."""
    if original is None:
        return page
    return replace(
        page, original_subject=one_line(without_action_tokens(original.subject)), original_date=original.date
    )


def _listed_total(letter: Letter, items: tuple[ItemView, ...]) -> Money | None:
    """What a statement of these items asked for, when they are all in one currency."""
    currencies = {item.balance.currency for item in items}
    if letter.code != "statement_sent" or len(currencies) != 1:
        return None
    return Money.total((item.balance for item in items), currencies.pop())


def item_views(items: Iterable[OpenItem], facts: Facts, today: date) -> tuple[ItemView, ...]:
    """Items with their debtors and histories, as of this day."""
    found = tuple(items)
    surcharges = surcharges_of(found, facts, today)
    return tuple(_item_view(item, facts, today, surcharges.get(item.id)) for item in found)


def _item_view(item: OpenItem, facts: Facts, today: date, surcharge: Money | None) -> ItemView:
    invoice = item.invoice
    account = facts.ledger.accounts.get(invoice.debtor)
    hold = item.hold(today)
    return ItemView(
        id=item.id,
        number=one_line(invoice.number, 80) or "?",
        debtor=_debtor_view(account, facts.creditor) if account else DebtorView(""),
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        total=invoice.total,
        deposit=invoice.deposit,
        paid=item.paid,
        balance=item.balance,
        days_late=days_late(item, today),
        standing=standing_of(item, facts.plan, today, account),
        credit_note=invoice.credit_note,
        statements=item.statements,
        on=(hold.on or hold.until) if hold else None,
        history=tuple(_history(item, facts.creditor)),
        surcharge=surcharge,
    )


def _history(item: OpenItem, creditor: Creditor | None) -> Iterable[HistoryLine]:
    zone = ZoneInfo(creditor.timezone if creditor else "Europe/Brussels")
    lines = [HistoryLine(item.registered_at.astimezone(zone).date(), "history_registered")]
    lines += [HistoryLine(day, "history_statement") for day in item.statements]
    lines += [HistoryLine(n.on, "history_notice", until=n.deadline) for n in item.notices if n.sent]
    lines += [
        HistoryLine(p.on, _history_word(p, credit_note=item.invoice.credit_note), abs(p.amount)) for p in item.payments
    ]
    lines += [
        HistoryLine(h.since.astimezone(zone).date(), f"history_{h.kind.value}", until=h.on or h.until)
        for h in item.holds
    ]
    if item.settled_at is not None:
        lines.append(HistoryLine(item.settled_at.astimezone(zone).date(), "history_settled"))
    return sorted(lines, key=lambda line: line.on)


def _history_word(payment: Payment, *, credit_note: bool) -> str:
    """What a payment is called; one that has no name of its own is money that came or went."""
    if words.has_word(f"history_{payment.evidence}"):
        return f"history_{payment.evidence}"
    return "history_payment" if (payment.amount.amount > 0) is not credit_note else "history_reversal"


def question_rows(questions: Iterable[QuestionLine], language: str) -> tuple[tuple[str, str], ...]:
    """Open questions as pairs: what is asked, and about what since when."""
    return tuple(
        (
            words.word(f"topic_{q.topic}", language),
            " · ".join((*q.about[:3], formats.day(q.asked_on, language))),
        )
        for q in questions
    )


def _creditor_view(creditor: Creditor) -> CreditorView:
    view = CreditorView(
        name=one_line(creditor.name),
        phone=one_line(creditor.phone, 40),
        website=one_line(creditor.website, 100),
        address=quoted_lines(creditor.address, 5, 120) if creditor.address.strip() else (),
        signature=quoted_lines(creditor.signature, 6, 120) if creditor.signature.strip() else (),
        accent=accent_of(creditor),
        country=creditor.country,
    )
    return with_logo(view, creditor)


def accent_of(creditor: Creditor) -> str:
    """The creditor's colour as #rrggbb; ours when his is none."""
    return creditor.accent_colour if _ACCENT.fullmatch(creditor.accent_colour) else _DEFAULT_ACCENT


def _agency_view(agency: Agency) -> CreditorView:
    """The agency in the creditor's place, where a mail concerns no creditor."""
    name = one_line(agency.name)
    return CreditorView(name, "", one_line(agency.website, 100), (), (), _DEFAULT_ACCENT)


def _debtor_view(account: DebtorAccount, creditor: Creditor | None) -> DebtorView:
    contact = account.contact
    name = one_line(account.name) or (contact.address if contact else "")
    address = one_line(contact.address) if contact else ""
    return DebtorView(name, one_line(account.number, 40), address, _envelope(account, creditor))


def _envelope(account: DebtorAccount, creditor: Creditor | None) -> tuple[str, ...]:
    """The lines of the envelope below the name; the country only abroad, in the words of the country that the letter leaves."""
    lines = [one_line(line, 60) for line in account.postal.lines]
    if creditor is not None and lines and _COUNTRY.fullmatch(lines[-1]):
        code = lines.pop()
        lines += [formats.country(code, creditor.language).upper()] if code != creditor.country else []
    return tuple(lines[:_POSTAL_LINES])


def choice_of(position: int, code: str, on: date | None, facts: Facts, today: date) -> Choice:
    """A choice of items names them by their ids, joined by + where they belong together; = at the end lets the difference go."""
    found = [facts.ledger.items[i] for i in code.removesuffix("=").split("+") if i in facts.ledger.items]
    account = facts.ledger.accounts.get(code)
    return Choice(
        position,
        one_line(code, 60),
        item_views(found, facts, today),
        Money.total((i.balance for i in found), found[0].invoice.total.currency) if found else None,
        _debtor_view(account, facts.creditor) if account else None,
        on,
    )
