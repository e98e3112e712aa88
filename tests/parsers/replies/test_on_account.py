"""What the creditor says about money that belongs to no invoice, heard in four languages, and what only sounds like it."""

from datetime import date
from decimal import Decimal

import pytest

from agent.parsers.replies.clauses import fold
from agent.parsers.replies.instruction import read_instructions
from agent.parsers.replies.known import Known
from agent.parsers.replies.on_account import money_kept

KNOWN = Known(names=(("d1", "Batiplus Construct SA"),), numbers=(("2026-118", Decimal("121.00")),))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("recu de batiplus un acompte sur compte de 500 eur", "on_account"),
        ("500 eur a valoir pour batiplus", "on_account"),
        ("gardez 50 eur en avoir pour batiplus", "on_account"),
        ("voorschot op rekening van 500 eur ontvangen van batiplus", "on_account"),
        ("hou 50 eur bij als tegoed voor batiplus", "on_account"),
        ("batiplus paid 500 eur on account", "on_account"),
        ("keep 50 eur as a credit for batiplus", "on_account"),
        ("batiplus hat 500 eur a conto gezahlt", "on_account"),
        ("50 eur als guthaben fur batiplus", "on_account"),
        ("imputez l'avoir sur 2026-118", "set_off"),
        ("verreken het tegoed met 2026-118", "set_off"),
        ("set off the credit against 2026-118", "set_off"),
        ("verrechnen sie das guthaben mit 2026-118", "set_off"),
        ("j'ai rembourse batiplus", "refunded"),
        ("terugbetaald aan batiplus", "refunded"),
        ("refunded to batiplus", "refunded"),
        ("an batiplus zuruckgezahlt", "refunded"),
        ("batiplus a paye 300 eur sur le compte bancaire", ""),
        ("batiplus is late on account of the holidays", ""),
        ("je n'ai pas rembourse batiplus", ""),
        ("avez-vous rembourse batiplus ?", ""),
        ("batiplus veut etre rembourse", ""),
        ("nog niet terugbetaald", ""),
        ("send the credit note as a credit note", ""),
    ],
)
def test_what_is_said_of_a_credit(words, kind):
    """Kept, set off, paid back; a bank account, a question or a denial is none of it."""
    assert money_kept(fold(words)) == kind


def test_it_becomes_an_order_only_with_a_debtor_or_an_invoice_and_a_sum():
    """Whose it is must be said, and how much is kept."""

    def read(text):
        return list(read_instructions(text, received=date(2026, 3, 10), known=KNOWN).instructions)

    (kept,) = read("Reçu de Batiplus un acompte sur compte de 500 €")
    assert (kept.kind, kept.accounts, kept.amount) == ("on_account", ("d1",), Decimal(500))
    (used,) = read("Imputez l'avoir sur 2026-118")
    assert (used.kind, used.numbers) == ("set_off", ("2026-118",))
    assert [i.kind for i in read("Acompte sur compte reçu de Batiplus")] != ["on_account"]
    assert [i.kind for i in read("C'est remboursé")] != ["refunded"]
