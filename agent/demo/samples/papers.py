"""Sample letters that bring the papers on a case: a dossier, one to hand over, a certificate; and those that cannot."""

from dataclasses import replace

from agent.domain.letters import Letter, LetterKind
from agent.mail.outgoing import Part
from agent.outbox.facts import Facts

_NAMES = {
    "dossier": "dossier 2027-041 2027-04-12.zip",
    "handed_over": "dossier 2027-041 2027-04-12.zip",
    "certificate": "certificate 2027-041.pdf",
}


def with_papers(letter: Letter) -> Letter:
    """A letter about papers, with by what the case is found, and to whom it may be forwarded; any other one as it is."""
    if letter.kind is not LetterKind.DOSSIER:
        return letter
    to = (("hand_over_to", "etude@huissier.example"),) if letter.code == "handed_over" else ()
    return replace(letter, facts=(("reference", "d1"), *to))


def enclosing(facts: Facts, kind: LetterKind, code: str) -> Facts:
    """The facts of such a letter, with the file that comes along."""
    name = _NAMES.get(code, "") if kind is LetterKind.DOSSIER else ""
    return replace(facts, invoice_copies=(Part(name, "application/zip", "c" * 64, 400_000),)) if name else facts
