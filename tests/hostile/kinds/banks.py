"""Bank files and lists that lie, run formulas or go on for ever."""

from __future__ import annotations

from tests.hostile.case import NO_TABLE, Case, Outcome, but, table
from tests.hostile.post import with_file
from tests.service.test_bank import camt

FORMULAS = {
    "equals": "=1+1", "DDE": "=cmd|' /C calc'!A0", "plus": "+1+1", "minus": "-1+1", "at": "@SUM(1)", "tab": "\t=1", "CR": "\r=1", "wide": "＝1+1",
    "blank in front": " =1+1", "quote": "'=1+1", "semicolon": "x;=1+1", "link": '=HYPERLINK("http://127.0.0.1:9","x")', "web": '=WEBSERVICE("http://127.0.0.1:9")',
    "new line": "x\n=1+1", "quoted": '"=1+1"', "zero width": "\u200b=1+1",
}  # fmt: skip
_CAMT = camt(("50.00", "rien de connu", "r9"))
_LIES = {
    "amount of NaN": _CAMT.replace(b">50.00<", b">NaN<"),
    "amount of 1e308": _CAMT.replace(b">50.00<", b">1e308<"),
    "amount of 1,000 digits": _CAMT.replace(b">50.00<", b">" + b"9" * 1_000 + b"<"),
    "currency that is none": _CAMT.replace(b"Ccy='EUR'", b"Ccy='&#10;Bcc:'"),
    "account currency that is none": _CAMT.replace(b"<Ccy>EUR<", b"<Ccy>euro<"),
    "day that is none": _CAMT.replace(b"2026-03-09", b"2026-02-30"),
    "year 0": _CAMT.replace(b"2026-03-09", b"0000-00-00"),
    "no end": _CAMT[:-60],
    "an entity": _CAMT.replace(b"<Document", b"<!DOCTYPE x [<!ENTITY a 'b'>]><Document"),
    "another's account": camt(("50.00", "rien", "r1"), account="BE71096123456769"),
    "MT940 of lies": b":20:X\r\n:25:BE83363012345615\r\n:28C:1\r\n:60F:C260309EUR1,00\r\n:61:9999999999C"
    + b"9" * 400
    + b",NTRF\r\n:86:=1+1\r\n:62F:C260309EUR1,00\r\n-",
    "MT940 without end": b":20:X\r\n:25:BE83363012345615\r\n:28C:1\r\n:60F:C260309EUR1,00\r\n"
    + b":86:?20=1+1\r\n" * 20_000,
    "CODA of lies": (
        b"0000009032672505        00000000  NONE                        BBRUBEBB   00412694022 00000                                       2\n"
        b"2100010000" + b"9" * 118 + b"\n"
    )
    * 50,
    "OFX of lies": b"OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>=1+1<STMTTRN><TRNAMT>1e999<DTPOSTED>99999999<NAME>=cmd</STMTTRN></OFX>",
    "CFONB of lies": (b"01" + b"9" * 118 + b"\r\n" + b"04" + b"=" * 118 + b"\r\n") * 20,
}


def _csv(text: str) -> bytes:
    rows = f'Date;Montant;Contrepartie;Communication\n09/03/2026;50,00;"{text.replace(chr(34), chr(34) * 2)}";"{text.replace(chr(34), chr(34) * 2)}"\n10/03/2026;-1,00;Banque;frais\n'
    return rows.encode()


def _list(text: str) -> bytes:
    cell = text.replace('"', '""')
    return f'Numéro;Client;Email;Date;Échéance;Total\n2026-700;"{cell}";compta@batiplus.example;02/03/2026;01/10/2026;121,00\n2026-701;"B {cell}";x@batiplus.example;02/03/2026;01/10/2026;{cell[:9]!r}\n'.encode()


_TOLD = Outcome("bank_statement", "Handled", (), ("bank_statement",))
_UNKNOWN_MONEY = _TOLD.with_(events=("QuestionAsked",), letters=("bank_statement", "question"))
_LISTED = Outcome("bank_statement", "Handled", (), ("import_list",))

CASES: list[Case] = [
    *but(
        table(
            "a bank file that lies settles nothing, and its sender hears what was found in it",
            _TOLD,
            [(n, with_file(c, "e.xml" if c.startswith(b"<") else "e.txt")) for n, c in _LIES.items()],
        ),
        account_currency_that_is_none=_UNKNOWN_MONEY,
        no_end=NO_TABLE,
        an_entity=NO_TABLE,
        another_s_account=NO_TABLE,
        CFONB_of_lies=NO_TABLE,
    ),
    *table(
        "a formula in a bank's table stays text",
        _TOLD,
        [(f"table with {n}", with_file(_csv(t), "e.csv")) for n, t in FORMULAS.items()],
    ),
    *table(
        "a formula in a list of invoices stays text, and is no amount",
        _LISTED,
        [(f"list with {n}", with_file(_list(t), "l.csv")) for n, t in FORMULAS.items()],
    ),
    *table(
        "a table without end",
        NO_TABLE,
        [
            (
                "200,000 rows",
                with_file(lambda: b"Date;Montant;Communication\n" + b"09/03/2026;1,00;x\n" * 200_000, "e.csv"),
            ),
            ("a row of 100,000 cells", with_file(b"Date;Montant\n" + b";" * 100_000, "e.csv")),
            ("a cell of 1 MB", with_file(b"Date;Montant\n09/03/2026;" + b"9" * 1_000_000, "e.csv")),
            ("quotes never closed", with_file(b'Date;Montant\n"' + b"x\n" * 100_000, "e.csv")),
            ("NULs", with_file(b"Date;Montant\n\0\0\0;\0\n" * 100, "e.csv")),
        ],
    ),
]
