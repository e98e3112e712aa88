"""A bank statement attached by a proved colleague: it settles, part-pays, reopens and asks, and counts once."""

import pytest

from agent.domain.ledger import ItemState
from tests.service.world import BRUNO, DEBTOR, ELS, TUESDAY, World

IBAN, PAYER = "BE83363012345615", "BE10735045678904"


def camt(*entries, account=IBAN):
    """A camt.053 of these movements: (amount, text, reference)."""
    total = sum(float(a) for a, _, _ in entries)
    rows = "".join(
        f"<Ntry><Amt Ccy='EUR'>{abs(float(amount)):.2f}</Amt><CdtDbtInd>{'CRDT' if float(amount) > 0 else 'DBIT'}</CdtDbtInd>"
        f"<Sts>BOOK</Sts><BookgDt><Dt>2026-03-09</Dt></BookgDt><ValDt><Dt>2026-03-09</Dt></ValDt><AcctSvcrRef>{ref}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Batiplus Construct SA</Nm></Dbtr><DbtrAcct><Id><IBAN>{PAYER}</IBAN></Id></DbtrAcct>"
        f"</RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for amount, text, ref in entries
    )
    balance = "<Bal><Tp><CdOrPrtry><Cd>{}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{:.2f}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-09</Dt></Dt></Bal>"
    return (
        "<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>"
        f"<Stmt><Id>1</Id><Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balance.format('OPBD', 1000)}{balance.format('CLBD', 1000 + total)}"
        f"{rows}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path, TUESDAY.replace(hour=6))
    for number in ("2026-501", "2026-502", "2026-503"):
        world.hand_over(number)
    yield world
    world.close()


def test_a_named_exact_payment_settles_and_a_smaller_one_part_pays(world):
    """Number and sum fit, or the number fits and the payer is the debtor; the rest stays open. Then the debtor hears only of it."""
    world.write(BRUNO, "Extrait", e_xml=camt(("121.00", "facture 2026-501", "r1"), ("50.00", "acompte 2026-502", "r2")))
    items = world.items()
    assert items["2026-501"].state is ItemState.SETTLED
    assert items["2026-503"].payments == ()
    assert items["2026-502"].state is ItemState.FOLLOWED
    world.days(1)
    (statement,) = [m for m in world.mails("compta@batiplus.example") if "relev" in m["Subject"].lower()]
    text = statement.get_body(("plain",)).get_content()
    assert "2026-501" not in text
    assert "2026-503" in text


def test_the_same_file_counts_once(world):
    """Sent again, also under another name, nothing is booked twice."""
    content = camt(("121.00", "facture 2026-501", "r1"))
    world.write(BRUNO, "Extrait", e_xml=content)
    world.write(BRUNO, "Extrait encore", g_xml=content)
    assert len(world.items()["2026-501"].payments) == 1


def test_a_payment_that_names_nothing_is_asked_about_and_answered_by_a_number(world):
    """Three invoices of the same amount: nobody can know which; "2" settles it."""
    world.write(BRUNO, "Extrait", e_xml=camt(("121.00", "votre facture", "r1")))
    assert all(i.payments == () for i in world.items().values())
    assert "question" in world.sent()
    world.choose(BRUNO, "121", "1")
    settled = [n for n, i in world.items().items() if i.state is ItemState.SETTLED]
    assert len(settled) == 1


def test_a_returned_payment_reopens_and_reminders_rest_until_the_creditor_speaks(world):
    """What the bank takes back is owed again, and nobody is reminded before a person looked."""
    world.write(BRUNO, "Extrait", e_xml=camt(("121.00", "facture 2026-501", "r1")))
    world.write(BRUNO, "Extrait", e_xml=camt(("-121.00", "retour facture 2026-501", "r9")))
    item = world.items()["2026-501"]
    if item.state is ItemState.FOLLOWED:
        assert item.balance.amount == item.invoice.due.amount
        assert item.hold(TUESDAY.date()) is not None
    else:
        assert "question" in world.sent()


def test_only_the_creditors_own_account_counts(world):
    """A statement of another account, of another creditor's people or of a debtor moves nothing."""
    world.write(BRUNO, "Extrait", e_xml=camt(("121.00", "facture 2026-501", "r1"), account="DE89370400440532013000"))
    world.write(ELS, "Uittreksel", e_xml=camt(("121.00", "facture 2026-501", "r1")))
    world.write(DEBTOR, "Preuve", e_xml=camt(("121.00", "facture 2026-501", "r1")))
    assert all(i.payments == () for i in world.items().values())


def test_totals_that_do_not_tie_book_nothing_by_themselves(world):
    """A file that lost a line is only proposed."""
    broken = camt(("121.00", "facture 2026-501", "r1")).replace(b">1121.00<", b">1999.00<")
    world.write(BRUNO, "Extrait", e_xml=broken)
    assert world.items()["2026-501"].payments == ()


def test_the_creditor_hears_what_became_of_the_file(world):
    """One answer for the whole statement."""
    world.write(BRUNO, "Extrait", e_xml=camt(("121.00", "facture 2026-501", "r1"), ("9.99", "cotisation", "r2")))
    assert "2026-501" in world.text("bruno@atelier-bruno.example")


def told(world):
    """The latest answer to the creditor on one line with ordinary spaces."""
    text = world.text("bruno@atelier-bruno.example")
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_the_report_counts_invoices_and_names_what_was_paid_twice(world):
    """One transfer pays two invoices: two are paid; the same money again is no stranger's."""
    world.write(BRUNO, "Extrait", e_xml=camt(("242.00", "2026-501, 2026-502", "r1")))
    assert "Factures payées : 2" in told(world)
    world.write(BRUNO, "Extrait", e_xml=camt(("121.00", "2026-503", "r2")))
    again = camt(("121.00", "2026-503", "r3")).replace(b"2026-03-09", b"2026-03-10")
    world.write(BRUNO, "Extrait", e_xml=again)
    assert "Batiplus Construct SA : Payée deux fois (2026-503)" in told(world)
    assert "Payées deux fois : 1 Sans rapport avec vos factures : 0" in told(world)
