"""Invented firms with debtors, open items and a bank: the worlds in which matching is scored. Everything follows from the seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from agent.domain.findings import Entry
from agent.domain.matching import Allocation, Book, BookDebtor, BookItem, EarlyDiscount, Effect, Receipt

START = date(2027, 1, 4)
CENT = Decimal("0.01")

# How firms number: the running number and the day of issue give the invoice's number.
NUMBERINGS: dict[str, Callable[[int, date], str]] = {
    "letter, year, four": lambda n, d: f"F{d.year}-{n:04}",
    "year/number": lambda n, d: f"{d.year}/{n:03}",
    "number/year": lambda n, d: f"{n}/{d.year}",
    "book, short year": lambda n, d: f"VK{d:%y}{n:05}",
    "year and month": lambda n, d: f"{d:%y%m}-{n:03}",
    "two marks": lambda n, d: f"FA-{d:%y}-{n:04}",
    "plain six": lambda n, _: f"{310000 + n}",
    "plain four": lambda n, _: f"{2400 + n}",
    "letter and number": lambda n, _: f"A{n + 600}",
    "points": lambda n, d: f"{d.year}.{n:04}",
    "long": lambda n, _: f"INV-{n:06}",
    "site": lambda n, d: f"S{1 + n % 2:02}-{d:%y}-{n:04}",
    "digits with year": lambda n, d: f"{d.year}{n:04}",
    "german": lambda n, d: f"RE-{d.year}-{n:03}",
}
FIRST = (
    "Alma Brik Corvin Delmer Estran Farand Gilka Hestia Iverna Jonkers Kobalt Lemaire Moreau Nieuwpoort Ostende Prisma Quercus "
    "Rosier Sterling Tilleul Ursel Verlinden Wouters Zonnebloem Bergström Müller Lefèvre Dubois Claes"
).split()
TRADES = "Chauffage Boulangerie Garage Drukkerij Bouw Elektro Traiteur Consulting Logistics Tischlerei Immo Café Apotheek Studio".split()
FORMS = "SRL SA BV NV SAS SARL GmbH AG Ltd VOF".split()
PEOPLE = "Anne Marc Sofie Koen Lucie Hans Emma Jan".split()
BANKS = ("columns", "columns", "upper", "cut", "blocks", "label", "german", "dutch")


def iban(rng: random.Random, country: str = "BE") -> str:
    """An account number of this country's form with valid check digits."""
    length = {"BE": 12, "FR": 23, "NL": 14, "DE": 18, "LU": 16}[country]
    bank = "INGB" if country == "NL" else ""
    body = bank + "".join(str(rng.randrange(10)) for _ in range(length - len(bank)))
    digits = "".join(str(int(c, 36)) for c in f"{body}{country}00")
    return f"{country}{98 - int(digits) % 97:02}{body}"


def structured(rng: random.Random) -> str:
    """A Belgian structured communication."""
    base = rng.randrange(10**9, 10**10)
    return f"{base:010}{base % 97 or 97:02}"


@dataclass
class Paid:
    """A movement with its truth: item to effect and amount (None for what is paid in full)."""

    entry: Entry
    truth: Mapping[str, tuple[Effect, Decimal | None]]
    decidable: bool
    case: str


@dataclass
class World:
    """The state of one firm's books at `day`, and how its debtors and its bank write."""

    rng: random.Random
    numbering: str
    language: str
    bank: str
    day: date
    book: Book
    group: str
    receipts: list[Receipt] = field(default_factory=list)
    pending: list[Paid] = field(default_factory=list)
    issued: int = 0

    @property
    def items(self) -> list[BookItem]:
        """The items of which something is open."""
        return [i for i in self.book.items.values() if i.open > 0 and i.issued_on <= self.day]

    def pick(self, wanted: Callable[[BookItem], bool] = lambda _: True) -> BookItem | None:
        """An open invoice of this kind."""
        found = [i for i in self.items if i.open > 60 and wanted(i)]
        return self.rng.choice(found) if found else None

    def bundle(self, size: int, wanted: Callable[[BookItem], bool] = lambda _: True) -> list[BookItem]:
        """Several open invoices of one debtor, in the order of their numbers; empty when there are none."""
        first = self.pick(wanted)
        own = [] if first is None else [i for i in self.items if i.debtor == first.debtor and i.currency == "EUR"]
        return sorted(self.rng.sample(own, size), key=lambda i: i.issued_on) if len(own) >= size else []

    def debtor(self, item: BookItem) -> BookDebtor:
        """Whose item it is."""
        return self.book.debtors[item.debtor]

    def fits(self, amount: Decimal, but: Iterable[str] = ()) -> bool:
        """Whether another open item of anybody is of this amount."""
        return any(i.open == amount and i.currency == "EUR" and i.id not in set(but) for i in self.items)

    def sets(self, debtor: str, amount: Decimal) -> int:
        """How many sets of up to three open items of a debtor make an amount."""
        opened = [i.open for i in self.book.open_of(debtor, "EUR", self.day)]
        count = opened.count(amount)
        for n, a in enumerate(opened):
            for m in range(n + 1, len(opened)):
                count += a + opened[m] == amount
                count += sum(a + opened[m] + c == amount for c in opened[m + 1 :])
        return count

    def certain(self, debtor: BookDebtor, entry: Entry) -> bool:
        """Whether account or exact name, as the bank shows them, say who pays."""
        owners = self.book.at_account(entry.counterparty_iban)
        if owners:
            return debtor.id in owners
        shown = debtor.name.upper()
        return shown in (entry.counterparty_name.upper(), *re.findall(r"/DE (.+?) /MOTIF", entry.remittance.upper()))

    def settle(self, paid: Paid) -> None:
        """The books after the truth of this movement."""
        allocations = []
        for id_, (effect, amount) in paid.truth.items():
            item = self.book.items[id_]
            value = item.open if amount is None else amount
            left = item.open + value if effect is Effect.REOPEN else item.open - value
            left = Decimal(0) if effect is Effect.PAID else left
            allocations.append(Allocation(id_, value, effect))
            self.book.put(replace(item, open=left))
        receipt = Receipt(paid.entry, tuple(allocations))
        if not paid.entry.pending:
            self.book.put_receipt(receipt)
            self.receipts.append(receipt)


def make(seed: int) -> World:
    """The world of this seed, some weeks after its first invoice."""
    rng = random.Random(f"payments {seed}")
    numbering = list(NUMBERINGS)[seed % len(NUMBERINGS)]
    language = rng.choice(("fr", "nl", "de", "en"))
    group = f"{rng.choice(FIRST)} {rng.choice(('Invest', 'Location', 'Vastgoed', 'Holding'))}"
    book = Book.of((), _debtors(rng), [iban(rng)], [group])
    world = World(rng, numbering, language, rng.choice(BANKS), START, book, group, issued=rng.choice((0, 7, 84)))
    prices = [Decimal(rng.choice((50, 75, 80, 100, 121, 150, 242, 250, 363, 484, 500))) for _ in range(4)]
    for _ in range(150):
        issue(world, prices)
        world.day += timedelta(days=rng.choice((0, 0, 1)))
    return world


def _debtors(rng: random.Random) -> list[BookDebtor]:
    debtors: list[BookDebtor] = []
    firsts = rng.sample(FIRST, 18)
    for n in range(34):
        person = rng.random() < 0.2
        core = f"{rng.choice(PEOPLE)} {rng.choice(firsts)}" if person else f"{rng.choice(TRADES)} {rng.choice(firsts)}"
        name = core if person else f"{core} {rng.choice(FORMS)}"
        accounts = tuple(iban(rng, rng.choice(("BE", "BE", "FR", "NL", "DE"))) for _ in range(rng.choice((0, 1, 1, 2))))
        aliases = (f"{core} Groep",) if rng.random() < 0.1 else ()
        debtors.append(BookDebtor(f"d{n}", name, aliases, accounts))
    shared = rng.choice([d for d in debtors if d.ibans])
    n = debtors.index(rng.choice([d for d in debtors if d.id != shared.id]))
    debtors[n] = replace(debtors[n], ibans=(*debtors[n].ibans, shared.ibans[0]))
    twin = rng.choice(debtors)
    return [*debtors, BookDebtor("d99", twin.name, (), (iban(rng),))]


def issue(world: World, prices: list[Decimal]) -> BookItem:
    """One more invoice of this day, or a credit note now and then."""
    rng = world.rng
    world.issued += 1
    owner = rng.choice(list(world.book.debtors)[:16] if rng.random() < 0.75 else list(world.book.debtors))
    amount = rng.choice(prices) if rng.random() < 0.35 else Decimal(rng.randint(6_000, 800_000)).scaleb(-2)
    number = NUMBERINGS[world.numbering](world.issued, world.day)
    if rng.random() < 0.06:
        number, amount = f"NC{world.day.year}-{world.issued:03}", -(amount / 5).quantize(CENT)
    discount = None
    if amount > 0 and rng.random() < 0.2:
        discount = EarlyDiscount(rng.choice((Decimal(2), Decimal(3), Decimal("1.5"))), world.day + timedelta(days=14))
    references = (structured(rng),) if amount > 0 and rng.random() < 0.5 else ()
    currency = "USD" if amount > 0 and rng.random() < 0.03 else "EUR"
    item = BookItem(
        f"i{world.issued}", owner, number, world.day, currency, amount, amount, references, discount=discount
    )
    world.book.put(item)
    return item
