"""What follows when a mail to a debtor breaks a rule: it is not written, the operator and the creditor hear of it once.

A note a creditor keeps whose debtors are waiting and by which rules; it is empty again once their mails have left, and until then
the accounts are looked at again every day and whenever the configuration was read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agent.domain import events as ev
from agent.domain.decide import Context, Decision
from agent.domain.guard_case import NOTICE, Breach, Case
from agent.domain.guard_mentions import announced_by
from agent.domain.letters import TO_DEBTORS, Letter, LetterKind, to_operator
from agent.domain.parties import Agency
from agent.mail.outgoing import OutgoingMail
from agent.outbox.compose import mail_id
from agent.outbox.views import Page
from agent.ports import Store
from agent.service.guarding import breaches

# Rules kept of one creditor's waiting debtors: a note stays a note.
_MOST_ACCOUNTS = 2_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """A mail that is not written, and why."""

    kind: str
    key: str
    debtor: str
    items: tuple[str, ...]
    breaches: tuple[Breach, ...]

    @property
    def waits(self) -> bool:
        """Whether it ends by itself: nobody needs to be told."""
        return any(breach.until for breach in self.breaches)


@dataclass(slots=True)
class Screen:
    """What composing one decision's letters brought: mails refused, statements that announce something, debtors written to."""

    refused: list[Refusal] = field(default_factory=list)
    announced: dict[str, tuple[str, ...]] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)

    def lets(self, letter: Letter, case: Case | None, mail: OutgoingMail, page: Page) -> bool:
        """Whether this mail may be queued; remembers why not."""
        if letter.kind not in TO_DEBTORS:
            return True
        found = breaches(case, mail, page) if case is not None else ()
        if found or case is None:
            self.refused.append(Refusal(letter.kind.value, letter.key, letter.account, letter.items, found))
            return False
        self.announced[letter.key] = announced_by(case)
        self.written.append(letter.account)
        return True

    def announcing(self, decision: Decision) -> Decision:
        """The decision whose statements say what they announce."""
        if not any(self.announced.values()):
            return decision
        events = tuple(
            replace(e, mentions=self.announced.get(e.mail, ())) if isinstance(e, ev.StatementQueued) else e
            for e in decision.events
        )
        return Decision(events, decision.letters)


def without(decision: Decision, refused: Iterable[Refusal]) -> Decision:
    """The decision without these mails and what rests on them: a statement that is not written does not count."""
    keys = {refusal.key for refusal in refused}
    keys |= {f"notice_ordered:{key}" for key in keys}
    events = tuple(e for e in decision.events if not _rests_on(e, keys, decision))
    return Decision(events, tuple(letter for letter in decision.letters if letter.key not in keys))


def _rests_on(event: ev.Event, keys: set[str], decision: Decision) -> bool:
    """Whether an event says that one of these mails was written, or that a question was answered by ordering it."""
    if isinstance(event, ev.QuestionAnswered):
        ordered = [e for e in decision.events if isinstance(e, ev.NoticeQueued)]
        return event.answer == NOTICE and any(e.mail in keys for e in ordered)
    return isinstance(event, ev.StatementQueued | ev.NoticeQueued) and event.mail in keys


def waiting(store: Store, creditor: str) -> dict[str, list[str]]:
    """The accounts of this creditor whose mails are refused, each with the names of the rules."""
    found = json.loads(store.note(_note(creditor)) or "{}")
    return {str(account): [str(name) for name in names] for account, names in found.items()}


def told(
    store: Store, context: Context, agency: Agency, refused: Iterable[Refusal], names: Mapping[str, str]
) -> tuple[tuple[Letter, ...], dict[str, str | None]]:
    """The letters that tell of these refusals, once for each rule and creditor, and the note that remembers it.

    `names` are the debtors' names by account.
    """
    before = waiting(store, context.creditor.id)
    known = {name for rules in before.values() for name in rules}
    letters: list[Letter] = []
    for refusal in refused:
        if refusal.waits:
            continue
        fresh = [breach for breach in refusal.breaches if breach.rule.name not in known]
        known |= {breach.rule.name for breach in fresh}
        if fresh:
            letters += _letters(refusal, fresh, context, agency, names.get(refusal.debtor, ""))
        if refusal.debtor and (refusal.debtor in before or len(before) < _MOST_ACCOUNTS):
            rules = [breach.rule.name for breach in refusal.breaches]
            before[refusal.debtor] = sorted({*before.get(refusal.debtor, ()), *rules})
    return tuple(letters), {_note(context.creditor.id): json.dumps(before) if before else None}


def cleared(store: Store, creditor: str, written: Iterable[str]) -> dict[str, str | None]:
    """The note without the accounts that are written to now; empty when none of them was waiting."""
    before = waiting(store, creditor)
    left = {account: rules for account, rules in before.items() if account not in set(written)}
    return {} if left == before else {_note(creditor): json.dumps(left) if left else None}


def _note(creditor: str) -> str:
    return f"refused:{creditor}"


def _letters(
    refusal: Refusal, fresh: Sequence[Breach], context: Context, agency: Agency, name: str
) -> Iterable[Letter]:
    """One to the operator with every rule, one to the creditor with the first."""
    moment, creditor = context.now.isoformat(), context.creditor
    rules = ((b.rule.name, f"{b.rule.source} ({b.rule.mark})", b.detail, b.rule.remedy) for b in fresh)
    yield to_operator(
        agency,
        f"operator:refused:{refusal.key}:{moment}",
        (
            ("mail", f"{refusal.kind} {mail_id(refusal.key)}"),
            ("client", creditor.name),
            ("debtor", name or refusal.debtor),
            *(
                fact
                for rule in rules
                for fact in zip(("rule", "rule_source", "broken_by", "remedy"), rule, strict=True)
            ),
        ),
        "refused_by_law",
    )
    yield Letter(
        kind=LetterKind.ACTION_NOTICE,
        key=f"notice:not_written:{refusal.key}:{moment}",
        to=(creditor.owner.address,),
        creditor=creditor.id,
        language=context.language,
        code="not_written",
        items=refusal.items,
        account=refusal.debtor,
        on=context.today,
        facts=(("rule", fresh[0].rule.name),),
    )
