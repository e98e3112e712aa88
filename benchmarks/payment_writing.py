"""How people and banks write a payment: words of four languages, spellings of a number, the hands of several banks."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from agent.domain.findings import Entry
from agent.domain.matching import BookDebtor, BookItem, Effect
from benchmarks.payment_world import World, iban

ANNOUNCED = {
    "fr": ("facture {}", "fact {}", "Règlement fact. n° {}", "v/ facture {} merci", "Paiement de la facture {}", "vs réf {}", "fra {}"),
    "nl": ("factuur {}", "uw factuurnr. {}", "betaling fact {}", "betr. factuur {}", "fnr {}", "uw kenmerk {}", "FACTUURNUMMER: {}"),
    "de": ("Rechnung {}", "RG {}", "Rech.-Nr. {}", "ReNr {}", "Ihre Rechnung Nr {} vielen Dank", "Beleg {}", "Zahlung RNR{}"),
    "en": ("invoice {}", "Inv {}", "INV NO. {}", "payment of your invoice {}", "your ref {}", "Bill {}", "settlement invoice #{}"),
}  # fmt: skip
SILENT = (
    "",
    "paiement",
    "betaling",
    "Zahlung",
    "payment",
    "votre facture",
    "uw factuur",
    "virement",
    "merci",
    "Rechnung",
)
WHOLE = {
    "fr": ("solde du compte", "pour solde"),
    "nl": ("saldo", "alle openstaande facturen"),
    "de": ("Saldo", "alle offenen Rechnungen"),
    "en": ("balance of account", "all open invoices"),
}
PARTS = {"fr": ("acompte", "versement"), "nl": ("voorschot", "deelbetaling"), "de": ("Teilzahlung", "Abschlag"), "en": ("part payment", "on account")}  # fmt: skip
FOR = {"fr": "pour compte de {} {}", "nl": "voor rekening van {} {}", "de": "für {} {}", "en": "on behalf of {} {}"}
NOISE = (
    "loyer mars", "huur kantoor", "remboursement note de frais", "TVA 1er trimestre", "indemnité sinistre 88123", "Miete Lager", "dividend 2026",
    "cotisation annuelle", "Steuererstattung 2026", "prime d'assurance", "apport associé", "subsidie tewerkstelling",
)  # fmt: skip
OUT = ("salaire mars", "loon 03/2027", "Gehalt", "ONSS 1er trimestre", "huur", "leasing 4431", "électricité", "Visa corporate", "précompte professionnel")  # fmt: skip
FOREIGN = ("FV-8831-27", "2027/AB/99", "factuur KL7712", "RG 55-90011", "CINV 0088231", "order 4500123")


def pay(
    world: World, debtor: BookDebtor | None, amount: Decimal, text: str, *, reference: str = "", known: bool = True
) -> Entry:
    """A credit as the world's bank reports it; without a debtor by somebody who is none."""
    rng = world.rng
    name = debtor.name if debtor else rng.choice(("Fiduciaire Orion", "Onbekend BV", "Kanzlei Baum", "J. Dupuis"))
    account = debtor.ibans[0] if debtor and debtor.ibans and known else iban(rng)
    entry = Entry(
        amount,
        "EUR",
        world.day,
        world.day,
        name,
        account,
        text,
        reference,
        f"E2E{rng.randrange(10**9)}" if rng.random() < 0.4 else "",
        f"B{rng.randrange(10**10):010}",
    )
    return written(world, entry)


def written(world: World, entry: Entry) -> Entry:
    """The entry in the bank's hand: columns, capitals, cut names, lines of 35, one label, or German and Dutch tags."""
    name, text = entry.counterparty_name, entry.remittance
    match world.bank:
        case "upper":
            return replace(entry, counterparty_name=name.upper(), remittance=text.upper())
        case "cut":
            return replace(entry, counterparty_name=name[:27].upper())
        case "blocks":
            return replace(entry, remittance=" ".join(text[n : n + 35] for n in range(0, len(text), 35)))
        case "label":
            label = f"VIR SEPA RECU /DE {name.upper()} /MOTIF {text} /REF NOTPROVIDED"
            return replace(entry, counterparty_name="", counterparty_iban="", remittance=label)
        case "german":
            return replace(entry, remittance=f"EREF+{entry.end_to_end or 'NOTPROVIDED'} SVWZ+{text}")
        case "dutch":
            tags = f"/TRTP/SEPA OVERBOEKING/IBAN/{entry.counterparty_iban}/BIC/INGBNL2A/NAME/{name}/REMI/{text}/EREF/NOTPROVIDED"
            return replace(entry, remittance=tags)
    return entry


def announced(world: World, *numbers: str, joined: str = "") -> str:
    """The numbers in the words of the world's language."""
    joined = joined or world.rng.choice((", ", " + ", " / ", " & ", "; ", " "))
    return world.rng.choice(ANNOUNCED[world.language]).format(joined.join(numbers))


def spelled(world: World, number: str) -> str:
    """A number as people write it: its marks left out or changed, or as it is."""
    marks = world.rng.choice(("as is", "as is", "as is", " ", "-", "/", ".", ""))
    return number if marks == "as is" else re.sub(r"[-/.]", marks, number)


def digits(text: str) -> str:
    """The digits of a text."""
    return re.sub(r"\D", "", text)


def plain(text: str) -> str:
    """Letters and digits only, in capitals."""
    return re.sub(r"\W", "", text).upper()


def settled(*items: BookItem) -> dict[str, tuple[Effect, Decimal | None]]:
    """The truth that these items are paid in full."""
    return {i.id: (Effect.PAID, None) for i in items}


def total(*items: BookItem) -> Decimal:
    """What is open of these items together."""
    return sum((i.open for i in items), Decimal(0))


def unique(world: World, number: str, item: BookItem) -> bool:
    """Whether no other item has these digits."""
    return [i.id for i in world.book.items.values() if digits(i.number) == digits(number)] == [item.id]
