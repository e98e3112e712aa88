"""Whether a mail is about one case and nothing else, so that it may be shown as a whole to whoever takes that case over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.domain.index import Term
from agent.domain.names import fold_name
from agent.intake.classify import MailKind
from agent.intake.extract import attached_messages, files_of
from agent.intake.threads import number_terms
from agent.mail.message import Message
from agent.mail.visible import visible_text
from agent.parsers.replies.clauses import fold
from agent.parsers.replies.known import Known, named_in, stems_said
from agent.ports import Store
from agent.reports.dossier import Case

# A piece of text is looked through at a time; who writes more than all of them is not vouched for.
_PIECE, _OVERLAP, _MOST = 3_500, 300, 200_000
# Another creditor's number is told from an accident when it is as long as this.
_UNMISTAKABLE = 6
_MOST_ALIKE = 200
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,150}")
# Mails whose files are the creditor's: each of them must be known as this case's own.
_WITH_DOCUMENTS = frozenset({MailKind.HANDOVER.value, MailKind.INSTRUCTION.value, MailKind.PROOF_ANSWER.value})


def belongs(store: Store, case: Case, message: Message, kind: str) -> bool:
    """Whether nothing in this mail names another debtor, another's invoice or a document that is not this case's."""
    text = "\n".join(_texts(message))
    if len(text) > _MOST:
        return False
    if kind in _WITH_DOCUMENTS and not _only_own_files(case, message):
        return False
    pieces = (text[at : at + _PIECE + _OVERLAP] for at in range(0, len(text) or 1, _PIECE))
    return not any(_names_others(store, case, piece) for piece in pieces)


def own_documents(case: Case) -> frozenset[str]:
    """The SHA-256 of every invoice of the case."""
    return frozenset(
        sha for item in case.items for sha in (item.invoice.document, *item.invoice.other_documents) if sha
    )


def _texts(message: Message) -> tuple[str, ...]:
    """Everything that a mail shows to whoever opens it: who wrote to whom, subject, both forms of its text, and what its files are called."""
    return tuple(text for one in (message, *attached_messages(message)) for text in _shown(one))


def _shown(message: Message) -> Iterator[str]:
    yield from (message.subject, message.text, visible_text(message.html))
    yield from (f"{one.name} <{one.address}>" for one in (message.sender, *message.to, *message.cc))
    yield from (file.filename for file in message.attachments)


def _only_own_files(case: Case, message: Message) -> bool:
    files, problems = files_of(message)
    own = own_documents(case)
    return not problems and all(file.looks == "picture" or file.sha256 in own for file in files)


def _names_others(store: Store, case: Case, text: str) -> bool:
    return (
        _numbers_others(store, case, text) or _writes_to_others(store, case, text) or _calls_others(store, case, text)
    )


def _numbers_others(store: Store, case: Case, text: str) -> bool:
    """Whether a number in the text is that of an item of another account, and not one of this account's as well."""
    hits = store.find(number_terms(text))
    items = store.ledger(id_ for ids in hits.values() for id_ in ids).items
    for term, ids in hits.items():
        found = [items[id_] for id_ in ids if id_ in items]
        if any(item.invoice.debtor == case.account.id for item in found):
            continue
        if any(item.creditor == case.creditor.id or _unmistakable(term) for item in found):
            return True
    return False


def _writes_to_others(store: Store, case: Case, text: str) -> bool:
    """Whether an address in the text is another debtor's of this creditor, and not this one's as well."""
    wanted = [("address", address.lower().rstrip(".")) for address in dict.fromkeys(_ADDRESS.findall(text))]
    hits = store.find(wanted, case.creditor.id) if wanted else {}
    return any(ids and case.account.id not in ids for ids in hits.values())


def _unmistakable(term: Term) -> bool:
    return len(term[1]) >= _UNMISTAKABLE


def _calls_others(store: Store, case: Case, text: str) -> bool:
    """Whether the text names another debtor of this creditor, by a name that is not part of this one's own."""
    stems = [("stem", stem) for stem in stems_said(text)][:60]
    hits = store.find(stems, case.creditor.id) if stems else {}
    ids = list(dict.fromkeys(id_ for found in hits.values() for id_ in found if id_ != case.account.id))[:_MOST_ALIKE]
    own = fold_name(case.account.name)
    names = tuple((a.id, a.name) for a in store.ledger(ids).accounts.values() if fold_name(a.name) not in own)
    return bool(named_in(" ".join(fold(text).split()), Known(names=names)).accounts) if names else False
