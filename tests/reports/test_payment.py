import io
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image

from agent.domain.dunning_plan import DunningPlan
from agent.domain.money import Money
from agent.reports.payment import epc_code, payment_slip
from agent.reports.statement import StatementLine, statement_of
from benchmarks.sample_letters import NOW, creditor, sample_ledger

LEDGER = sample_ledger("fr")
LINES = statement_of(LEDGER.of_account("d1"), LEDGER.accounts["d1"], DunningPlan(), NOW.date()).due
OWED = Money.of("1745.71", "EUR")


def decoded(png: bytes) -> list[str]:
    with Image.open(io.BytesIO(png)) as picture:
        return zxingcpp.read_barcode(picture.convert("L")).text.split("\n")


def one(reference: str) -> tuple[StatementLine, ...]:
    return (replace(LINES[0], reference=reference),)


def test_the_code_says_what_the_slip_says() -> None:
    """A banking app reads beneficiary, account, amount and reference as they are printed."""
    slip = payment_slip(creditor("fr"), LINES, OWED)
    assert slip is not None
    assert slip.printed_iban == "BE68 5390 0754 7034"
    fields = decoded(slip.qr)
    assert fields[:4] == ["BCD", "002", "1", "SCT"]
    assert fields[5:8] == ["Menuiserie Lefèvre SRL", "BE68539007547034", "EUR1745.71"]
    assert fields[10] == slip.reference == "2027-041, 2027-058"


def test_an_rf_reference_goes_to_the_structured_line() -> None:
    """Only a creditor reference stands on the structured line (EPC069-12); nothing else does."""
    slip = payment_slip(creditor("fr"), one("RF18 5390 0754 7034"), OWED)
    assert slip is not None
    assert slip.structured
    assert decoded(slip.qr)[9] == "RF18539007547034"


@pytest.mark.parametrize(
    ("reference", "printed"),
    [("090933755493", "+++090/9337/55493+++"), ("", "2027-041"), ("client 77", "2027-041 client 77"), ("RF00123", "2027-041 RF00123")],
)
def test_other_references_go_to_the_free_line(reference: str, printed: str) -> None:
    """A Belgian structured communication is printed with its signs; without a reference the invoice's number is quoted."""
    slip = payment_slip(creditor("fr"), one(reference), OWED)
    assert slip is not None
    assert (slip.reference, slip.structured) == (printed, False)
    assert decoded(slip.qr)[9:11] == ["", printed]


def test_only_a_known_and_valid_account_is_printed() -> None:
    """An account on the invoice that the creditor's file does not name is never printed; a broken one neither."""
    stranger = (replace(LINES[0], iban="DE89370400440532013000"),)
    slip = payment_slip(creditor("fr"), stranger, OWED)
    assert slip is not None
    assert slip.iban == "BE68539007547034"
    nobody = replace(creditor("fr"), ibans=())
    assert payment_slip(nobody, (replace(LINES[0], iban="BE68539007547035"),), OWED) is None
    assert payment_slip(nobody, (LINES[0], replace(LINES[1], iban="DE89370400440532013000")), OWED) is None


def test_no_code_outside_the_euro_or_its_range() -> None:
    """The payment code exists for euro amounts from one cent on; the slip stays readable without it."""
    dollars = payment_slip(creditor("fr"), one("x"), Money.of("10", "USD"))
    assert dollars is not None
    assert dollars.qr == b""
    assert payment_slip(creditor("fr"), LINES, Money.zero("EUR")) is None
    assert epc_code("X", "BE68539007547034", Money.of("1000000000", "EUR"), "x", structured=False) == b""


def test_a_name_in_a_long_script_never_breaks_the_mail() -> None:
    """When the code would be too large for banks to read, there is none."""
    assert epc_code("漢" * 70, "BE68539007547034", OWED, "漢" * 140, structured=False) == b""
