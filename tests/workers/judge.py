"""What must hold when all is at rest: nothing lost, nothing twice, nothing wrong, whoever did the work and whatever happened to him."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent.domain.events import InvoiceRegistered
from agent.domain.letters import LetterKind
from agent.domain.payment_events import PaymentReceived
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.ports import Box, MessageRecord
from tests.torture.checks import Findings, half_done
from tests.workers.crowd import Posted
from tests.workers.world import Taken, World

# Mails that tell of many things, by their key alone: nobody's mail is answered by them.
_OF_THE_HOUSE = frozenset({LetterKind.STATEMENT.value, LetterKind.OPERATOR.value})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a walk left.

    Attributes:
        posted: every mail that was put into a mailbox, in the order of its sender.
        records: what the books say of received mails, oldest first. outbox: of those that were written.
        numbers: of each item its creditor and invoice number.
        registered, paid: the items of the events, one for each.
        folders: by mailbox and folder, the Message-IDs of what lies there. copies: how often each lies among the sent ones.
        taken: what the relays took. problems: what `verify` and the harness itself found.
    """

    posted: Sequence[Posted]
    records: Sequence[MessageRecord]
    outbox: Sequence[OutgoingMail]
    numbers: Mapping[str, str]
    registered: Sequence[str]
    paid: Sequence[str]
    folders: Mapping[str, Mapping[str, Sequence[str]]]
    copies: Mapping[str, int]
    taken: Sequence[Taken]
    problems: Sequence[str] = ()


def gathered(world: World) -> Evidence:
    """The evidence of a walk that came to rest and whose workers are gone."""
    store = world.books()
    outbox = list(store.outbox(tuple(OutboxState)))
    events = [stored.event for stored in store.events()]
    return Evidence(
        posted=tuple(world.posted),
        records=list(store.messages())[::-1],
        outbox=outbox,
        numbers={item.id: item.invoice.number for item in store.items()},
        registered=[event.item for event in events if isinstance(event, InvoiceRegistered)],
        paid=[event.item for event in events if isinstance(event, PaymentReceived)],
        folders=world.in_folders(),
        copies=world.in_sent(),
        taken=tuple(world.taken),
        problems=[*(f"verify: {problem}" for problem in store.verify()), *half_done(store, outbox), *world.ended],
    )


def judge(evidence: Evidence) -> Findings:
    """What is wrong with it."""
    return Findings(
        lost={*_unhandled(evidence), *_lying_nowhere(evidence), *_unbooked(evidence), *_never_left(evidence)},
        twice={*_handled_twice(evidence), *_lying_twice(evidence), *_booked_twice(evidence), *_taken_twice(evidence)},
        wrong={
            *evidence.problems,
            *_misfiled(evidence),
            *_out_of_order(evidence),
            *_unknown(evidence),
            *_after_payment(evidence),
        },
    )


def held(evidence: Evidence) -> int:
    """How many mails a person must decide about."""
    return sum(mail.state is OutboxState.HELD for mail in evidence.outbox)


def _unhandled(evidence: Evidence) -> Iterator[str]:
    known = {record.key for record in evidence.records}
    yield from (f"{m.message_id} ({m.sort}) is not in the books" for m in evidence.posted if m.key not in known)


def _handled_twice(evidence: Evidence) -> Iterator[str]:
    for key, count in Counter(record.key for record in evidence.records).items():
        if count > 1:
            yield f"{key} is in the books {count} times"


def _lying_nowhere(evidence: Evidence) -> Iterator[str]:
    posted, lying = _posted_and_lying(evidence)
    yield from (f"{id_} lies in no folder of {mailbox}" for mailbox, id_ in posted - lying)


def _lying_twice(evidence: Evidence) -> Iterator[str]:
    posted, lying = _posted_and_lying(evidence)
    yield from (f"{id_} lies in {mailbox} once too often" for mailbox, id_ in lying - posted)
    yield from (f"{id_} lies among the sent ones {count} times" for id_, count in evidence.copies.items() if count > 1)


def _posted_and_lying(evidence: Evidence) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    lying = [(box, id_) for box, folders in evidence.folders.items() for ids in folders.values() for id_ in ids]
    return Counter((mail.mailbox, mail.message_id) for mail in evidence.posted), Counter(lying)


def _misfiled(evidence: Evidence) -> Iterator[str]:
    """Mails that lie elsewhere than the books say."""
    boxes = {record.message_id: record.box.value for record in evidence.records if record.message_id}
    for folders in evidence.folders.values():
        for folder, ids in folders.items():
            yield from (
                f"{id_} lies in {folder}, and the books say {boxes[id_]}"
                for id_ in ids
                if boxes.get(id_, folder) != folder
            )
            if folder == Box.INBOX.value:
                yield from (f"{id_} was left in the inbox" for id_ in ids)


def _unbooked(evidence: Evidence) -> Iterator[str]:
    for what, items in (("registers", evidence.registered), ("pays", evidence.paid)):
        booked = {evidence.numbers.get(item) for item in items}
        told = (getattr(mail, what) for mail in evidence.posted)
        yield from (f"{number}: what {what} it is not booked" for number in told if number and number not in booked)


def _booked_twice(evidence: Evidence) -> Iterator[str]:
    for what, items in (("registered", evidence.registered), ("paid", evidence.paid)):
        for number, count in Counter(evidence.numbers.get(item, item) for item in items).items():
            if count > 1:
                yield f"{number} was {what} {count} times"


def _out_of_order(evidence: Evidence) -> Iterator[str]:
    """Mails of one person that were handled before an earlier one of his."""
    place = {}
    for number, mail in enumerate(evidence.posted):
        place.setdefault(mail.key, (number, mail.sender))
    latest: dict[str, int] = {}
    for record in evidence.records:
        number, sender = place.get(record.key, (-1, ""))
        if number < latest.get(sender, -1):
            yield f"{record.message_id} of {sender} was handled after a later one"
        latest[sender] = max(number, latest.get(sender, -1))


def _taken_twice(evidence: Evidence) -> Iterator[str]:
    """Mails that reached somebody a second time: the same mail, another for the same purpose, or a second statement in one scene."""
    by_id = {mail.message_id: mail for mail in evidence.outbox}
    ids, answers, statements = Counter[tuple[str, str]](), defaultdict(set), defaultdict(set)
    for taken in evidence.taken:
        mail = by_id.get(taken.message_id)
        for to in taken.recipients:
            ids[taken.message_id, to] += 1
            if mail is None:
                continue
            if mail.kind == LetterKind.STATEMENT.value:
                statements[to, mail.debtor, taken.scene].add(mail.key)
            elif mail.in_reply_to and mail.kind not in _OF_THE_HOUSE:
                answers[to, mail.kind, mail.in_reply_to].add(mail.key)
    yield from (f"{id_} reached {to} {count} times" for (id_, to), count in ids.items() if count > 1)
    for (to, debtor, scene), keys in statements.items():
        if len(keys) > 1:
            yield f"{to} got {len(keys)} statements of {debtor} in scene {scene}"
    for (to, kind, answered), keys in answers.items():
        if len(keys) > 1:
            yield f"{to} got {len(keys)} times {kind} about {answered}: {sorted(keys)}"


def _never_left(evidence: Evidence) -> Iterator[str]:
    """Mails that the books call sent and nobody took, and those that wait for ever."""
    taken = {mail.message_id for mail in evidence.taken}
    for mail in evidence.outbox:
        if mail.state is OutboxState.SENT and mail.message_id not in taken:
            yield f"{mail.key} is called sent and never left"
        if mail.state is OutboxState.SENDING:
            yield f"{mail.key} is in sending for ever"


def _unknown(evidence: Evidence) -> Iterator[str]:
    """Mails that left and of which the books say that they did not, or nothing; sent ones without their copy."""
    by_id = {mail.message_id: mail for mail in evidence.outbox}
    for id_ in {mail.message_id for mail in evidence.taken}:
        mail = by_id.get(id_)
        if mail is None:
            yield f"{id_} was sent and is not in the books"
        elif mail.state in (OutboxState.CANCELLED, OutboxState.FAILED, OutboxState.QUEUED) and mail.sent_at is None:
            yield f"{mail.key} is {mail.state.value} and left"
    for mail in evidence.outbox:
        if mail.state is OutboxState.SENT and not evidence.copies.get(mail.message_id):
            yield f"{mail.key} has no copy among the sent ones"


def _after_payment(evidence: Evidence) -> Iterator[str]:
    """Statements that left in a later scene than that in which the payment was handed in."""
    paid = {mail.pays: mail.scene for mail in evidence.posted if mail.pays}
    by_id = {mail.message_id: mail for mail in evidence.outbox if mail.kind == LetterKind.STATEMENT.value}
    for taken in evidence.taken:
        mail = by_id.get(taken.message_id)
        for item in mail.about if mail else ():
            number = evidence.numbers.get(item, "")
            if paid.get(number, taken.scene) < taken.scene:
                yield f"{number} was paid, and {taken.message_id} asked for it"
