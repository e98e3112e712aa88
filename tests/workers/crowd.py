"""Who writes what to the three mailboxes: creditors hand over invoices and say what is paid, their debtors answer, strangers write too.

Each person writes to one mailbox, and his mails are to be handled in the order in which he wrote them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from agent.demo import mails
from agent.demo.cast import AGENCY
from agent.demo.documents import Party
from agent.demo.mails import Pen
from agent.mail.identity import message_key
from benchmarks.load_world import creditor, debtor
from tests.torture.world import identity
from tests.walks.invoices import bill

# Each mailbox with its address and how many of a hundred creditors write to it.
MAILBOXES = {"north": (AGENCY, 60), "south": ("south@comptoir.example", 25), "west": ("west@comptoir.example", 15)}
# Of a hundred mails of the first morning, so many are of each sort. "paid" comes right behind the invoice that it is about.
_MORNING = {"invoice": 74, "paid": 12, "again": 5, "redelivered": 5, "stranger": 4}
# Of a hundred mails of the whole walk, so many come on the first morning, and so many are debtors' answers; the others are payments.
MORNING, ANSWERS = 72, 13
_ANSWERS = (
    "Bonjour,\n\nNous paierons ces factures le 9 mars.\n\nBien à vous,\nSophie",
    "Bonjour,\n\nNous contestons cette facture : les travaux ne sont pas terminés.\n\nSophie",
    "Bonjour,\n\nPouvez-vous m'appeler ? Sophie",
    "Bonjour,\n\nNous avons payé ces factures le 13 février.\n\nSophie",
)


@dataclass(frozen=True, slots=True)
class Posted:
    """A mail that was put into a mailbox: what it is, and which invoice it hands over (`registers`) or says to be paid (`pays`); in which scene."""

    raw: bytes = field(repr=False)
    mailbox: str
    sender: str
    message_id: str
    key: str
    sort: str
    registers: str = ""
    pays: str = ""
    scene: int = 0


@dataclass(slots=True)
class House:
    """A creditor with his mailbox, his debtors and his invoices so far, by debtor; those that are paid are struck off."""

    seller: Party
    mailbox: str
    debtors: tuple[Party, ...]
    open: dict[str, Party] = field(default_factory=dict)
    written: int = 0
    mails: list[Posted] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where he writes to."""
        return MAILBOXES[self.mailbox][0]


Received = Callable[[str], Sequence[bytes]]


class Crowd:
    """Everybody who writes; `dice` decides who writes what."""

    def __init__(self, messages: int, dice: random.Random) -> None:
        self.dice = dice
        self._serial = 0
        count = min(max(messages // 160, 6), 48)
        places = [name for name, (_, share) in MAILBOXES.items() for _ in range(max(count * share // 100, 1))]
        places += ["north"] * (count - len(places))
        each = min(max(messages // count // 20, 2), 10)
        self.houses = [
            House(creditor(n), place, tuple(debtor(n * each + d) for d in range(each)))
            for n, place in enumerate(places[:count])
        ]

    def morning(self, at: datetime, count: int) -> Iterator[Posted]:
        """So many mails: invoices, some paid at once, some handed over twice, some mails that come twice, and strangers."""
        sorts = self.dice.choices(list(_MORNING), list(_MORNING.values()), k=count)
        for sort in sorts:
            house = self.dice.choice(self.houses)
            yield self._kept(house, self._of_the_morning(house, sort, at))

    def _of_the_morning(self, house: House, sort: str, at: datetime) -> Posted:
        if sort == "stranger":
            return self._stranger(house, at)
        if sort == "redelivered" and house.mails:
            # the last is not yet filed away, perhaps: two workers may hold one each
            return self._of(house, self.dice.choice(house.mails[-3:]).raw, "redelivered")
        if sort == "again" and house.open:
            number = self.dice.choice(list(house.open))
            return self._handed_over(house, number, house.open[number], at, "again")
        last = next(reversed(house.open), "")
        if sort == "paid" and last:
            return self._paid(house, last, at)
        house.written += 1
        number = f"{house.seller.email.partition('@')[2].removesuffix('.example').upper()}-{house.written:04}"
        buyer = self.dice.choice(house.debtors)
        house.open[number] = buyer
        return self._handed_over(house, number, buyer, at, "invoice")

    def payments(self, at: datetime, count: int) -> Iterator[Posted]:
        """So many invoices, of all creditors by turns, are said to be paid."""
        for n in range(count):
            house = self.houses[n % len(self.houses)]
            if house.open:
                yield self._kept(house, self._paid(house, self.dice.choice(list(house.open)), at))
            else:
                yield self._kept(house, self._stranger(house, at))

    def answers(self, at: datetime, count: int, received: Received) -> Iterator[Posted]:
        """So many debtors answer the last mail that they received; who received none leaves it to a stranger."""
        people = [(house, buyer) for house in self.houses for buyer in house.debtors]
        for n in range(count):
            house, buyer = people[n % len(people)]
            got = received(buyer.email)
            if not got:
                yield self._kept(house, self._stranger(house, at))
                continue
            pen = self._pen(f"Compta <{buyer.email}>", at)
            text = self.dice.choice(_ANSWERS)
            mail = mails.letter(pen, house.address, "Re: relevé", text, answers=got[-1])
            yield self._kept(house, self._of(house, mail.as_bytes(), "answer", sender=buyer.email))

    def _pen(self, sender: str, at: datetime, *, proved: bool = True) -> Pen:
        self._serial += 1
        return Pen(sender, at, f"w{self._serial:06}", proved)

    def _kept(self, house: House, posted: Posted) -> Posted:
        if posted.sort in ("invoice", "paid"):
            house.mails.append(posted)
        return posted

    def _handed_over(self, house: House, number: str, buyer: Party, at: datetime, sort: str) -> Posted:
        content = bill(number, str(Decimal(100) + house.written), buyer, house.seller)
        pen = self._pen(f"Owner <{house.seller.email}>", at)
        mail = mails.letter(pen, house.address, f"Facture {number}", "À suivre svp.")
        mail.add_attachment(content, maintype="application", subtype="xml", filename="facture.xml")
        return self._of(house, mail.as_bytes(), sort, registers=number if sort == "invoice" else "")

    def _paid(self, house: House, number: str, at: datetime) -> Posted:
        del house.open[number]
        pen = self._pen(f"Owner <{house.seller.email}>", at)
        mail = mails.letter(pen, house.address, "Reçu", f"payé {number}")
        return self._of(house, mail.as_bytes(), "paid", pays=number)

    def _stranger(self, house: House, at: datetime) -> Posted:
        number = self.dice.randrange(10**6)
        pen = self._pen(f"Shop <news@shop{number}.example>", at)
        mail = mails.letter(pen, house.address, "Soldes", "Tout doit disparaître.")
        return self._of(house, mail.as_bytes(), "stranger", sender=f"news@shop{number}.example")

    def _of(
        self, house: House, raw: bytes, sort: str, *, sender: str = "", registers: str = "", pays: str = ""
    ) -> Posted:
        return Posted(
            raw=raw,
            mailbox=house.mailbox,
            sender=sender or house.seller.email,
            message_id=identity(raw),
            key=message_key(raw),
            sort=sort,
            registers=registers,
            pays=pays,
        )
