import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from agent.demo.samples.books import creditor, sample_ledger
from agent.domain.money import Money
from agent.domain.parties import LANGUAGES
from agent.reports.workbook import COLUMNS, tracking_workbook

TODAY = date(2027, 4, 12)
LEDGER = sample_ledger("fr")


def sheet(language="fr", items=None, accounts=None):
    items = LEDGER.items.values() if items is None else items
    content = tracking_workbook(creditor("fr"), items, accounts or LEDGER.accounts, TODAY, language)
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def test_exactly_the_ten_columns_in_french() -> None:
    """The columns are those that creditors know, in their order."""
    assert [cell.value for cell in sheet()[1]] == [
        "Débiteur",
        "N° de facture",
        "Date de facture",
        "Échéance",
        "Montant",
        "Acompte versé",
        "Majoration",
        "Nombre de relances",
        "Dates des relances",
        "État",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_own_head(language: str) -> None:
    """The head is in the creditor's language and has no empty cell."""
    head = [cell.value for cell in sheet(language)[1]]
    assert len(head) == len(COLUMNS)
    assert all(head)


def test_rows_are_sorted_by_date_and_true_values() -> None:
    """Dates are dates and amounts numbers, so that the sheet sorts and sums."""
    rows = list(sheet().iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in rows] == ["2027-041", "2027-058", "2027-066", "NC-2027-004", "2027-097", "2027-118"]
    first = rows[0]
    assert first[2].date() == date(2027, 1, 29)
    assert first[4:9] == (1850, 250, 0, 2, "08/03/2027, 23/03/2027")
    assert [row[9] for row in rows][:3] == ["échue", "échue", "promesse de paiement"]


def test_the_surcharge_is_what_is_claimed_beside_the_balance() -> None:
    """By item; nothing where nothing is claimed."""
    item = next(iter(LEDGER.items.values()))
    content = tracking_workbook(
        creditor("fr"),
        LEDGER.items.values(),
        LEDGER.accounts,
        TODAY,
        "fr",
        surcharges={item.id: Money.of("41.29", "EUR")},
    )
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    found = {row[1]: row[6] for row in page.iter_rows(min_row=2, values_only=True)}
    assert found == {i.invoice.number: 41.29 if i is item else 0 for i in LEDGER.items.values()}


def test_amounts_due_and_states_are_highlighted() -> None:
    """What is due stands out in colour; what is not due does not."""
    page = sheet()
    assert page["E2"].fill.fgColor.rgb == page["J2"].fill.fgColor.rgb == "FFFDE8E4"
    assert page["E6"].fill.fill_type is None
    assert page["J4"].fill.fgColor.rgb == "FFFFF4D6"


def test_the_head_stays_and_the_rows_filter() -> None:
    """The first row is frozen and has a filter over all ten columns."""
    page = sheet()
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:J7"


def test_text_is_never_a_formula_or_a_link() -> None:
    """Hostile names and numbers stay text."""
    item = LEDGER.items["i1"]
    hostile = replace(item, invoice=replace(item.invoice, number='=HYPERLINK("http://x.example","y")'))
    account = replace(LEDGER.accounts["d1"], name="+cmd|' /C calc'!A0")
    page = sheet(items=[hostile], accounts={"d1": account})
    assert page["A2"].data_type == page["B2"].data_type == "s"
    assert page["A2"].hyperlink is None
    assert page["B2"].value.startswith("=HYPERLINK")


def test_the_same_figures_give_the_same_bytes() -> None:
    """The workbook is reproducible."""
    made = [tracking_workbook(creditor("fr"), LEDGER.items.values(), LEDGER.accounts, TODAY, "fr") for _ in range(2)]
    assert made[0] == made[1]


def test_an_empty_ledger_and_huge_amounts() -> None:
    """No item gives a head alone; a huge amount is written as it is."""
    assert sheet(items=[]).max_row == 1
    item = LEDGER.items["i1"]
    huge = replace(item, invoice=replace(item.invoice, total=Money.of("999999999.99", "EUR")))
    assert sheet(items=[huge])["E2"].value == 999999999.99
