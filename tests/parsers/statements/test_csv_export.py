"""CSV exports of banks: columns by their headings, conventions by the whole file, and a question where a person must say."""

from decimal import Decimal
from pathlib import Path

import pytest

from agent.domain.findings import Unreadable
from agent.parsers.statements import read_statement
from agent.parsers.statements.csv_columns import Role, role_of
from agent.parsers.statements.csv_values import amount, day, day_order, decimal_mark
from benchmarks.predict import bank

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "bank"

# Layouts of our own in the habits of Belgian, French, Luxembourg, Dutch and international banks.
READ = {
    "two preamble lines, signed amounts": (
        (
            "Uw verrichtingen;;\n;;\nRekening;Boekdatum;Valutadatum;Referentie;Beschrijving;Bedrag;Munt;Rekening tegenpartij;Naam tegenpartij;Mededeling\n"
            "BE68539007547034;02-03-2027;02-03-2027;B6C01PGBS02;Overschrijving;1.250,00;EUR;BE71 0961 2345 6769;ZWAAN;+++010/8068/17183+++\n"
            "BE68539007547034;03-03-2027;03-03-2027;B6C01PGBS03;Kaart;-12,50;EUR;;;x\n"
        ),
        [("1250.00", "2027-03-02"), ("-12.50", "2027-03-03")],
    ),
    "old Mac line ends and padding": (
        (
            "Numéro de compte;Devise;Date;Description;Valeur;Montant;Solde;crédit;débit;Nom contrepartie;Communication libre\r"
            "BE68  ;EUR;16/02/2027;VIR ;16/02/2027;  4099,44;5599,44;4099,44;     ;ZWAAN   ;f 1  \r"
            "BE68  ;EUR;17/02/2027;ACH ;17/02/2027;  -99,44;5500,00;     ;-99,44;   ;   \r"
        ),
        [("4099.44", "2027-02-16"), ("-99.44", "2027-02-17")],
    ),
    "debit and credit columns, spaces in amounts": (
        'Compte n° 12345678901;\n\nDate;Libellé;Débit euros;Crédit euros;\n20/03/2027;"VIREMENT\nZWAAN\n";;7 537,74;\n22/03/2027;PRLV;12,00;;\n',
        [("7537.74", "2027-03-20"), ("-12.00", "2027-03-22")],
    ),
    "sign in a column of its own": (
        (
            '"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Af Bij","Bedrag (EUR)","Mededelingen"\n'
            '"20270302","ZWAAN","NL20INGB0001234567","","Bij","5444,60","Naam: ZWAAN Omschrijving: factuur 118 IBAN: NL20INGB0001234567"\n'
            '"20270303","X","NL20INGB0001234567","","Af","4,60","x"\n'
        ),
        [("5444.60", "2027-03-02"), ("-4.60", "2027-03-03")],
    ),
    "refused, pending and reverted rows do not count": (
        (
            "Type,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n"
            "TOPUP,2027-02-03 10:00:00,2027-02-03 10:00:05,From Zwaan,100.25,0.00,EUR,COMPLETED,100.25\n"
            "TRANSFER,2027-02-04 10:00:00,,To Y,-10.00,0.00,EUR,PENDING,\nTRANSFER,2027-02-05 10:00:00,,To Y,-10.00,0.00,EUR,REVERTED,\n"
        ),
        [("100.25", "2027-02-03")],
    ),
    "American days shown by one beyond the twelfth": (
        "Date,Description,Amount\n03/04/2027,a,12.00\n03/15/2027,b,-3.00\n",
        [("12.00", "2027-03-04"), ("-3.00", "2027-03-15")],
    ),
    "an amount in a second currency is left out": (
        "Date;Libellé;Montant(EUROS);Montant(FRANCS)\n08/03/2027;VIREMENT;100,00;655,96\n",
        [("100.00", "2027-03-08")],
    ),
    "rows of information and totals are no movements": (
        "Date;Libellé;Montant\n02/03/2027;VIR;1 250,00\n03/03/2027;Votre nouvelle carte arrive;\nSolde;;1 250,00\n",
        [("1250.00", "2027-03-02")],
    ),
}

ASKED = {
    "the order of day and month": "Date,Description,Amount\n03/04/2027,abc,12.00\n05/06/2027,abc,-3.00\n",
    "thousands or decimals": "Date;Libellé;Montant\n02/03/2027;a;1.234\n03/03/2027;a;2.500\n",
    "two amounts that differ": "Date;Libellé;Montant;Montant net\n02/03/2027;a;10,00;9,00\n",
    "an unknown status": "Date;Libellé;Montant;Statut\n02/03/2027;a;10,00;Zork\n",
    "an unknown sign": "Datum;Omschrijving;Bedrag;Af Bij\n02/03/2027;a;10,00;Zork\n",
    "no headings": "02/03/2027;VIR X;1250,00\n03/03/2027;VIR Y;-50,00\n",
}


@pytest.mark.parametrize("habit", READ)
def test_layouts_are_read_by_their_headings(habit: str) -> None:
    """Whatever the bank, the amounts and booking days are these."""
    text, expected = READ[habit]
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        outcome = read_statement(text.encode(encoding), "export.csv")
        assert not isinstance(outcome, Unreadable)
        assert [(str(e.amount), e.booked_on.isoformat()) for r in outcome for e in r.entries] == expected
        assert [r.problems for r in outcome if r.problems] == []


@pytest.mark.parametrize("doubt", ASKED)
def test_doubtful_layouts_are_asked_about(doubt: str) -> None:
    """Nothing is read, and the question proposes columns."""
    (reading,) = read_statement(ASKED[doubt].encode(), "export.csv")  # type: ignore[misc]
    assert reading.ask
    assert reading.entries == ()


def test_the_answer_names_the_columns() -> None:
    """The file is then read as the person said."""
    outcome = read_statement(ASKED["no headings"].encode(), "export.csv", "date=1 text=2 amount=3")
    assert not isinstance(outcome, Unreadable)
    assert [(e.amount, e.remittance) for e in outcome[0].entries] == [(Decimal(1250), "VIR X"), (Decimal(-50), "VIR Y")]
    assert isinstance(read_statement(b"a;b\n", "export.csv", "date=9 amount=8"), Unreadable)
    assert isinstance(read_statement(b"a;b\n", "export.csv", "nonsense"), Unreadable)


def test_a_running_balance_that_does_not_follow_is_a_problem() -> None:
    """In either direction; a constant column says nothing."""
    good = "Date;Libellé;Montant;Solde\n02/03/2027;a;10,00;110,00\n03/03/2027;b;5,00;115,00\n"
    downwards = "Date;Libellé;Montant;Solde\n03/03/2027;b;5,00;115,00\n02/03/2027;a;10,00;110,00\n"
    for text in (good, downwards, good.replace("115,00", "110,00")):
        assert read_statement(text.encode(), "x.csv")[0].problems == ()  # type: ignore[index]
    assert read_statement(good.replace("115,00", "125,00").encode(), "x.csv")[0].problems  # type: ignore[index]


def test_several_accounts_in_one_file_are_several_statements() -> None:
    """By an account column, or by headings that come again."""
    column = (
        "Rekening;Datum;Bedrag;Mededeling\nBE68539007547034;02/03/2027;1,00;a\nBE71096123456769;02/03/2027;2,00;b\n"
    )
    again = "Compte n° 11111111111\nDate;Libellé;Débit;Crédit\n02/03/2027;a;;1,00\nCompte n° 22222222222\nDate;Libellé;Débit;Crédit\n02/03/2027;b;;2,00\n"
    for text, accounts in ((column, ["BE68539007547034", "BE71096123456769"]), (again, ["11111111111", "22222222222"])):
        outcome = read_statement(text.encode(), "x.csv")
        assert [r.account for r in outcome] == accounts  # type: ignore[union-attr]


def test_labels_give_name_account_and_message() -> None:
    """Where the bank has no columns for them."""
    text = "Date;Libellé;Montant\n02/03/2027;VIR SEPA RECU /DE BRASSERIE ZWAAN /MOTIF facture A27-0118 /REF 123;10,00\n"
    (reading,) = read_statement(text.encode(), "x.csv")  # type: ignore[misc]
    assert (reading.entries[0].counterparty_name, reading.entries[0].remittance) == (
        "BRASSERIE ZWAAN",
        "facture A27-0118",
    )
    lines = 'Date;Libellé;Débit;Crédit\n02/03/2027;"VIREMENT RECU\nBRASSERIE ZWAAN\nfacture A27-0118\n";;10,00\n'
    (reading,) = read_statement(lines.encode(), "x.csv")  # type: ignore[misc]
    assert (reading.entries[0].counterparty_name, reading.entries[0].remittance) == (
        "BRASSERIE ZWAAN",
        "facture A27-0118",
    )


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Compte contrepartie", Role.IBAN),
        ("Naam van de tegenpartij", Role.NAME),
        ("Date de comptabilisation", Role.DATE),
        ("Rentedatum", Role.VALUE_DATE),
        ("Saldo na trn", Role.BALANCE),
        ("Af Bij", Role.SIGN),
        ("Gestructureerde mededeling", Role.STRUCTURED),
        ("Montant total de la TVA", Role.OTHER),
        ("Motif du refus", Role.OTHER),
    ],
)
def test_headings_have_roles(heading: str, role: Role) -> None:
    """In the words of the banks."""
    assert role_of(heading) is role


def test_amounts_and_days_follow_the_files_conventions() -> None:
    """One telling cell decides for the doubtful ones."""
    assert decimal_mark(["1.234", "5,60"]) == ","
    assert decimal_mark(["1.234"]) == ""
    assert [amount(cell, ",") for cell in ("1.234", "1 234,5-", "(12,00)", "+3,00 €", "12,00 D", "x")] == [
        Decimal(1234), Decimal("-1234.5"), Decimal(-12), Decimal(3), Decimal(-12), None,
    ]  # fmt: skip
    assert day_order(["13/01/2027", "01/13/2027"], european=False) == ""
    assert [str(day(cell, "dmy")) for cell in ("2/3/27", "2027-03-02 10:00", "20270302", "2 mars 2027", "32/03/2027")] == [
        "2027-03-02", "2027-03-02", "2027-03-02", "2027-03-02", "None",
    ]  # fmt: skip


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")
def test_no_file_of_the_corpus_is_read_wrongly() -> None:
    """Every file with a stated number of movements gives that number, or is asked about."""
    import json

    truth = [json.loads(line) for line in (CORPUS / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    wanted = {row["file"]: row.get("n_entries", 0) for row in truth}
    for row in bank.predict(CORPUS):
        entries = row.get("entries", [])
        assert isinstance(entries, list)
        assert len(entries) == wanted[str(row["file"])] or "ask" in row, row["file"]
