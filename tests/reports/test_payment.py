import io
from dataclasses import replace
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from agent.demo.samples.books import NOW, creditor, sample_ledger
from agent.domain.dunning_plan import DunningPlan
from agent.domain.money import Money
from agent.reports.payment import communication, epc_code, invoice_slips, payment_slip
from agent.reports.statement import StatementLine, statement_of

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
    [
        ("090933755493", "+++090/9337/55493+++"),
        ("", "2027-041"),
        ("client 77", "2027-041 client 77"),
        ("RF00123", "2027-041 RF00123"),
    ],
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


OGM = ("090933755493", "010806817183")


def test_invoices_with_references_of_their_own_have_slips_of_their_own() -> None:
    """Beside the slip for all of them; each code says what stands beside it."""
    lines = tuple(replace(line, reference=ref) for line, ref in zip(LINES, OGM, strict=True))
    total = Money.total((line.balance for line in lines), "EUR")
    slips = invoice_slips(creditor("fr"), lines, total)
    assert [s.reference for s in slips] == ["+++090/9337/55493+++", "+++010/8068/17183+++"]
    for slip, line in zip(slips, lines, strict=True):
        fields = decoded(slip.qr)
        assert (slip.number, slip.amount) == (line.number, line.balance)
        assert fields[6] == slip.iban
        assert (Decimal(fields[7].removeprefix("EUR")), fields[10]) == (slip.amount.amount, slip.reference)


def test_single_slips_never_ask_for_more_than_the_total() -> None:
    """Where a credit is deducted only the whole is paid; plain invoices need no slips of their own."""
    lines = tuple(replace(line, reference=ref) for line, ref in zip(LINES, OGM, strict=True))
    total = Money.total((line.balance for line in lines), "EUR")
    assert invoice_slips(creditor("fr"), lines, total - Money.of("10", "EUR")) == ()
    plain = tuple(replace(line, reference="") for line in LINES)
    assert invoice_slips(creditor("fr"), plain, total) == ()
    assert invoice_slips(creditor("fr"), lines[:1], lines[0].balance) == ()


def test_invoices_on_two_accounts_of_the_creditor_are_paid_each_on_its_own() -> None:
    """An account that he has beside the first one is shown with its invoice."""
    two = replace(creditor("fr"), ibans=("BE68539007547034", "NL91ABNA0417164300"))
    lines = (replace(LINES[0], iban="NL91ABNA0417164300"), replace(LINES[1], iban="BE68539007547034"))
    total = Money.total((line.balance for line in lines), "EUR")
    assert [s.iban for s in invoice_slips(two, lines, total)] == ["NL91ABNA0417164300", "BE68539007547034"]


def test_no_code_where_a_bic_would_be_needed() -> None:
    """Outside the European Economic Area version 002 wants one; the account is printed all the same."""
    swiss = replace(creditor("fr"), ibans=("CH9300762011623852957",))
    slip = payment_slip(swiss, one(""), OWED)
    assert slip is not None
    assert (slip.iban, slip.qr) == ("CH9300762011623852957", b"")
    assert epc_code("X", "BE68539007547035", OWED, "x", structured=False) == b""
    assert epc_code("X", "BE68539007547034", OWED, "RF00123", structured=True) == b""


def test_the_link_of_the_creditor_holds_each_value_and_nothing_else() -> None:
    """What stands in a reference cannot add a parameter or another host."""
    page = "https://pay.example/?amount={amount}&ref={reference}&currency={currency}&invoice={number}&to={iban}"
    slip = payment_slip(replace(creditor("fr"), payment_link=page), one("a&x=1 #é"), OWED)
    assert slip is not None
    link = urlsplit(slip.link)
    assert link.netloc == "pay.example"
    assert parse_qs(link.query, strict_parsing=True) == {
        "amount": ["1745.71"],
        "ref": ["2027-041 a&x=1 #é"],
        "currency": ["EUR"],
        "invoice": ["2027-041"],
        "to": ["BE68539007547034"],
    }
    assert not link.fragment


NUMBERS = st.lists(
    st.one_of(
        st.integers(0, 999).map(lambda n: f"2026-{n:03}"),
        st.integers(0, 99999).map(lambda n: f"F{n:05}"),
        st.text(alphabet="ABC/-0123456789", min_size=1, max_size=30),
    ),
    min_size=1,
    max_size=60,
    unique=True,
)


@given(NUMBERS)
def test_a_communication_fits_a_bank_line_and_begins_with_the_first_number(numbers: list[str]) -> None:
    """At most 140 characters, whatever the numbers are; what fits in full is written in full."""
    text = communication(numbers)
    assert len(text) <= 140
    assert text.startswith(numbers[0])
    if len(", ".join(numbers)) <= 140:
        assert text == ", ".join(numbers)


def test_long_lists_are_shortened_as_book_keepers_write_them() -> None:
    """Neighbours of one beginning by their last digits; numbers of another shape stay whole."""
    numbers = [f"2026-{n}" for n in range(501, 516)]
    assert communication(numbers).startswith("2026-501/502/503/504")
    mixed = [*numbers, "V-7"]
    assert communication(mixed).endswith("515, V-7")
    assert communication([f"F{n}" for n in range(1000, 1080)]).startswith("F1000/01/02")
