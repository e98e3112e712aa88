"""What else a debtor says: disputes, delays, instalments, questions, addresses, and the grave things."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain.findings import Intent
from agent.parsers.lexers.folding import fold
from agent.parsers.lexers.reply_date_words import NUMBERS
from agent.parsers.replies.autoreply_return import back_on
from agent.parsers.replies.hearing import Heard
from agent.parsers.replies.lexicon import Hit
from agent.parsers.replies.paying import intent
from agent.parsers.replies.rereading import lasts_until
from agent.parsers.replies.slots import parse_amount, written_address

# The nearer to the heart of the matter, the earlier: a retention is also an amount, a wrong price also a wrong amount.
_REASONS = (
    "set_off",
    "retention",
    "already_credited",
    "wrong_entity",
    "not_delivered",
    "not_ordered",
    "price",
    "quality",
    "amount",
)
_PLAIN = (
    "legal_threat",
    "stop_contact",
    "hostile",
    "suspected_fraud",
    "payment_advice",
    "needs_copy_of_invoice",
    "wrong_contact",
    "auto_ack",
    "acknowledgement_only",
    "question_other",
    "unrelated",
)


def said_of_topics(heard: Heard, received: date) -> list[Intent]:
    """The intents of one sentence that are not about whether money was or will be paid."""
    found = [
        _plain(heard, label, hits[0].pattern.source, weak=hits[0].pattern.weak or _only_seems(heard, label))
        for label in _PLAIN
        if (hits := heard.affirmed(label))
        and not (label == "suspected_fraud" and _harmless(heard))
        and not (label == "needs_copy_of_invoice" and _goods_missing(heard, hits))
    ]
    found += _dispute(heard) + _plan(heard, received) + _delay(heard, received)
    found += _information(heard) + _contact(heard) + _ended(heard) + _absence(heard, received)
    if heard.sentence.question and not found:
        found.append(intent(heard, "question_other", "question", weak=True))
    return found


def _plain(heard: Heard, label: str, because: str, *, weak: bool) -> Intent:
    made = intent(heard, label, because, weak=weak)
    return replace(made, contact_name=_name(heard)) if label == "wrong_contact" else made


def _harmless(heard: Heard) -> bool:
    """Whether a bank account is only asked about, or a changed bank explains why the writer's own direct debit failed.

    Who asks whether the creditor's own account has changed was written to by somebody who said so.
    """
    if any(hit.pattern.section == "suspected_fraud.yours" for hit in heard.all("suspected_fraud")):
        return False
    return heard.sentence.question or (heard.has("cue_own_payment") and not heard.slots.ibans)


def _goods_missing(heard: Heard, hits: Iterable[Hit]) -> bool:
    """Whether it is the goods that are missing, in words that contest the invoice, and no copy of it is asked for."""
    return heard.has("cue_goods_missing") and all(hit.pattern.reads_negation for hit in hits)


def _only_seems(heard: Heard, label: str) -> bool:
    """Whether "not received" is no request for a copy yet: nothing is asked for."""
    return label == "needs_copy_of_invoice" and not (heard.sentence.question or heard.has("cue_ask"))


def _dispute(heard: Heard) -> list[Intent]:
    hits = {hit.pattern.section.partition(".")[2]: hit for hit in reversed(heard.affirmed("dispute"))}
    reason = next((reason for reason in _REASONS if reason in hits), None)
    if reason is None:
        return []
    hit = hits[reason]
    amount = heard.slots.amounts[0] if len(heard.slots.amounts) == 1 else None
    return [replace(intent(heard, "dispute", hit.pattern.source, weak=hit.pattern.weak), reason=reason, amount=amount)]


_TIMES = re.compile(
    r" (?:en|in|op|over|par)(?: [a-z]+)?? (\d{1,2}|[a-z]+) (?:[a-z]+ )?(?:fois|mensualite|versement|tranche|echeance|paiement|keer|schijv|del|termijn|maand|betaling|instal|payment|part|month|rate|mois|stort|monat|raten|teil)"
)
_WEEKLY = re.compile(r"semaine|week|hebdo|woche|wochentlich")


def _plan(heard: Heard, received: date) -> list[Intent]:
    hits = heard.affirmed("pay_plan")
    if not hits or (heard.affirmed("pay_done") and heard.affirmed("pay_will") and not heard.sentence.question):
        return []
    return [
        planned(
            heard, intent(heard, "payment_plan_request", hits[0].pattern.source, weak=hits[0].pattern.weak), received
        )
    ]


def planned(heard: Heard, made: Intent, received: date) -> Intent:
    """Instalments with how many, how much, how often and from when, as far as the sentence says."""
    times = _TIMES.search(heard.line)
    word = times[1] if times else ""
    count = int(word) if word.isdigit() else NUMBERS.get(word)
    start = heard.ahead(received)
    return replace(
        made,
        instalments=count if count and 2 <= count <= 60 else None,
        amount=_instalment(heard),
        on=start.ahead if start else None,
        reason="weekly" if _WEEKLY.search(heard.line) else "monthly",
    )


_PER = r"(?:par|per|a|chaque|elke|every|each|pro|im|iedere|tous les|toutes les|mensuel|maandelijks|monthly|monatlich|weekly|wekelijks|hebdo|mois|maand|month|week|/)"
_EACH = re.compile(rf" (?:(\d{{2,6}}(?:[.,]\d{{1,2}})?)|#amount)(?= {_PER})")


def _instalment(heard: Heard) -> Decimal | None:
    """The amount of one instalment: the one said "per month", else the smallest."""
    match = _EACH.search(heard.slots.line)
    if match and match[1]:
        return parse_amount(match[1])
    if match:
        return heard.slots.amounts[heard.slots.line[: match.start()].count(" #amount")]
    return min(heard.slots.amounts, default=None)


def _delay(heard: Heard, received: date) -> list[Intent]:
    hits = heard.affirmed("delay_request")
    if not hits or heard.has("cue_irony"):
        return []
    said = heard.ahead(received)
    return [
        replace(
            intent(heard, "delay_request", hits[0].pattern.source, weak=hits[0].pattern.weak),
            until=said.ahead if said else _for_so_long(heard, hits, received),
        )
    ]


def _for_so_long(heard: Heard, hits: tuple[Hit, ...], received: date) -> date | None:
    """The day until which the words that ask for time say that they need it ("another three weeks")."""
    asked = (heard.line[hit.start : hit.end] for hit in hits)
    return next((day for words in asked if (day := lasts_until(words, received))), None)


def _information(heard: Heard) -> list[Intent]:
    kinds = dict.fromkeys(hit.pattern.section.partition(".")[2] for hit in heard.affirmed("needs_info"))
    if not kinds or not (heard.sentence.question or heard.has("cue_ask")) or heard.has("cue_arrival"):
        return []
    return [replace(intent(heard, "needs_info", heard.affirmed("needs_info")[0].pattern.source), about=",".join(kinds))]


def _contact(heard: Heard) -> list[Intent]:
    hits: tuple[Hit, ...] = heard.affirmed("change_of_contact")
    if not hits:
        return []
    return [
        with_contact(heard, intent(heard, "change_of_contact", hits[0].pattern.source, weak=not heard.slots.addresses))
    ]


def with_contact(heard: Heard, made: Intent) -> Intent:
    """An intent with the address and the person that the sentence names."""
    return replace(made, contact=written_address(heard.slots, heard.sentence.words) or "", contact_name=_name(heard))


def ended_how(heard: Heard) -> str:
    """The kind of insolvency a sentence names."""
    return next((hit.pattern.section.partition(".")[2] for hit in heard.all("kind")), "insolvency")


_TITLE = r"(?:Mme|M\.|Mr\.?|Mrs\.?|Ms\.?|Madame|Monsieur|Mevr\.?|Mevrouw|Dhr\.?|Frau|Herrn?|Fiduciaire|Boekhoudkantoor|Steuerb[uü]ro)"
_FAMILY = r"[A-ZÀ-Ý][\w'’-]+(?: (?:van |de |den |der |von )*[A-ZÀ-Ý][\w'’-]+)?"
# With a title, before an address, or beside a function.
_TITLED = re.compile(rf"\b({_TITLE} {_FAMILY})")
_BEFORE_ADDRESS = re.compile(rf"({_FAMILY}) ?[(,:<-] ?\S+@")
_PERSON = re.compile(
    r"\b(?:meneer|coll[eè]gue|collega|colleague|Kolleg(?:e|in)|comptable|boekhouder|accountant|bookkeeper|fiduciaire|contactez|contacteer|"
    rf"speak to|ask for|vraag naar|bij|to|is now|c'est|chez|avec|met) ({_FAMILY})"
)


def _name(heard: Heard) -> str:
    """The person to turn to: a name with its title, one before an address, or one beside a function."""
    words = heard.sentence.words
    match = _TITLED.search(words) or _BEFORE_ADDRESS.search(words) or _PERSON.search(words)
    return match[1] if match else ""


def _ended(heard: Heard) -> list[Intent]:
    """Insolvency and its kind; death or the end of the business."""
    found = []
    if hits := heard.affirmed("insolvency"):
        found.append(replace(intent(heard, "insolvency", hits[0].pattern.source), reason=ended_how(heard)))
    closed_for_a_while = heard.slots.dates and heard.has("out_of_office")
    if (hits := heard.affirmed("ceased_or_deceased")) and not closed_for_a_while:
        found.append(intent(heard, "ceased_or_deceased", hits[0].pattern.source))
    return found


def _absence(heard: Heard, received: date) -> list[Intent]:
    hits = heard.affirmed("out_of_office")
    if not hits:
        return []
    said = [one for one in heard.slots.dates if one.last >= received]
    addresses = heard.slots.addresses
    return [
        replace(
            intent(heard, "out_of_office", hits[0].pattern.source),
            until=back_on(fold(heard.sentence.words), received) or (said[-1].last if said else None),
            contact=addresses[0] if addresses else "",
        )
    ]
