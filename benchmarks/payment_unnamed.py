"""Payments that name nothing, and all else that a bank reports: noise, returns, movements met before. None when the books do not allow it."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from agent.domain.findings import Entry
from agent.domain.matching import Effect
from benchmarks.payment_named import by_number
from benchmarks.payment_world import CENT, Paid, World, structured
from benchmarks.payment_writing import (
    FOREIGN,
    NOISE,
    OUT,
    PARTS,
    SILENT,
    WHOLE,
    announced,
    digits,
    pay,
    settled,
    total,
    unique,
)


def silent(world: World) -> Paid | None:
    """Nothing is named: account and amount decide when they fit one open item only."""
    item = world.pick(lambda i: i.currency == "EUR")
    if item is None:
        return None
    owner = world.debtor(item)
    entry = pay(world, owner, item.open, world.rng.choice(SILENT), known=world.rng.random() < 0.7)
    at = world.book.at_account(entry.counterparty_iban)
    named = world.book.named(entry.counterparty_name)
    mine = at == {owner.id} or (owner.id in at and at & named == {owner.id})
    sure = mine and sum(world.sets(d, item.open) for d in at) == 1 and (not named or owner.id in named)
    return Paid(entry, settled(item), sure, "silent")


def silent_bundle(world: World) -> Paid | None:
    """Two or three items, nothing named."""
    items = world.bundle(world.rng.choice((2, 3)))
    if not items or any(i.amount < 0 for i in items):
        return None
    return Paid(
        pay(world, world.debtor(items[0]), total(*items), world.rng.choice(SILENT)),
        settled(*items),
        False,
        "silent bundle",
    )


def whole_account(world: World) -> Paid | None:
    """All that the account owes, with words that say so."""
    item = world.pick(lambda i: i.currency == "EUR")
    owed = [] if item is None else list(world.book.open_of(item.debtor, "EUR", world.day))
    if item is None or not 2 <= len(owed) <= 6 or total(*owed) <= 0:
        return None
    entry = pay(world, world.debtor(item), total(*owed), world.rng.choice(WHOLE[world.language]))
    at = world.book.at_account(entry.counterparty_iban)
    return Paid(entry, settled(*owed), at == {item.debtor} and not world.fits(entry.amount), "whole account")


def order_number(world: World) -> Paid | None:
    """An order or customer number that is somebody else's invoice number; account and amount decide."""
    item = world.pick(lambda i: i.currency == "EUR")
    stranger = world.pick(lambda i: item is not None and i.debtor != item.debtor)
    if item is None or stranger is None:
        return None
    word = world.rng.choice(("commande", "bestelling", "Auftrag", "client", "klantnr", "PO", "dossier", "contrat"))
    owner = world.debtor(item)
    entry = pay(world, owner, item.open, f"{word} {stranger.number}")
    at, named = world.book.at_account(entry.counterparty_iban), world.book.named(entry.counterparty_name)
    mine = at == {owner.id} or (owner.id in at and at & named == {owner.id})
    sure = mine and sum(world.sets(d, item.open) for d in at) == 1 and (not named or owner.id in named)
    return Paid(entry, settled(item), sure, "order number")


def unknown(world: World) -> Paid | None:
    """The number of an invoice that was not handed over, or of somebody else's."""
    owner = world.rng.choice(list(world.book.debtors.values()))
    amount = Decimal(world.rng.randint(7_001, 900_000)).scaleb(-2)
    item = next(iter(world.book.items.values()))
    trap = world.pick(lambda i: i.debtor == owner.id and i.currency == "EUR") if world.rng.random() < 0.4 else None
    own = re.sub(r"\d{3}(?=\D*$)", "973", item.number) if world.numbering != "number/year" else "973/2027"
    told = announced(world, own) if world.rng.random() < 0.5 else world.rng.choice(FOREIGN)
    entry = pay(world, owner, trap.open if trap else amount, told)
    if trap:
        sure = (
            "order" in told
            and world.book.at_account(entry.counterparty_iban) == {owner.id}
            and world.sets(owner.id, trap.open) == 1
        )
        return Paid(entry, settled(trap), sure, "foreign number, own amount")
    sure = not world.fits(amount) and amount % 50 != 0 and "order" not in told
    return Paid(entry, {}, sure, "unknown invoice")


def group(world: World) -> Paid | None:
    """The invoice of a group company that is named, with a number that is ours too."""
    item = world.pick()
    if item is None:
        return None
    return Paid(
        pay(world, world.debtor(item), item.open, f"{world.group} {announced(world, item.number)}"),
        {},
        True,
        "group company",
    )


def noise_in(world: World) -> Paid | None:
    """Money that is no payment of an invoice."""
    item = world.pick()
    amount = item.open if item and world.rng.random() < 0.25 else Decimal(world.rng.randint(3_001, 400_000)).scaleb(-2)
    entry = pay(world, None, amount, world.rng.choice(NOISE))
    return Paid(entry, {}, not world.fits(amount), "noise in")


def noise_out(world: World) -> Paid | None:
    """Wages, rent, suppliers whose numbers look like ours."""
    item = world.pick()
    text = announced(world, item.number) if item and world.rng.random() < 0.3 else world.rng.choice(OUT)
    entry = pay(world, None, -(item.open if item else Decimal(900)), text)
    return Paid(entry, {}, True, "noise out")


def card_batch(world: World) -> Paid | None:
    """A card acquirer's batch of a day, net of commissions."""
    item = world.pick()
    if item is None:
        return None
    amount = (item.open * Decimal("0.986")).quantize(CENT)
    text = world.rng.choice(
        (
            "BATCH 20270312 TX 14 COM 8,12",
            "Remise cartes 12/03 nb 14",
            "WL*SETTLEMENT 88123456 GROSS 1200,00 FEE 14,00",
            "Kartenumsatz 12.03. Anz. 9",
        )
    )
    entry = replace(pay(world, None, amount, text), counterparty_name="Worldline Card Services")
    return Paid(entry, settled(item), False, "card batch")


def again(world: World) -> Paid | None:
    """The same movement in an overlapping statement, with or without the bank's reference."""
    named = [r for r in world.receipts[-40:] if r.allocations and r.entry.amount > 0 and r.entry.remittance]
    if not named:
        return None
    receipt = world.rng.choice(named)
    if world.rng.random() < 0.5:
        return Paid(receipt.entry, {}, True, "same movement, same reference")
    item = world.book.items[receipt.allocations[0].item]
    told = digits(receipt.entry.remittance + receipt.entry.structured_reference)
    clear = not item.open and any(digits(n) in told for n in (item.number, *item.references))
    entry = replace(receipt.entry, bank_reference="")
    return Paid(entry, {}, clear and not world.fits(entry.amount), "same movement, no reference")


def twice(world: World) -> Paid | None:
    """An invoice that was paid is paid again."""
    done = [i for i in world.book.items.values() if not i.open and i.amount > 60 and i.currency == "EUR"]
    if not done:
        return None
    item = world.rng.choice(done)
    entry = pay(world, world.debtor(item), item.amount, announced(world, item.number))
    sure = not world.fits(item.amount) and unique(world, item.number, item) and not world.sets(item.debtor, item.amount)
    return Paid(entry, {}, sure, "paid twice")


def old_reference(world: World) -> Paid | None:
    """A standing order with the reference of an old invoice, for a new one."""
    done = [i for i in world.book.items.values() if not i.open and i.references]
    item = world.pick(lambda i: i.currency == "EUR")
    if not done or item is None:
        return None
    old = world.rng.choice(done)
    entry = pay(world, world.debtor(item), item.open, "", reference=old.references[0])
    return Paid(entry, settled(item), False, "old reference")


def returned(world: World) -> Paid | None:
    """A payment goes back: by reference, by number, by amount, in the words and codes of several banks."""
    rng = world.rng
    back = [
        r
        for r in world.receipts[-30:]
        if r.allocations and r.entry.amount > 0 and all(world.book.items[a.item].amount > 0 for a in r.allocations)
    ]
    back = [
        r for r in back if all(a.effect is not Effect.REOPEN for a in r.allocations) and not _went_back(world, r.entry)
    ]
    if not back:
        return None
    receipt = rng.choice(back)
    taken = replace(
        receipt.entry,
        amount=-receipt.entry.amount,
        booked_on=world.day,
        value_date=world.day,
        bank_reference=f"R{rng.randrange(10**9)}",
        remittance="",
        structured_reference="",
        end_to_end="",
    )
    truth = {a.item: (Effect.REOPEN, a.amount) for a in receipt.allocations}
    same = [r for r in world.receipts if r.entry.amount == receipt.entry.amount and r.allocations]
    if rng.random() < 0.5 and receipt.entry.end_to_end:
        code = rng.choice(("AC04", "AM04", "MD06", "MS03", ""))
        entry = replace(
            taken,
            end_to_end=receipt.entry.end_to_end,
            return_reason=code,
            reversal=rng.random() < 0.5,
            remittance=rng.choice(("", "RETURN", "Rejet", "R-transactie AC04")),
        )
        return Paid(entry, truth, True, "return by reference")
    item = world.book.items[receipt.allocations[0].item]
    if rng.random() < 0.5 and len(receipt.allocations) == 1 and receipt.entry.amount == receipt.allocations[0].amount:
        entry = replace(
            taken,
            remittance=f"{rng.choice(('Terugboeking', 'Rücklastschrift', 'Retour', 'IMPAYE', 'RETURN', 'Storno'))} {announced(world, item.number)}",
        )
        return Paid(entry, truth, unique(world, item.number, item), "return by number")
    entry = replace(
        taken,
        remittance=rng.choice(("RETOUR", "Rejet SEPA", "R-transactie", "Rückgabe")),
        return_reason=rng.choice(("", "AC01")),
    )
    return Paid(entry, truth, len(same) == 1 and bool(taken.counterparty_iban), "return by amount")


def _went_back(world: World, entry: Entry) -> bool:
    return any(r.entry.amount == -entry.amount for r in world.receipts)


def refund(world: World) -> Paid | None:
    """The creditor gives a surplus back and names the invoice: nothing is open again."""
    done = [i for i in world.book.items.values() if not i.open and i.amount > 60]
    if not done:
        return None
    item = world.rng.choice(done)
    words = world.rng.choice(
        (
            "remboursement trop perçu",
            "terugbetaling te veel betaald",
            "Rückerstattung Überzahlung",
            "refund overpayment",
        )
    )
    entry = pay(
        world, world.debtor(item), -world.rng.choice((Decimal(10), Decimal(90), item.amount)), f"{words} {item.number}"
    )
    return Paid(entry, {}, True, "refund")


def announced_first(world: World) -> Paid | None:
    """The bank announces a payment that it has not booked."""
    paid = by_number(world)
    if paid is None:
        return None
    return Paid(replace(paid.entry, pending=True, bank_reference=""), {}, True, "pending")


def lump(world: World) -> Paid | None:
    """Round money on account, nothing named."""
    item = world.pick(lambda i: i.open > 600)
    if item is None:
        return None
    amount = Decimal(world.rng.choice((100, 200, 250, 500)))
    if world.sets(item.debtor, amount):
        return None
    entry = pay(world, world.debtor(item), amount, world.rng.choice((*PARTS[world.language], "", "à valoir")))
    return Paid(entry, {item.id: (Effect.PARTIAL, entry.amount)}, False, "lump")


def month(world: World) -> Paid | None:
    """One of several equal items, by the month of its issue."""
    names = {
        "fr": "janvier février mars",
        "nl": "januari februari maart",
        "de": "Januar Februar März",
        "en": "January February March",
    }
    item = world.pick(
        lambda i: (
            i.currency == "EUR"
            and sum(j.open == i.open and j.debtor == i.debtor for j in world.items) > 1
            and i.issued_on.month < 4
        )
    )
    if item is None:
        return None
    owner = world.debtor(item)
    equal = [i for i in world.items if i.debtor == owner.id and i.open == item.open]
    entry = pay(
        world,
        owner,
        item.open,
        f"{world.rng.choice(('abonnement', 'forfait', 'onderhoud', 'Wartung'))} {names[world.language].split()[item.issued_on.month - 1]}",
    )
    alone = sum(i.issued_on.month == item.issued_on.month for i in equal) == 1
    return Paid(entry, settled(item), alone and world.certain(owner, entry), "month")


def currency(world: World) -> Paid | None:
    """Converted by the bank: the creditor must accept the rate."""
    item = world.pick(lambda i: i.currency == "USD")
    if item is None:
        return None
    entry = pay(
        world,
        world.debtor(item),
        (item.open * Decimal("0.91")).quantize(CENT),
        f"{announced(world, item.number)} USD {item.open}",
    )
    return Paid(entry, settled(item), False, "converted")


def foreign_reference(world: World) -> Paid | None:
    """A valid structured communication of somebody else's, the amount of nobody's item."""
    owner = world.rng.choice(list(world.book.debtors.values()))
    amount = Decimal(world.rng.randint(7_001, 900_000)).scaleb(-2)
    entry = pay(world, owner, amount, "", reference=structured(world.rng))
    return Paid(entry, {}, not world.fits(amount) and amount % 50 != 0, "foreign reference")
