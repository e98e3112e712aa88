"""The terms under which a state is found again: exact values, no scan."""

from agent.domain.layouts import KnownLayout
from agent.domain.ledger import DebtorAccount, OpenItem, Question, State
from agent.domain.matching import terms as payments
from agent.domain.names import name_stems
from agent.domain.payees import PayeeAccount

Term = tuple[str, str]


def number_term(number: str) -> Term:
    """The term of an invoice number: letters and digits only, upper case, so that 2026/118 and 2026-118 meet."""
    return ("number", "".join(c for c in number.upper() if c.isalnum()))


def terms(state: State) -> frozenset[Term]:
    """All terms of this state.

    Kinds: `number`, `reference` (compact), `document` (SHA-256), `debtor` (account id), `open` (account id, while anything is owed or in credit),
    `payee` (a foreign IBAN on an open item) and `credits` (number that a credit note names) for items; `address`, `party` (VAT or enterprise number) and `stem` (of the name's words) for accounts; `subject` for open questions.
    Those by which payments find items and accounts stand in agent.domain.matching.terms.
    """
    match state:
        case OpenItem():
            found = _item_terms(state)
        case DebtorAccount():
            found = {("address", c.address) for c in state.contacts}
            found |= {("party", state.number), *(("stem", stem) for stem in name_stems(state.name))}
            found |= payments.of_account(state)
        case Question():
            found = {("subject", s) for s in state.subjects} if state.is_open else set()
        case KnownLayout() | PayeeAccount():
            found = set()
    return frozenset((kind, value) for kind, value in found if value)


def _item_terms(item: OpenItem) -> set[Term]:
    invoice = item.invoice
    found = {
        number_term(invoice.number),
        ("reference", "".join(c for c in invoice.reference.upper() if c.isalnum())),
        ("debtor", invoice.debtor),
        *(("lack", lack) for lack in item.named),
        *(("credits", number_term(number)[1]) for number in invoice.corrects),
        *(("document", sha) for sha in (invoice.document, *invoice.other_documents)),
    }
    if item.is_open:
        found |= {("payee", account) for account in invoice.foreign_ibans}
    if item.is_open or item.balance.amount < 0:
        found.add(("open", invoice.debtor))
    return found | payments.of_item(item)
