"""Whether a mail is about one case and nothing else, so that it may be shown as a whole to whoever takes that case over."""

from __future__ import annotations

from agent.domain.index import Term
from agent.domain.names import fold_name
from agent.intake.classify import MailKind
from agent.intake.extract import attached_messages, files_of
from agent.intake.threads import number_terms
from agent.mail.message import Message
from agent.parsers.replies.clauses import fold
from agent.parsers.replies.known import Known, named_in, stems_said
from agent.ports import Store
from agent.reports.dossier import Case

# A piece of text is looked through at a time; who writes more than all of them is not vouched for.
_PIECE, _OVERLAP, _MOST = 3_500, 300, 200_000
# Another creditor's number is told from an accident when it is as long as this.
_UNMISTAKABLE = 6
_MOST_ALIKE = 200
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
    inner = tuple(attached_messages(message))
    return tuple(f"{one.subject}\n{one.text}" for one in (message, *inner))


def _only_own_files(case: Case, message: Message) -> bool:
    files, problems = files_of(message)
    own = own_documents(case)
    return not problems and all(file.looks == "picture" or file.sha256 in own for file in files)


def _names_others(store: Store, case: Case, text: str) -> bool:
    return _numbers_others(store, case, text) or _calls_others(store, case, text)


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
