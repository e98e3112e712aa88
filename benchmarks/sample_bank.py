"""Bank files of every format made from one list of movements, as banks write them; names, accounts and sums are invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

# A French account: the one kind that every format can name.
BANK, BRANCH, NUMBER, IBAN = "30004", "00823", "12345678901", "FR7630004008231234567890162"
OPENING = 100_000


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement in cents, with who is on the other side and what he wrote: a text, or twelve digits of a structured reference."""

    day: date
    cents: int
    name: str
    iban: str
    text: str
    reference: str = ""


def _balances(movements: Sequence[Movement]) -> tuple[int, int]:
    return OPENING, OPENING + sum(m.cents for m in movements)


def _figure(cents: int, mark: str = ".") -> str:
    return f"{abs(cents) // 100}{mark}{abs(cents) % 100:02}"


def _marked(movement: Movement) -> str:
    r = movement.reference
    return f"+++{r[:3]}/{r[3:7]}/{r[7:]}+++" if r else movement.text


def camt(movements: Sequence[Movement]) -> bytes:
    """camt.053.001.08."""
    opening, closing = (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{_figure(cents)}</Amt>'
        f"<CdtDbtInd>{'CRDT' if cents >= 0 else 'DBIT'}</CdtDbtInd><Dt><Dt>{movements[-1].day}</Dt></Dt></Bal>"
        for code, cents in zip(("OPBD", "CLBD"), _balances(movements), strict=True)
    )
    rows = "".join(map(_ntry, movements))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr/>'
        f"<Stmt><Id>1</Id><Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>{opening}{closing}{rows}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _ntry(m: Movement) -> str:
    role, side = ("Dbtr", "CRDT") if m.cents > 0 else ("Cdtr", "DBIT")
    strd = f"<Strd><CdtrRefInf><Ref>{m.reference}</Ref></CdtrRefInf></Strd>"
    return (
        f'<Ntry><Amt Ccy="EUR">{_figure(m.cents)}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{m.day}</Dt></BookgDt>'
        f"<ValDt><Dt>{m.day}</Dt></ValDt><NtryDtls><TxDtls><RltdPties><{role}><Pty><Nm>{escape(m.name)}</Nm></Pty></{role}><{role}Acct><Id><IBAN>{m.iban}</IBAN>"
        f"</Id></{role}Acct></RltdPties><RmtInf>{strd if m.reference else f'<Ustrd>{escape(m.text)}</Ustrd>'}</RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def coda(movements: Sequence[Movement]) -> bytes:
    """CODA 2: header, old balance, movements of three records, new balance, totals."""
    day, (opening, closing) = movements[-1].day.strftime("%d%m%y"), _balances(movements)
    account = IBAN.ljust(34) + "EUR"
    lines = [
        f"00000{day}12305".ljust(127) + "2",
        f"13001{account}{_signed(opening)}{day}".ljust(128),
    ]
    for number, m in enumerate(movements, 1):
        mark, head = m.day.strftime("%d%m%y"), f"{number % 10_000:04}0000"
        told = f"1101{m.reference}" if m.reference else f"0{m.text[:53]}"
        first = f"21{head}{'R' * 21}{_signed(m.cents)}{mark}00150000{told.ljust(54)}{mark}00101 0"
        lines += [first, f"22{head}".ljust(125) + "1 0", f"23{head}{m.iban.ljust(37)}{m.name[:35].ljust(78)}0 0"]
    out, back = (sum(abs(m.cents) for m in movements if (m.cents > 0) is credit) for credit in (False, True))
    lines += [
        f"8001{account}{_signed(closing)}{day}".ljust(128),
        f"9{' ' * 15}{len(lines):06}{out * 10:015}{back * 10:015}".ljust(128),
    ]
    return "\r\n".join(lines).encode("latin-1")


def _signed(cents: int) -> str:
    return f"{'1' if cents < 0 else '0'}{abs(cents) * 10:015}"


def mt940(movements: Sequence[Movement]) -> bytes:
    """MT940 with the subfields of German banks."""
    day, balances = movements[-1].day.strftime("%y%m%d"), _balances(movements)
    opening, closing = (f"{'C' if c >= 0 else 'D'}{day}EUR{_figure(c, ',')}" for c in balances)
    lines = [":20:STARTUMS", f":25:{IBAN}", ":28C:1/1", f":60F:{opening}"]
    for m in movements:
        side = "C" if m.cents > 0 else "D"
        lines.append(f":61:{m.day:%y%m%d}{m.day:%m%d}{side}{_figure(m.cents, ',')}NTRFNONREF")
        lines.append(f":86:166?00GUTSCHRIFT?20SVWZ+{_marked(m)}?31{m.iban}?32{m.name[:27]}")
    return "\r\n".join([*lines, f":62F:{closing}", "-"]).encode()


def cfonb120(movements: Sequence[Movement]) -> bytes:
    """CFONB 120 with complements for the name and the message."""
    head = f"{BANK}    {BRANCH}EUR2 {NUMBER}"
    day, (opening, closing) = movements[-1].day.strftime("%d%m%y"), _balances(movements)
    lines = [f"01{head}  {day}{' ' * 50}{_overpunched(opening)}".ljust(120)]
    for m in movements:
        mark = m.day.strftime("%d%m%y")
        lines.append(f"04{head}05{mark}  {mark}{'VIREMENT'.ljust(31)}  0000000  {_overpunched(m.cents)}".ljust(120))
        name = "NPY" if m.cents > 0 else "NBE"
        for qualifier, text in ((name, m.name), ("CPY" if m.cents > 0 else "CBE", m.iban), ("LCC", _marked(m))):
            lines.append(f"05{head}05{mark}     {qualifier}{text[:70].ljust(70)}".ljust(120))
    return "\r\n".join([*lines, f"07{head}  {day}{' ' * 50}{_overpunched(closing)}".ljust(120)]).encode("latin-1")


def _overpunched(cents: int) -> str:
    digits = f"{abs(cents):014}"
    return digits[:-1] + ("{ABCDEFGHI" if cents >= 0 else "}JKLMNOPQR")[int(digits[-1])]


def ofx(movements: Sequence[Movement]) -> bytes:
    """OFX 1 in SGML; the other side has a name of 32 characters and no account."""
    rows = "".join(
        f"<STMTTRN><TRNTYPE>{'CREDIT' if m.cents > 0 else 'DEBIT'}<DTPOSTED>{m.day:%Y%m%d}<TRNAMT>{'-' if m.cents < 0 else ''}{_figure(m.cents)}"
        f"<FITID>{n}<NAME>{escape(m.name[:32])}<MEMO>{escape(_marked(m))}</STMTTRN>\n"
        for n, m in enumerate(movements, 1)
    )
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM>"
        f"<BANKID>{BANK}<BRANCHID>{BRANCH}<ACCTID>{NUMBER}</BANKACCTFROM><BANKTRANLIST>{rows}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    ).encode("cp1252", "replace")


def csv(movements: Sequence[Movement]) -> bytes:
    """A CSV export in French headings, the newest movement first, with a running balance."""
    rows, balance = [], OPENING
    for m in movements:
        balance += m.cents
        sums = (
            f"{'-' if m.cents < 0 else ''}{_figure(m.cents, ',')};{'-' if balance < 0 else ''}{_figure(balance, ',')}"
        )
        rows.append(f"{IBAN};{m.day:%d/%m/%Y};{sums};EUR;{m.name};{m.iban};{_marked(m)}")
    head = "Numéro de compte;Date comptable;Montant;Solde;Devise;Nom contrepartie;Compte contrepartie;Communication"
    return "\n".join([head, *reversed(rows)]).encode("cp1252", "replace")


FORMATS = {"camt": camt, "coda": coda, "mt940": mt940, "cfonb120": cfonb120, "ofx": ofx, "csv": csv}
