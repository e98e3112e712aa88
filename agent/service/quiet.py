"""How much is written because of one correspondent's mails: what ends a loop with a machine that no header gives away.

RFC 3834 §2 asks an automatic answerer to bound what it sends to one address, whatever the marks on the mail say. What is left
unwritten changes nothing in the books: holds and questions are kept, only the mail about them is not sent again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from agent.domain.letters import Letter, LetterKind, to_operator
from agent.intake.classify import MailKind
from agent.mail.identity import without_tokens
from agent.mail.quoting import own_text
from agent.outbox.pacing import answer_allowed, answers_note
from agent.ports import Box
from agent.service.app import App
from agent.service.conclude import Outcome

# Answers to one colleague in a day, for each answer that a debtor may get: to words that did nothing, and to orders and files.
_TO_WORDS, _TO_ORDERS = 8, 40
# The same words or files, with the same meaning, are answered this often in a day; so many mails of a day are compared.
_SAME_WORDS, _MARKS = 3, 60
# What was last told about an account, kept to tell it once: more than there are sorts of notices.
_REMEMBERED = 40
_COLLEAGUES = ("owner", "staff", "viewer")
# Mails that hold nothing but words. One with documents is answered whatever it says, unless they do nothing time and again.
_WORDS_ONLY = ("instruction", "not_allowed", "proof_answer")
# What the operator is told, once a month for each address.
_TOO_OFTEN = "somebody writes so often that it may be a machine; what he is not answered any more lies in Review"
_UNASKED = "more mail than this address is asked about comes in its name without proof; what was not asked about lies in Review"


@dataclass(frozen=True, slots=True)
class _Kept:
    """The letters that are written, what is remembered of it, and whether others were left unwritten for being too many."""

    letters: tuple[Letter, ...]
    notes: dict[str, str | None]
    too_many: bool


def quieted(app: App, outcome: Outcome) -> Outcome:
    """The outcome without letters that tell again what was told, or that are too many for a day.

    A mail whose letters were too many lies in Review, and the operator hears of its sender once a month.
    """
    record = outcome.record
    if record is None or not (outcome.decision.letters or outcome.decision.events):
        return outcome
    if record.kind == MailKind.UNPROVED.value:
        return _asked_within_bounds(app, outcome)
    if record.role in _COLLEAGUES:
        outcome = replace(outcome, notes=outcome.notes | _news_again(outcome))
        said = record.kind in _WORDS_ONLY
        kept = _to_colleague(app, outcome) if said or not outcome.decision.events else None
    else:
        kept = _about_debtor(app, outcome)
    if kept is None:
        return outcome
    letters, box = kept.letters, record.box
    if kept.too_many:
        letters, box = (*letters, *_alarm(app, record.sender)), Box.REVIEW
    decision = replace(outcome.decision, letters=letters)
    return replace(outcome, decision=decision, record=replace(record, box=box), notes=outcome.notes | kept.notes)


def _asked_within_bounds(app: App, outcome: Outcome) -> Outcome:
    """The outcome of a mail without proof in a colleague's name: about so many of a day he is asked, the others wait for nothing.

    They lie in Review all the same, and the operator hears once a month that there are such mails.
    """
    record = outcome.record
    assert record is not None
    asked = app.store.note(answers_note(LetterKind.PROOF.value, record.sender))
    allowed, _ = answer_allowed(asked, app.clock.now().date(), app.settings.limits.proof_questions_per_day)
    if allowed:
        return outcome
    letters = tuple(letter for letter in outcome.decision.letters if letter.kind is not LetterKind.PROOF)
    decision = replace(outcome.decision, letters=(*letters, *_alarm(app, record.sender, _UNASKED)))
    return replace(outcome, decision=decision, record=replace(record, waiting=""))


def _to_colleague(app: App, outcome: Outcome) -> _Kept:
    """Answers to a colleague: so many a day, and few to what says or brings the same and means the same as before."""
    record = outcome.record
    assert record is not None
    today, sender = app.clock.now().date(), record.sender
    answers, same = f"answers:words:{sender}", f"answers:same:{sender}"
    again, marks = _met(app.store.note(same), today, _meaning(outcome))
    much = bool(outcome.decision.events) or record.kind not in _WORDS_ONLY
    most = app.settings.limits.answers_per_day * (_TO_ORDERS if much else _TO_WORDS)
    allowed, total = answer_allowed(app.store.note(answers), today, most)
    notes: dict[str, str | None] = {same: marks}
    if not (again and allowed):
        return _Kept(tuple(x for x in outcome.decision.letters if not x.answers), notes, too_many=True)
    return _Kept(outcome.decision.letters, notes | {answers: total}, too_many=False)


def _meaning(outcome: Outcome) -> str:
    """What makes a colleague's mail the same as another: its files, else its words, and the states that it changes.

    A machine that sends a file back writes other words around it each time; one that hands our own words back, another reference.
    """
    assert outcome.record is not None
    files = " ".join(sorted(outcome.record.documents))
    words = own_text(outcome.message).text if outcome.message is not None and not files else ""
    changed = sorted({id_ for event in outcome.decision.events for id_ in event.about()})
    return _digest(repr((files, without_tokens(words), changed)))


def _met(note: str | None, today: date, mark: str) -> tuple[bool, str]:
    """Whether what bears this mark may be answered once more today, and the note of the day's marks to keep."""
    written, _, told = (note or "").partition(" ")
    marks = told.split() if written == today.isoformat() else []
    kept = [*marks, mark][-_MARKS:]
    return marks.count(mark) < _SAME_WORDS, " ".join((today.isoformat(), *kept))


def _about_debtor(app: App, outcome: Outcome) -> _Kept:
    """Notices and receipts about one debtor: nothing twice between two statements, and of each sort so many a day beyond the first."""
    today, notes, kept, too_many = app.clock.now().date(), dict[str, str | None](), list[Letter](), False
    for letter in outcome.decision.letters:
        if not letter.account or letter.kind not in (
            LetterKind.ACTION_NOTICE,
            LetterKind.RECEIPT,
            LetterKind.PLAN_QUESTION,
        ):
            kept.append(letter)
            continue
        told_key, count_key = f"told:{letter.account}:{letter.kind}", f"answers:told:{letter.account}:{letter.kind}"
        told = (notes.get(told_key) or app.store.note(told_key) or "").split()
        mark, sort = _mark(outcome, letter), _digest(f"{letter.code} {today}")
        if mark in told:
            continue
        allowed, count = answer_allowed(
            notes.get(count_key) or app.store.note(count_key), today, app.settings.limits.answers_per_day
        )
        too_many |= not allowed
        if allowed or sort not in told:
            kept.append(letter)
            notes[count_key] = count
            notes[told_key] = " ".join([*(m for m in told if m != sort), sort, mark][-2 * _REMEMBERED :])
    return _Kept(tuple(kept), notes, too_many)


def _news_again(outcome: Outcome) -> dict[str, str | None]:
    """Forgets what was told about the accounts that a colleague has changed: the same words of a debtor mean something new after it."""
    changed = {id_ for event in outcome.decision.events for id_ in event.about()}
    items = {i.invoice.debtor for id_ in changed if (i := outcome.ledger.items.get(id_)) is not None}
    accounts = items | (changed & outcome.ledger.accounts.keys())
    return {f"told:{account}:{LetterKind.ACTION_NOTICE}": None for account in accounts}


def _mark(outcome: Outcome, letter: Letter) -> str:
    """What makes a letter about a debtor another one: its case, its items and its words, and that a statement went out since."""
    account = outcome.ledger.accounts.get(letter.account)
    statements = len(account.statements) if account is not None else 0
    words = "" if letter.kind is LetterKind.RECEIPT else letter.words
    documents = [enclosure.document for enclosure in letter.enclosures]
    return _digest(
        repr((statements, letter.code, letter.items, letter.on, letter.facts, documents, " ".join(words.split())))
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _alarm(app: App, sender: str, summary: str = _TOO_OFTEN) -> Iterator[Letter]:
    agency, now = app.settings.agency, app.clock.now()
    cause = "unproved" if summary == _UNASKED else "loop"
    key = f"operator:{cause}:{sender}:{now:%Y-%m}"
    if app.store.mail(key) is None:
        facts = (("summary", summary), ("address", sender))
        yield to_operator(agency, key, facts)
