"""What is to be known of a mail before it is decided what it is: proof, traces of our letters, files, readings of reports."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from agent.domain.parties import Role
from agent.domain.references import structured_communication
from agent.intake.classify import Evidence, classify
from agent.intake.directory import Sender, identify_sender
from agent.intake.extract import DOCUMENTS, File, attached_messages, files_of
from agent.intake.threads import named_terms, traces
from agent.mail.authentication import Proof, prove
from agent.mail.automatic import automatic
from agent.mail.echo import without_our_words
from agent.mail.forwards import Forwarded, forwarded
from agent.mail.message import Address, Message
from agent.mail.outgoing import OutgoingMail
from agent.mail.quoting import own_text
from agent.parsers.replies.autoreply import read_autoreply
from agent.parsers.replies.bounce import read_bounce
from agent.service.app import App

# Traces of our letters whose words are known again when they come back.
_LETTERS = 20
# For whom an unproved mail is something else than a proved one, and who are asked once whether they wrote it, or not heard.
_TO_BE_PROVED = frozenset({Role.OWNER, Role.STAFF, Role.VIEWER, Role.BANK})
# Recipients of a mail who are looked for among the debtors.
_RECIPIENTS = 20


@dataclass(frozen=True, slots=True)
class Gathered:
    """A mail with everything that was found out about it.

    `recipients` are those of the originals that it hands on. `named` are the accounts whose case the mail names without proof: by our letter's trace, by a reference or by a number.
    `proved` says whether the mail's address was proved, whoever writes from it; `undecided` that it was not, may be later, and that the
    mail would then be another: nobody answers for the key of its signature now.
    """

    message: Message
    evidence: Evidence
    files: tuple[File, ...]
    problems: tuple[str, ...]
    forwards: tuple[Forwarded, ...]
    recipients: tuple[Address, ...]
    own: str
    named: tuple[str, ...]
    proved: bool = False
    undecided: bool = False


def gather(app: App, raw: bytes, message: Message, *, proved: bool = False) -> Gathered:
    """Everything about this mail; with `proved` its sender confirmed it by answering the one-time question."""
    answered = _answered(app, message)
    confirmed = Proof(passed=True, method="question", domain="", because="confirmed by the one-time question")
    proof = confirmed if proved else _proof(app, raw, message)
    sender = identify_sender(
        message, app.directory, proof, accounts=_accounts_at(app, message.sender.address), answered=answered
    )
    files, problems = files_of(message)
    astray = not proved and _meant_for_a_debtor(app, sender, message, files)
    if astray:
        sender = replace(sender, proved=False, because="written to a debtor, and not to us")
    own = own_text(message).text
    if answered is not None and answered.debtor:
        own = without_our_words(own, _our_words(app, message, answered))
    named = _named_accounts(app, message, own, answered) if sender.role in (Role.STRANGER, Role.DEBTOR) else ()
    report = read_bounce(message)
    evidence = Evidence(
        message=message,
        sender=sender,
        report=report,
        auto_reply=None if report else read_autoreply(message, _received(app, message)),
        automatic=automatic(message),
        answered=answered,
        # what was refused unread was meant to be read: its sender is told of it, not that his words were not understood
        documents=sum(f.looks in DOCUMENTS for f in files) + len(problems),
        statements=sum(f.looks in ("statement", "sheet") for f in files),
        names_case=bool(named),
    )
    forwards = _forwards(message)
    to, undecided = _recipients(forwards, message), proof.undecided and not astray and _proof_matters(evidence)
    return Gathered(message, evidence, files, problems, forwards, to, own, named, proof.passed, undecided)


def _proof_matters(evidence: Evidence) -> bool:
    """Whether this mail of a creditor's colleague or a bank would be another kind of mail if it was proved."""
    sender = evidence.sender
    as_proved = replace(evidence, sender=replace(sender, proved=True))
    return sender.role in _TO_BE_PROVED and classify(evidence) != classify(as_proved)


def _proof(app: App, raw: bytes, message: Message) -> Proof:
    """What proves the sender; one of whose creditors believes signatures alone is believed by nothing else."""
    trust = app.settings.trust
    people = app.directory.people.get(message.sender.address, ())
    creditors = (app.settings.creditor(id_) for id_, _ in people)
    return prove(
        raw,
        message,
        trusted_authserv_ids=trust.authserv_ids,
        lookup=app.lookup if trust.dkim else None,
        signed_only=any(creditor.signed_only for creditor in creditors if creditor is not None),
    )


def _meant_for_a_debtor(app: App, sender: Sender, message: Message, files: Iterable[File]) -> bool:
    """Whether words of a creditor's colleague, with no document beside them, went to a debtor and not to us.

    Who has such a mail may send it on to us, and its signature still holds (RFC 6376 §8.6): it proves who wrote, not for whom.
    """
    if sender.role not in (Role.OWNER, Role.STAFF) or any(file.looks not in ("scan", "picture") for file in files):
        return False
    to = [one.address for one in (*message.to, *message.cc)][:_RECIPIENTS]
    ours = {_without_tag(address) for address in to} & app.directory.ourselves
    return not ours and any(_accounts_at(app, address) for address in to)


def _without_tag(address: str) -> str:
    """The address without what stands behind a plus: relances+token@comptoir.example is ours."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _received(app: App, message: Message) -> date:
    return (message.date or app.clock.now()).date()


def _forwards(message: Message) -> tuple[Forwarded, ...]:
    """The original that this mail hands on, inline or attached, and what that one handed on."""
    found: list[Forwarded] = []
    inner = forwarded(message)
    while inner is not None:
        found.append(inner)
        inner = inner.inner
    return tuple(found)


def _recipients(forwards: Iterable[Forwarded], message: Message) -> tuple[Address, ...]:
    """To whom the originals went: those told in the text, and those of every attached mail."""
    told = [address for forward in forwards for address in (*forward.to, *forward.cc)]
    attached = [address for inner in attached_messages(message) for address in (*inner.to, *inner.cc)]
    return tuple(dict.fromkeys((*told, *attached)))


def _answered(app: App, message: Message) -> OutgoingMail | None:
    """The letter of ours that this mail answers, by Message-ID, else by reply token."""
    for trace in traces(message):
        mail = app.store.mail(trace)
        if mail is not None:
            return mail
    return None


def _our_words(app: App, message: Message, answered: OutgoingMail) -> str:
    """What our letters of this conversation say to the debtor, the latest of them at least."""
    letters = (app.store.mail(trace) for trace in itertools.islice(traces(message), _LETTERS))
    return "\n\n".join(m.text for m in letters if m is not None and m.debtor == answered.debtor)


def _accounts_at(app: App, address: str) -> tuple[tuple[str, str], ...]:
    ids = app.store.find([("address", address)]).get(("address", address), ()) if address else ()
    accounts = app.store.ledger(ids).accounts.values()
    return tuple((a.id, a.creditor) for a in accounts)


def _named_accounts(app: App, message: Message, own: str, answered: OutgoingMail | None) -> tuple[str, ...]:
    """The accounts of open items that this mail names; a short number names a case only beside its debtor's own name."""
    if answered is not None and answered.debtor:
        return (answered.debtor,)
    terms = named_terms(message, own)
    hits = app.store.find(terms) if terms else {}
    sure = {term for term in hits if _unmistakable(term)}
    items = app.store.ledger(id_ for term in sure for id_ in hits[term]).items.values()
    return tuple(dict.fromkeys(i.invoice.debtor for i in items if i.is_open and i.invoice.debtor))


def _unmistakable(term: tuple[str, str]) -> bool:
    kind, value = term
    if kind == "reference":
        return structured_communication(value) is not None or value.startswith("RF")
    return len(value) >= 6
