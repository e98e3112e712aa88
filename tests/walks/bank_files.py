"""What the story's bank says: CODA, camt.053, a CSV export and a payment notice about the account of the story's first creditor."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from email.message import EmailMessage
from html import escape

from agent.demo import mails
from agent.demo.cast import AGENCY, ATELIER

BANK = "Banque du Canal <avis@banque.example>"


@dataclass(frozen=True)
class Movement:
    """Money on the account: `amount` below zero when it leaves; `reference` is the bank's own."""

    amount: str
    name: str
    iban: str
    text: str
    reference: str
    returned: bool = False


def camt(day: date, *movements: Movement, opening: str = "1000.00") -> bytes:
    """A camt.053 of one day."""
    closing = Decimal(opening) + sum(Decimal(m.amount) for m in movements)
    rows = "".join(_entry(day, m) for m in movements)
    return (
        "<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId>"
        f"</GrpHdr><Stmt><Id>1</Id><Acct><Id><IBAN>{ATELIER.iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>{_balance('OPBD', opening, day)}"
        f"{_balance('CLBD', str(closing), day)}{rows}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _balance(kind: str, amount: str, day: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(day: date, m: Movement) -> str:
    credit = not m.amount.startswith("-")
    party = "Dbtr" if credit or m.returned else "Cdtr"
    back = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>" if m.returned else ""
    return (
        f"<Ntry><Amt Ccy='EUR'>{m.amount.lstrip('-')}</Amt><CdtDbtInd>{'CRDT' if credit else 'DBIT'}</CdtDbtInd>"
        f"{'<RvslInd>true</RvslInd>' if m.returned else ''}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        f"<AcctSvcrRef>{m.reference}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><{party}><Pty><Nm>{escape(m.name)}</Nm></Pty></{party}>"
        f"<{party}Acct><Id><IBAN>{m.iban}</IBAN></Id></{party}Acct></RltdPties><RmtInf><Ustrd>{escape(m.text)}</Ustrd></RmtInf>{back}</TxDtls>"
        "</NtryDtls></Ntry>"
    )


def coda(day: date, *movements: Movement) -> bytes:
    """A CODA file (version 2) of one day, opening at 1,000.00."""
    closing = Decimal(1000) + sum(Decimal(m.amount) for m in movements)
    stamp, name = f"{day:%d%m%y}", "ATELIER BRUNO SRL"
    lines = [f"00000{stamp}36305        00000001  {name.ljust(26)}BBRUBEBB   00441122148 00000".ljust(127) + "2"]
    before = f"{day - timedelta(days=1):%d%m%y}"
    lines.append(
        f"12001{ATELIER.iban.ljust(34)}EUR0{_thousandths(Decimal(1000))}{before}{name.ljust(26)}{'Compte a vue'.ljust(35)}001"
    )
    for number, m in enumerate(movements, 1):
        sequence = f"{number:04}0000"
        amount = f"0{_thousandths(Decimal(m.amount))}"
        lines.append(
            f"21{sequence}{m.reference.ljust(21)}{amount}{stamp}001500000{m.text[:53].ljust(53)}{stamp}00110 0"
        )
        lines.append(f"22{sequence}{' ' * 53}{' ' * 35}BBRUBEBB".ljust(125) + "1 0")
        lines.append(f"23{sequence}{m.iban.ljust(37)}{m.name[:35].ljust(35)}{' ' * 43}0 0")
    lines.append(f"8001{ATELIER.iban.ljust(34)}EUR0{_thousandths(closing)}{stamp}".ljust(127) + "0")
    came = _thousandths(sum((Decimal(m.amount) for m in movements), Decimal(0)))
    lines.append(f"9               {3 * len(movements) + 2:06}{'0' * 15}{came}".ljust(127) + "2")
    return "\r\n".join(lines).encode("latin-1")


def _thousandths(amount: Decimal) -> str:
    return f"{int(amount * 1000):015}"


def kbc(day: date, *movements: Movement) -> bytes:
    """A CSV export as a Belgian bank writes it."""
    head = (
        "Rekeningnummer;Rubrieknaam;Naam;Munt;Afschriftnummer;Datum;Omschrijving;Valuta;Bedrag;Saldo;credit;debet;"
        "rekeningnummer tegenpartij;BIC tegenpartij;Naam tegenpartij;Adres tegenpartij;gestructureerde mededeling;Vrije mededeling"
    )
    saldo, rows = Decimal(1000), []
    for m in movements:
        saldo += Decimal(m.amount)
        amount, left = m.amount.replace(".", ","), str(saldo).replace(".", ",")
        rows.append(
            f"{ATELIER.iban};;ATELIER BRUNO SRL;EUR; 0042;{day:%d/%m/%Y};EUROPESE OVERSCHRIJVING {m.reference};{day:%d/%m/%Y};{amount};{left};{amount};;"
            f"{m.iban};BBRUBEBB;{m.name};;;{m.text}"
        )
    return "\r\n".join((head, *rows)).encode("latin-1")


def notice(pen: mails.Pen, m: Movement) -> EmailMessage:
    """A mail in which the bank tells of one payment."""
    text = (
        f"Bonjour,\n\nVous avez reçu un virement de {m.amount.replace('.', ',')} EUR de {m.name} sur votre compte {ATELIER.iban}.\n"
        f"Communication : {m.text}\n\nBanque du Canal"
    )
    return mails.letter(pen, AGENCY, "Vous avez reçu un virement", text)
