"""Bank formats: what each says in the one normal form, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from agent.domain.findings import BankStatementReading, Entry, Unreadable
from agent.parsers.statements import is_bank_format, read_statement

OGM = "010806817183"


def readings(content: str | bytes, name: str = "file") -> tuple[BankStatementReading, ...]:
    outcome = read_statement(content.encode() if isinstance(content, str) else content, name)
    assert not isinstance(outcome, Unreadable), outcome
    return outcome


def only(content: str | bytes) -> tuple[BankStatementReading, Entry]:
    (reading,) = readings(content)
    (entry,) = reading.entries
    return reading, entry


def camt(entries: str, version: str = "053.001.08", balances: str = "") -> str:
    message, unit = {
        "052": ("BkToCstmrAcctRpt", "Rpt"),
        "053": ("BkToCstmrStmt", "Stmt"),
        "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    }[version[:3]]
    return (
        f'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{version}"><{message}><GrpHdr/>'
        f"<{unit}><Id>1</Id><CreDtTm>2027-03-02T10:00:00</CreDtTm><Acct><Id><IBAN>BE68539007547034</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}{entries}</{unit}></{message}></Document>"
    )


def balance(code: str, amount: str) -> str:
    return f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2027-03-02</Dt></Dt></Bal>'


def ntry(
    amount: str, side: str = "CRDT", inner: str = "", status: str = "<Sts><Cd>BOOK</Cd></Sts>", details: str = ""
) -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{inner}{status}<BookgDt><Dt>2027-03-01</Dt></BookgDt>'
        f"<ValDt><Dt>2027-03-02</Dt></ValDt><AcctSvcrRef>R1</AcctSvcrRef><NtryDtls>{details}</NtryDtls></Ntry>"
    )


def detail(amount: str, name: str, text: str) -> str:
    return (
        f'<TxDtls><Refs><EndToEndId>E-{name}</EndToEndId></Refs><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<RltdPties><Dbtr><Pty><Nm>{name}</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>BE71096123456769</IBAN></Id></DbtrAcct></RltdPties>"
        f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
    )


@pytest.mark.parametrize("version", ["052.001.02", "053.001.08", "054.001.10"])
def test_camt_entries_carry_party_text_and_reference(version: str) -> None:
    """All three messages share one form."""
    reading, entry = only(
        camt(ntry("120.50", details=detail("120.50", "Zwaan", "facture +++010/8068/17183+++")), version)
    )
    assert (reading.format, reading.account) == (f"camt.{version[:3]}", "BE68539007547034")
    assert (entry.amount, entry.booked_on, entry.value_date) == (Decimal("120.50"), date(2027, 3, 1), date(2027, 3, 2))
    assert (entry.counterparty_name, entry.counterparty_iban) == ("Zwaan", "BE71096123456769")
    assert (entry.structured_reference, entry.end_to_end, entry.bank_reference) == (OGM, "E-Zwaan", "R1")


def test_camt_batches_are_taken_apart_only_when_they_sum() -> None:
    """Else the movement stays whole and is asked about."""
    details = detail("100.00", "A", "one") + detail("20.50", "B", "two")
    reading, entry = only(camt(ntry("120.50", details=details)))
    assert [p.amount for p in entry.parts] == [Decimal("100.00"), Decimal("20.50")]
    assert [p.counterparty_name for p in reading.payments()] == ["A", "B"]
    assert len({p.fingerprint for p in entry.parts}) == 2
    assert only(camt(ntry("120.60", details=details)))[1].parts == ()


def test_camt_pending_entries_stay_and_never_pay() -> None:
    """They are entries, but no payments."""
    reading, entry = only(camt(ntry("10.00", status="<Sts>PDNG</Sts>")))
    assert entry.pending
    assert list(reading.payments()) == []


def test_camt_returns_are_reversals_with_their_reason() -> None:
    """Money that was taken back is negative."""
    back = "<TxDtls><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>"
    entry = only(camt(ntry("10.00", "DBIT", "<RvslInd>true</RvslInd>", details=back)))[1]
    assert (entry.amount, entry.reversal, entry.return_reason) == (Decimal("-10.00"), True, "AC04")


def test_camt_control_totals_that_do_not_tie_are_a_problem_never_a_refusal() -> None:
    """The balance and the summary are checked over booked entries."""
    good = balance("OPBD", "100.00") + balance("CLBD", "110.00")
    summary = "<TxsSummry><TtlCdtNtries><NbOfNtries>2</NbOfNtries><Sum>10.00</Sum></TtlCdtNtries></TxsSummry>"
    assert only(camt(ntry("10.00"), balances=good))[0].problems == ()
    assert len(only(camt(ntry("11.00"), balances=good + summary))[0].problems) == 3


def test_camt_without_statement_with_doctype_or_cut_short_is_unreadable() -> None:
    """Nothing is read from them."""
    doctype = camt(ntry("1.00")).replace("<Document", '<!DOCTYPE a [<!ENTITY x "y">]><Document', 1)
    cases = {
        "hostile": doctype.encode(),
        "broken": camt(ntry("1.00"))[:-60].encode(),
        "hostile ": doctype.replace("1.0", "1.0").encode("utf-16"),
    }
    for problem, content in cases.items():
        outcome = read_statement(content)
        assert isinstance(outcome, Unreadable)
        assert outcome.problem in (problem.strip(), "not_statement")
    assert isinstance(read_statement(b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"/>'), Unreadable)


def coda(*movements: str, version: str = "2", closing: str = "0000000000150000", trailer: str = "") -> str:
    header = f"0000001032772505        00099449  MA SOCIETE                GEBABEBB   00630366277 00000                                       {version}"
    account = "12001BE68539007547034                  EUR0000000000100000280227MA SOCIETE                Compte a vue                       001"
    old = "10001539007547034 EUR0BE                  0000000000100000280227MA SOCIETE                Compte a vue                       001"
    end = f"8001BE68539007547034                  EUR{closing}010327                                                                0"
    total = trailer or "9               000005000000000000000000000000050000"
    return "\r\n".join((header, old if version == "1" else account, *movements, end, total.ljust(127) + "2"))


def movement(
    sequence: str, amount: str, communication: str, code: str = "00150000", kind: str = "0", sign: str = "0"
) -> str:
    first = (
        f"21{sequence}REF{sequence}".ljust(31)
        + f"{sign}{amount}020327{code}{kind}{communication[:53].ljust(53)}01032700110 0"
    )
    second = f"22{sequence}{communication[53:106].ljust(53)}{'E2E1'.ljust(35)}GEBABEBB".ljust(125) + "1 0"
    third = (
        f"23{sequence}{'BE71096123456769'.ljust(37)}{'BROUWERIJ ZWAAN'.ljust(35)}{communication[106:149].ljust(43)}0 0"
    )
    return f"{first}\r\n{second}\r\n{third}"


def test_coda_reads_party_reference_and_long_communications() -> None:
    """A communication runs over three records; types 101 and 102 hold the twelve digits."""
    long = "Facture A27-0118 et encore quelques mots pour remplir la premiere partie du texte"
    (reading,) = readings(
        coda(
            movement("00010000", "000000000020000", long),
            movement("00020000", "000000000030000", "101" + OGM, kind="1"),
        )
    )
    first, second = reading.entries
    assert (reading.account, reading.opening, reading.closing) == ("BE68539007547034", Decimal(100), Decimal(150))
    assert reading.problems == ()
    assert first.remittance == long
    assert (first.amount, first.booked_on, first.value_date) == (Decimal(20), date(2027, 3, 1), date(2027, 3, 2))
    assert (first.counterparty_name, first.counterparty_iban, first.end_to_end) == (
        "BROUWERIJ ZWAAN",
        "BE71096123456769",
        "E2E1",
    )
    assert second.structured_reference == OGM


def test_coda_details_explain_the_total_and_are_never_added() -> None:
    """A globalised movement counts once, with its details as parts."""
    content = coda(
        movement("00010000", "000000000050000", ""),
        movement("00010001", "000000000020000", "one"),
        movement("00010002", "000000000030000", "two"),
    )
    reading, entry = only(content)
    assert [p.remittance for p in entry.parts] == ["one", "two"]
    assert sum(e.amount for e in reading.payments()) == Decimal(50)


def test_coda_returns_versions_and_totals() -> None:
    """Corrections and returned direct debits are reversals; version 1 writes its account otherwise; a wrong trailer is a problem."""
    reading, entry = only(coda(movement("00010000", "000000000050000", "x", code="00503000", sign="1"), version="1"))
    assert (reading.account, entry.amount, entry.reversal) == ("BE68539007547034", Decimal(-50), True)
    assert any("totals" in p for p in reading.problems)


MT940 = """:20:STARTUMS
:25:DE89370400440532013000
:28C:1/1
:60F:C270228EUR100,00
:61:2703010302C20,50NTRFNONREF//BANK1
:86:166?00GUTSCHRIFT?20EREF+E-77?21SVWZ+Rechnung A27-01?2218 danke?30COBADEFF?31DE02120300000000202051?32Max
 Mustermann
:61:270301RC20,50NRTINONREF
:86:109?00RUECKLASTSCHRIFT?20SVWZ+zurueck
:62F:C270301EUR100,00
-
"""


def test_mt940_reads_german_fields_and_reversed_credits() -> None:
    """RC takes a credit back: its money is negative."""
    (reading,) = readings(MT940)
    paid, back = reading.entries
    assert reading.problems == ()
    assert (paid.amount, paid.booked_on, paid.value_date) == (Decimal("20.50"), date(2027, 3, 2), date(2027, 3, 1))
    assert (paid.remittance, paid.end_to_end, paid.bank_reference) == ("Rechnung A27-0118 danke", "E-77", "BANK1")
    assert (paid.counterparty_name, paid.counterparty_iban) == ("Max Mustermann", "DE02120300000000202051")
    assert (back.amount, back.reversal) == (Decimal("-20.50"), True)


def test_mt940_reads_dutch_slashes() -> None:
    """/IBAN/…/NAME/…/REMI/…"""
    body = ":86:/TRTP/SEPA OVERBOEKING/IBAN/NL20INGB0001234567/BIC/INGBNL2A/NAME/J JANSEN/REMI/factuur 118/EREF/NOTPROVIDED"
    entry = only(f":20:A\n:25:NL20INGB0001234567\n:61:2703010301C20,5N123NONREF\n{body}\n-")[1]
    assert (entry.counterparty_name, entry.counterparty_iban) == ("J JANSEN", "NL20INGB0001234567")
    assert (entry.remittance, entry.end_to_end) == ("factuur 118", "")


def test_mt942_is_preliminary() -> None:
    """An interim report announces; the statement books."""
    reading, entry = only(":20:A\n:25:BE68\n:28C:1\n:34F:EUR0,\n:13D:2703010900+0100\n:61:270301C20,5NTRFNONREF\n-")
    assert (reading.format, entry.pending) == ("mt942", True)


def cfonb(kind: str, date_: str, label: str, amount: str, reference: str = "") -> str:
    return f"{kind}30004    00828EUR2 00010009872  {date_}  {date_ if kind == '04' else ' ' * 6}{label[:31].ljust(31)}  0000001  {amount}{reference.ljust(16)}"[
        :120
    ].ljust(120)


def test_cfonb120_reads_signed_amounts_and_complements() -> None:
    """The last place of an amount holds its sign; complements give the payer and the message."""
    content = "\n".join(
        (
            cfonb("01", "280227", "", "0000000001000{"),
            cfonb("04", "010327", "VIR SEPA RECU", "0000000000205{"),
            f"05{' ' * 43}NPYMENUISERIE AUBIER".ljust(120),
            f"05{' ' * 43}LCCFACTURE A27-0118".ljust(120),
            cfonb("04", "010327", "FRAIS", "0000000000005}"),
            cfonb("07", "010327", "", "0000000001200{"),
        )
    )
    (reading,) = readings(content)
    paid, fee = reading.entries
    assert (reading.format, reading.opening, reading.closing, reading.problems) == (
        "cfonb120",
        Decimal(100),
        Decimal(120),
        (),
    )
    assert reading.account.startswith("FR")
    assert (paid.amount, paid.counterparty_name, paid.remittance) == (
        Decimal("20.50"),
        "MENUISERIE AUBIER",
        "VIR SEPA RECU FACTURE A27-0118",
    )
    assert fee.amount == Decimal("-0.50")


OFX_SGML = """OFXHEADER:100
DATA:OFXSGML

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>30004<BRANCHID>00828<ACCTID>00010009872<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20270301<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20270301120000[+1:CET]<TRNAMT>+20.50<FITID>F1<NAME>AUBIER &amp; FILS<MEMO>FACTURE A27-0118</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20270302<TRNAMT>-5,00<FITID>F2<NAME>FRAIS</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"""


def test_ofx_sgml_and_xml_say_the_same() -> None:
    """Closing tags do not matter, nor the decimal mark."""
    (sgml,) = readings(OFX_SGML)
    closed = OFX_SGML.partition("<OFX>")[2].replace("<MEMO>FACTURE A27-0118", "<MEMO>FACTURE A27-0118</MEMO>")
    (xml,) = readings(f'<?xml version="1.0"?><?OFX OFXHEADER="200"?><OFX>{closed}')
    assert sgml.entries == xml.entries
    assert sgml.entries[0].counterparty_name == "AUBIER & FILS"
    assert [e.amount for e in sgml.entries] == [Decimal("20.50"), Decimal("-5.00")]


def test_the_same_movement_has_one_fingerprint_in_every_format() -> None:
    """The account, the day, the amount and the rank tell it, not the words of a format."""
    (ofx,) = readings(OFX_SGML)
    (cfonb_,) = readings(
        "\n".join((cfonb("01", "280227", "", "0000000001000{"), cfonb("04", "010327", "VIR", "0000000000205{")))
    )
    assert ofx.entries[0].fingerprint == cfonb_.entries[0].fingerprint


def test_equal_payments_of_a_day_have_different_fingerprints_and_keep_them_in_a_later_download() -> None:
    """Also in files that list the newest movement first."""
    head = "Rekening;Boekingsdatum;Bedrag;Mededeling\n"
    first, second, later = "BE68;01/03/2027;5,00;a\n", "BE68;01/03/2027;5,00;b\n", "BE68;02/03/2027;7,00;c\n"
    (before,) = readings(head + first + second, "x.csv")
    (newest_first,) = readings(head + later + second + first, "x.csv")
    a, b = (e.fingerprint for e in before.entries)
    assert a != b
    assert [e.fingerprint for e in newest_first.entries[1:]] == [b, a]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"%PDF-1.7 a;b;c",
        b"\x00\x01\x02;;;",
        b"<html>;;</html>",
        b"a;b\n1;2\n",
        b"PK\x03\x04" + bytes(200),
    ],
)
def test_other_files_are_no_statements(content: bytes) -> None:
    """They are refused with a reason, never read."""
    outcome = read_statement(content, "x.csv")
    assert isinstance(outcome, Unreadable)
    assert outcome.document


def test_bank_formats_are_told_by_their_content() -> None:
    """A CODA file is often called .txt."""
    contents = (camt(ntry("1.00")), coda(movement("00010000", "000000000050000", "x")), MT940, OFX_SGML)
    assert all(is_bank_format(content.encode()) for content in contents)
    assert not is_bank_format(b"Dear Sir, :20 minutes; 00000")


def test_hostile_lengths_end_quickly() -> None:
    """Unclosed marks and endless runs cost no more than their length."""
    for content in (
        b"<OFX>" + b"<![CDATA[" * 20_000,
        b":61:" + b"1" * 200_000,
        b"OFXHEADER:100" + b"<" * 200_000,
        b"a;b;c\n" + b'"' * 100_000,
    ):
        read_statement(content, "x.csv")
