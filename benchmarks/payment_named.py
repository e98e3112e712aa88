"""Payments that name their invoices, in all the ways in which debtors do, with their truth; None when the books do not allow it."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import partial

from agent.domain.matching import BookItem, Effect
from benchmarks.payment_world import CENT, Paid, World
from benchmarks.payment_writing import (
    FOR,
    PARTS,
    WHOLE,
    announced,
    digits,
    pay,
    plain,
    settled,
    spelled,
    total,
    unique,
)


def by_number(world: World) -> Paid | None:
    """A number in any spelling, by the debtor or by somebody who is none."""
    item = world.pick(lambda i: i.currency == "EUR")
    if item is None:
        return None
    owner = world.debtor(item) if world.rng.random() < 0.8 else None
    entry = pay(world, owner, item.open, announced(world, spelled(world, item.number)))
    return Paid(entry, settled(item), unique(world, item.number, item), "number")


def by_reference(world: World) -> Paid | None:
    """The structured communication, in its own field or in the text."""
    item = world.pick(lambda i: bool(i.references) and i.currency == "EUR")
    if item is None:
        return None
    ogm = item.references[0]
    shape = world.rng.choice(("{0}", "+++{1}/{2}/{3}+++", "{1}/{2}/{3}", "***{1}/{2}/{3}***", "{1} {2} {3}"))
    text = shape.format(ogm, ogm[:3], ogm[3:7], ogm[7:])
    owner = world.debtor(item)
    known = world.rng.random() < 0.5
    if world.rng.random() < 0.5:
        return Paid(pay(world, owner, item.open, "", reference=ogm, known=known), settled(item), True, "reference")
    return Paid(pay(world, owner, item.open, text, known=known), settled(item), True, "reference in text")


def slip(world: World) -> Paid | None:
    """A slip of the pen: swapped or missing digits, O for 0, I for 1, zeros left out, no year, another prefix."""
    rng, item = world.rng, world.pick(lambda i: i.currency == "EUR" and i.amount > 0)
    if item is None:
        return None
    number, n = item.number, rng.randrange(1, len(item.number) - 1)
    run = digits(number)[-4:]
    ways = {
        "swapped": number[:n] + number[n + 1] + number[n] + number[n + 2 :],
        "dropped": number[:n] + number[n + 1 :],
        "doubled": number[:n] + number[n] + number[n:],
        "letter": number[0] + number[1:].replace("0", "O", 1),
        "one": number[0] + number[1:].replace("1", "I", 1),
        "zeros": re.sub(r"(?<=\D)0+(?=\d)", "", number),
        "tail": run.lstrip("0"),
        "short year": number.replace("2027", "27"),
        "changed": number[:-1] + str((int(number[-1]) + 5) % 10) if number[-1].isdigit() else number + "1",
    }
    way = rng.choice(list(ways))
    told, owner = ways[way], world.debtor(item)
    if told == number or (digits(told) == digits(number) and way not in ("letter", "one")) or len(digits(told)) < 3:
        return None
    entry = pay(world, owner, item.open, announced(world, told))
    free = not any(
        digits(i.number) == digits(told) or plain(i.number) == plain(told)
        for i in world.book.items.values()
        if i.id != item.id
    )
    if any(i.debtor == item.debtor and i.open == item.open and i.id != item.id for i in world.items):
        return None
    return Paid(entry, settled(item), free and world.certain(owner, entry), f"slip: {way}")


def several(world: World) -> Paid | None:
    """Two to five numbers of one debtor, whole or, after the first, by their last digits."""
    rng, items = world.rng, world.bundle(world.rng.choice((2, 2, 3, 4)))
    if not items or any(i.amount < 0 for i in items):
        return None
    owner, short = world.debtor(items[0]), rng.random() < 0.4
    told = [i.number for i in items]
    if short:
        if rng.random() < 0.5:
            told = [told[0], *(digits(t)[-3:] for t in told[1:])]
        tails_fit = all(digits(i.number)[:-3] == digits(items[0].number)[:-3] for i in items)
    entry = pay(
        world,
        owner,
        total(*items),
        announced(world, *told, joined=rng.choice((", ", " + ", "/", " et ", " en ", " und ", ","))),
    )
    whole = told == [i.number for i in items]
    sure = all(unique(world, i.number, i) for i in items) and (whole or (tails_fit and world.certain(owner, entry)))
    return Paid(entry, settled(*items), sure, "several numbers" if whole else "several, last digits")


def a_range(world: World) -> Paid | None:
    """All open items of a debtor from one number to another."""
    items = world.bundle(2)
    if not items:
        return None
    order = sorted((i for i in world.items if i.debtor == items[0].debtor), key=lambda i: int(i.id[1:]))
    low, high = sorted((order.index(items[0]), order.index(items[1])))
    chosen = order[low : high + 1]
    if len(chosen) < 3 or any(i.amount < 0 or i.currency != "EUR" for i in chosen):
        return None
    first, last = chosen[0].number, chosen[-1].number
    told = world.rng.choice((" à ", " tot ", " bis ", " to ", " t/m ", " au ", " t.e.m. "))
    entry = pay(world, world.debtor(chosen[0]), total(*chosen), announced(world, first, last, joined=told))
    return Paid(entry, settled(*chosen), True, "range")


def part(world: World) -> Paid | None:
    """A part of one named item; its rest follows another day."""
    item = world.pick(lambda i: i.currency == "EUR" and i.open > 400 and i.open == i.amount)
    if item is None:
        return None
    share = world.rng.choice((Decimal("0.3"), Decimal("0.5"), Decimal("0.37")))
    amount = (item.open * share).quantize(Decimal(10) if world.rng.random() < 0.5 else CENT)
    owner, word = world.debtor(item), world.rng.choice((*PARTS[world.language], ""))
    entry = pay(world, owner, amount, f"{word} {announced(world, item.number)}".strip())
    explained = bool(world.sets(owner.id, amount)) or world.fits(amount)
    sure = world.certain(owner, entry) and not explained and unique(world, item.number, item)
    return Paid(entry, {item.id: (Effect.PARTIAL, amount)}, sure, "part")


def rest(world: World) -> Paid | None:
    """What was left of a part payment."""
    item = world.pick(lambda i: 0 < i.open < i.amount)
    if item is None:
        return None
    word = world.rng.choice((*WHOLE[world.language][:1], "", ""))
    entry = pay(world, world.debtor(item), item.open, f"{word} {announced(world, item.number)}".strip())
    return Paid(entry, settled(item), unique(world, item.number, item), "rest")


def discounted(world: World) -> Paid | None:
    """Less the discount, within its days or after them."""
    item = world.pick(lambda i: i.discount is not None and i.open == i.amount)
    if item is None or item.discount is None:
        return None
    off = (item.amount * item.discount.percent / 100).quantize(CENT)
    late, owner = world.day > item.discount.until, world.debtor(item)
    word = world.rng.choice(("escompte", "korting contant", "Skonto", "discount", ""))
    entry = pay(world, owner, item.open - off, f"{announced(world, item.number)} {word}".strip())
    sure = not late and world.certain(owner, entry) and unique(world, item.number, item)
    if late:
        return Paid(entry, {item.id: (Effect.PARTIAL, entry.amount)}, False, "discount, late")
    return Paid(entry, settled(item), sure, "discount")


def charged(world: World) -> Paid | None:
    """Bank charges or a deduction of the debtor's own: only the creditor knows."""
    item = world.pick(lambda i: i.currency == "EUR")
    if item is None:
        return None
    short = world.rng.choice((Decimal(5), Decimal("7.50"), Decimal(12), Decimal(25), (item.open / 50).quantize(CENT)))
    word = world.rng.choice(
        ("", "", "frais déduits", "min kosten", "less bank charges", "moins avoir", "abzgl. Spesen")
    )
    entry = pay(world, world.debtor(item), item.open - short, f"{announced(world, item.number)} {word}".strip())
    return Paid(entry, settled(item), False, "charges")


def cents(world: World) -> Paid | None:
    """A few cents off."""
    item = world.pick(lambda i: i.currency == "EUR")
    if item is None:
        return None
    off, owner = Decimal(world.rng.choice((-4, -1, 2, 3))).scaleb(-2), world.debtor(item)
    entry = pay(world, owner, item.open + off, announced(world, item.number))
    sure = world.certain(owner, entry) and unique(world, item.number, item) and not world.fits(entry.amount)
    return Paid(entry, settled(item), sure, "cents")


def too_much(world: World) -> Paid | None:
    """More than is open, with the number."""
    item = world.pick(lambda i: i.currency == "EUR")
    if item is None:
        return None
    surplus, owner = world.rng.choice((Decimal(10), Decimal("33.10"), Decimal(90))), world.debtor(item)
    entry = pay(world, owner, item.open + surplus, announced(world, item.number))
    explained = world.sets(owner.id, surplus) or world.sets(owner.id, entry.amount) or world.fits(entry.amount)
    sure = world.certain(owner, entry) and unique(world, item.number, item) and not explained and surplus < item.open
    return Paid(entry, settled(item), sure, "overpayment")


def _covers(note: BookItem, item: BookItem) -> bool:
    return item.debtor == note.debtor and item.open > -note.open and item.currency == "EUR"


def credit_deducted(world: World) -> Paid | None:
    """An invoice less a credit note, both named, or the credit note not named."""
    notes = [i for i in world.book.items.values() if i.open < 0 and i.issued_on <= world.day]
    for note in notes:
        item = world.pick(partial(_covers, note))
        if item is None:
            continue
        both = world.rng.random() < 0.6
        told = announced(world, item.number) + (
            f" - NC {note.number}" if both else world.rng.choice((" moins avoir", "", " min CN"))
        )
        entry = pay(world, world.debtor(item), item.open + note.open, told)
        return Paid(
            entry,
            settled(item, note),
            both and unique(world, item.number, item),
            "credit note" if both else "credit note, unnamed",
        )
    return None


def shares(world: World) -> Paid | None:
    """The share of each number stands beside it."""
    items = world.bundle(2)
    if not items or any(i.amount < 0 for i in items):
        return None
    a, b = items
    less = (b.open / 2).quantize(CENT) if world.rng.random() < 0.3 else b.open
    told = (
        f"{a.number} {a.open:.2f} + {b.number} {less:.2f}".replace(".", ",")
        if "." not in a.number
        else f"{a.number}: {a.open:.2f} EUR, {b.number}: {less:.2f} EUR"
    )
    entry = pay(world, world.debtor(a), a.open + less, told)
    truth = {**settled(a), b.id: (Effect.PAID if less == b.open else Effect.PARTIAL, None if less == b.open else less)}
    sure = world.certain(world.debtor(a), entry) and all(unique(world, i.number, i) for i in items)
    return Paid(entry, truth, sure, "shares")


def for_another(world: World) -> Paid | None:
    """A third party pays, names the number and says for whom; or an accountant pays for two of his clients."""
    item = world.pick(lambda i: i.currency == "EUR")
    if item is None or not unique(world, item.number, item):
        return None
    if world.rng.random() < 0.5:
        told = FOR[world.language].format(world.debtor(item).name, announced(world, item.number))
        return Paid(pay(world, None, item.open, told), settled(item), True, "third party")
    other = world.pick(lambda i: i.debtor != item.debtor and i.currency == "EUR")
    if other is None or not unique(world, other.number, other):
        return None
    entry = pay(world, None, total(item, other), announced(world, item.number, other.number))
    return Paid(entry, settled(item, other), True, "third party, two debtors")


def factor(world: World) -> Paid | None:
    """A factoring company pays a batch and keeps its fee."""
    items = world.bundle(2)
    if not items or any(i.amount < 0 for i in items):
        return None
    entry = replace(
        pay(world, None, total(*items) - Decimal("18.15"), announced(world, *(i.number for i in items))),
        counterparty_name="Eurofactor Finance",
    )
    return Paid(entry, settled(*items), False, "factoring, less its fee")


def wrong_number(world: World) -> Paid | None:
    """The number of another debtor's invoice, the amount of an own one."""
    item = world.pick(lambda i: i.currency == "EUR")
    if item is None:
        return None
    stranger = world.pick(lambda i: i.debtor != item.debtor)
    if stranger is None:
        return None
    return Paid(
        pay(world, world.debtor(item), item.open, announced(world, stranger.number)),
        settled(item),
        False,
        "another debtor's number",
    )


def two_named_one(world: World) -> Paid | None:
    """Two are paid and one is named."""
    items = world.bundle(2)
    if not items or any(i.amount < 0 for i in items):
        return None
    entry = pay(world, world.debtor(items[0]), total(*items), announced(world, items[0].number))
    return Paid(entry, settled(*items), False, "two paid, one named")


def number_and_order(world: World) -> Paid | None:
    """The invoice's number beside an order number, a date, a telephone and a customer number."""
    item = world.pick(lambda i: i.currency == "EUR")
    if item is None:
        return None
    more = world.rng.choice(
        (
            " du 12/01/2027",
            " commande 88123",
            " dd. 12.01.2027 klant 4711",
            " KdNr 12345",
            " tel 02 555 12 34",
            " PO 4500098765",
            " BTW BE0403170701",
        )
    )
    entry = pay(world, world.debtor(item), item.open, announced(world, item.number) + more)
    return Paid(entry, settled(item), unique(world, item.number, item), "number and more")


def _beside(paid: BookItem, item: BookItem) -> bool:
    return item.debtor == paid.debtor and item.currency == "EUR"


def partly_paid(world: World) -> Paid | None:
    """Two are named, one of which was paid before."""
    done = [i for i in world.book.items.values() if not i.open and i.amount > 60 and i.currency == "EUR"]
    for old in world.rng.sample(done, min(6, len(done))):
        item = world.pick(partial(_beside, old))
        if item is None:
            continue
        both = world.rng.random() < 0.5
        entry = pay(
            world,
            world.debtor(item),
            item.open + (old.amount if both else 0),
            announced(world, item.number, old.number),
        )
        explained = both and (world.fits(entry.amount) or world.sets(item.debtor, old.amount))
        sure = world.certain(world.debtor(item), entry) and not explained and unique(world, item.number, item)
        return Paid(entry, settled(item), sure, "one paid before")
    return None
