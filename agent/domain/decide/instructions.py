"""What follows from the plain words of a creditor's people: settle, hold, correct, answer a question. Confirmed back, or asked."""

from __future__ import annotations

from collections.abc import Sequence

from agent.domain.decide import accounts_guard
from agent.domain.decide.acts import ACTS, OF_OPEN_ITEMS, ONE_AT_A_TIME, SUMS
from agent.domain.decide.answers import answered, yes_no
from agent.domain.decide.context import Context, Decision, merged
from agent.domain.decide.corrections import correct
from agent.domain.decide.credit_notes import with_set_offs
from agent.domain.decide.formal_notices import NOTICE
from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.decide.on_account import MONEY_TOLD, money_told
from agent.domain.decide.papers import PAPERS
from agent.domain.decide.payments import Reported, ask_which
from agent.domain.decide.phases import answers_outright
from agent.domain.decide.plan_money import told_on_plan
from agent.domain.decide.questions import close_moot, one_at_a_time
from agent.domain.decide.releases import released
from agent.domain.decide.rereading import reread
from agent.domain.decide.targets import meant_items
from agent.domain.decide.told_payments import of_this_sum, told_paid
from agent.domain.decide.undoing import NO_PAST, Past, undo
from agent.domain.findings import Instruction, InstructionReading
from agent.domain.index import number_term
from agent.domain.ledger import Ledger, OpenItem, Question
from agent.domain.letters import LetterKind
from agent.domain.parties import Role
from agent.domain.releases import TOPICS

# What only the owner may do; the rest is open to his staff as well.
_OWNERS = frozenset({"withdraw", "write_off", "escalate", "amicable", "iban", NOTICE, *PAPERS, *accounts_guard.CHOICES})

# What answers a list of statements that are about to leave.
_OF_LISTS = frozenset({"release", "sent", "choose", "approve", "refuse"})


def instructed(
    ledger: Ledger,
    reading: InstructionReading,
    about: Sequence[str],
    question: Question | None,
    context: Context,
    past: Past = NO_PAST,
) -> Decision:
    """The decision about one mail of a proved owner or colleague.

    `about` are the items of the letter that he answers, `question` the question of it, `past` what it told of. Numbers and names in
    his words outrank them.
    """
    corrections = [i for i in reading.instructions if i.kind == "correct"]
    others = [i for i in reading.instructions if i.kind != "correct"]
    decisions, before = [], ledger
    if corrections:
        decisions.append(_correct(ledger, corrections, about, context))
        ledger = decisions[-1].after(ledger)
    for instruction in others:
        if instruction.kind in ("undo", "reading"):
            decision = _of_the_past(ledger, instruction, about, past, context)
        else:
            decision = _instructed(ledger, instruction, about, question, context)
        ledger = decision.after(ledger)
        decisions.append(decision)
    if not decisions:
        return nothing_handed_over(context, "not_understood")
    decision = with_set_offs(before, one_at_a_time(before, _one_refusal(merged(decisions)), context), context)
    return close_moot(before, decision, context)


def _of_the_past(
    ledger: Ledger, instruction: Instruction, about: Sequence[str], past: Past, context: Context
) -> Decision:
    if instruction.kind == "reading":
        return reread(ledger, past, instruction, context)
    if instruction.numbers or instruction.accounts:
        past = past.of_states(i.id for i in meant_items(ledger, instruction, about, context))
    return undo(ledger, past, instruction.words, context)


def _instructed(
    ledger: Ledger, instruction: Instruction, about: Sequence[str], question: Question | None, context: Context
) -> Decision:
    if context.role is not Role.OWNER and instruction.kind in _OWNERS:
        return nothing_handed_over(context, "not_allowed")
    if question is not None and question.topic in TOPICS and instruction.kind in _OF_LISTS:
        return released(ledger, question, instruction, context)
    if instruction.kind == "choose":
        return _chosen(ledger, instruction, question, context)
    if question is not None and not question.is_open:
        question = None
    if question is not None and instruction.kind in ("approve", "refuse") and (codes := yes_no(question)):
        return answered(ledger, question, codes[instruction.kind == "refuse"], context)
    if question is not None and not instruction.until and answers_outright(question, instruction):
        return answered(ledger, question, instruction.kind, context)
    items = meant_items(ledger, instruction, about, context)
    if instruction.kind in MONEY_TOLD:
        return money_told(ledger, instruction, items, context)
    if items:
        return _acted(ledger, items, instruction, context)
    if instruction.kind in SUMS and instruction.amount and not instruction.numbers:
        return of_this_sum(ledger, instruction, context)
    return nothing_handed_over(context, "unknown_number" if instruction.numbers else "not_understood")


def _acted(ledger: Ledger, items: tuple[OpenItem, ...], instruction: Instruction, context: Context) -> Decision:
    if instruction.kind in SUMS:
        return told_on_plan(ledger, items, instruction, context) or told_paid(items, instruction, context)
    act = ACTS.get(instruction.kind)
    if act is None:
        return nothing_handed_over(context, "not_understood")
    if instruction.kind in OF_OPEN_ITEMS:
        items = tuple(i for i in items if i.is_open) or items
    if _may_mean_others(items, instruction):
        return ask_which(items, Reported(words=instruction.words), context, kind=instruction.kind)
    return act(ledger, items, instruction, context)


def _may_mean_others(items: Sequence[OpenItem], instruction: Instruction) -> bool:
    """Whether an order that concerns one thing meets several. A formal notice asks for all that its debtor owes, of one debtor."""
    named = {number_term(n) for n in instruction.numbers}
    if instruction.kind == NOTICE:
        return len({i.invoice.debtor for i in items}) > max(len(named), len(instruction.accounts), 1)
    outright = instruction.every and bool(instruction.accounts or instruction.excepted)
    return len(items) > max(len(named), 1) and instruction.kind in ONE_AT_A_TIME and not outright


def quoted(ledger: Ledger, reading: InstructionReading, about: Sequence[str], context: Context) -> Decision:
    """The decision about the words of others that one of the creditor's people hands on: a payment they tell of is asked about.

    Mails get forwarded, and a forwarded mail hands its rights to nobody: whatever else it orders is nothing to us.
    """
    told = [i for i in reading.instructions if i.kind in ("paid", "part_paid")]
    asked = []
    for instruction in told:
        items = [i for i in meant_items(ledger, instruction, about, context) if i.is_open and i.balance.amount > 0]
        if items:
            reported = Reported(instruction.amount, instruction.on, instruction.words)
            asked.append(ask_which(items, reported, context))
    return merged(asked) if asked else nothing_handed_over(context, "not_understood")


def _correct(ledger: Ledger, corrections: Sequence[Instruction], about: Sequence[str], context: Context) -> Decision:
    """Corrections belong to the item whose number their line names, else to the only item (or only doubtful one) of the letter."""
    if context.role is not Role.OWNER and any(c.field == "iban" for c in corrections):
        return nothing_handed_over(context, "not_allowed")
    new = [c for c in corrections if c.field == "iban" and accounts_guard.is_foreign(c.value, context)]
    decisions = []
    for told in new:
        decisions.append(_told_account(ledger, told, about, context))
        ledger = decisions[-1].after(ledger)
    corrections = [c for c in corrections if c not in new]
    for aim in dict.fromkeys((c.numbers, c.accounts) for c in corrections):
        mine = [c for c in corrections if (c.numbers, c.accounts) == aim]
        named = meant_items(ledger, mine[0], about, context)
        doubtful = [i for i in named if i.doubts]
        chosen = doubtful if len(doubtful) == 1 else list(named)
        if (
            all(c.field in ("debtor_email", "postal_address") for c in mine)
            and len({i.invoice.debtor for i in chosen}) == 1
        ):
            # an address is the account's, whichever of its invoices is looked at
            chosen = chosen[:1]
        if len(chosen) != 1:
            decisions.append(nothing_handed_over(context, "which_invoice" if chosen else "not_understood"))
            continue
        decisions.append(correct(ledger, chosen[0], mine, context))
        ledger = decisions[-1].after(ledger)
    return merged(decisions)


def _told_account(ledger: Ledger, told: Instruction, about: Sequence[str], context: Context) -> Decision:
    """An account that is not known yet is asked back, whatever it was told for."""
    meant = [i for i in meant_items(ledger, told, about, context) if i.is_open]
    return accounts_guard.account_told(ledger, told.value, meant[0] if len(meant) == 1 else None, context)


def _one_refusal(decision: Decision) -> Decision:
    """The decision with one refusal at most: they share the key of the mail that they answer."""
    refusals = [letter for letter in decision.letters if letter.kind is LetterKind.REFUSAL]
    return Decision(decision.events, tuple(x for x in decision.letters if x not in refusals[1:]))


def _chosen(ledger: Ledger, instruction: Instruction, question: Question | None, context: Context) -> Decision:
    if question is None:
        return nothing_handed_over(context, "not_understood")
    answer = _choice_of(question, instruction)
    if not question.is_open and not accounts_guard.may_answer_again(question, answer):
        return nothing_handed_over(context, "question_closed")
    if not answer:
        return nothing_handed_over(context, "not_understood")
    if context.role is not Role.OWNER and _OWNERS & {answer, *question.detail.split(maxsplit=1)[:1]}:
        return nothing_handed_over(context, "not_allowed")
    return answered(ledger, question, answer, context)


def _choice_of(question: Question, instruction: Instruction) -> str:
    """The code that an answer chooses; those of several items joined by +, "" when it chooses nothing that was offered."""
    named = instruction.field == question.topic
    if named or (instruction.value in question.choices and not instruction.choices):
        return instruction.value
    items = [c for c in question.choices if c in question.subjects]
    wanted = (instruction.choice,) if instruction.choice else instruction.choices
    places = [n for n in wanted if n is not None and n > 0]
    if any(n < 0 for n in instruction.choices):
        places = [n for n, _ in enumerate(items, 1) if -n not in instruction.choices]
    if not all(1 <= n <= len(question.choices) for n in places):
        return ""
    chosen = [question.choices[n - 1] for n in places]
    return "+".join(chosen) if len(chosen) == 1 or all(c in items for c in chosen) else ""
