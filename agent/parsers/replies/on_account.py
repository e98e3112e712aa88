"""What the creditor's words say of money that he owes a debtor: kept on account, paid back, or set off, in four languages."""

from __future__ import annotations

import re

_ACCOUNT = re.compile(
    r"\b(?:acompte|avance|versement|paiement|somme)s? (?:\w{1,12} )?(?:sur|au) (?:son |le |leur )?compte(?: client)?\b(?! (?:bancaire|en banque|a vue))"
    r"|\ba valoir\b|\b(?:en|comme|a titre d[ e]) ?avoir\b|\bsur (?:son |le |leur )compte client\b"
    r"|\bvoorschot op (?:de |zijn |hun )?(?:klanten)?rekening\b|\bop (?:zijn |hun |de )klantenrekening\b|\bals tegoed\b|\bte goed houden\b"
    r"|\bon account\b(?! of)|\bas (?:a )?credit\b(?! note)|\bunallocated\b|\ba ?konto\b|\ba conto\b|\bals guthaben\b|\bauf (?:sein |ihr |das )?kundenkonto\b"
)
_CREDIT = r"(?:avoir|note de credit|credit|tegoed|creditnota|voorschot|acompte|guthaben|gutschrift|anzahlung)"
_SET_OFF = re.compile(
    rf"\b(?:imput\w{{0,5}}|affect\w{{0,5}}|utilis\w{{0,4}}|compens\w{{0,4}}) (?:[\w'.,/-]{{1,20}} ){{0,4}}{_CREDIT}\b"
    rf"|\b(?:verreken\w{{0,3}}|gebruik\w{{0,3}}) (?:[\w'.,/-]{{1,20}} ){{0,4}}{_CREDIT}\b"
    rf"|\b(?:set off|offset|apply|use) (?:[\w'.,/-]{{1,20}} ){{0,4}}{_CREDIT}\b"
    rf"|\b(?:verrechne\w{{0,2}}|nutze\w{{0,2}}) (?:[\w'.,/-]{{1,20}} ){{0,4}}{_CREDIT}\b"
)
_REFUNDED = re.compile(
    r"\b(?:ai|avons|a ete|ont ete|est|deja|bien) (?:\w{1,10} )?rembourse\w{0,2}\b|^rembourse\w{0,2}\b"
    r"|\bterugbetaald\b|\bteruggestort\b|\b(?:refunded|paid back|reimbursed)\b|\b(?:zuruckgezahlt|zuruckerstattet|ruckerstattet|erstattet)\b"
)
_NOT = re.compile(r"\b(?:pas|jamais|niet|geen|nooit|not|never|nt|nicht|kein\w{0,2}|nie)\b|\?")


def money_kept(folded: str) -> str:
    """The kind of the instruction that a folded sentence gives about a debtor's credit: on_account, set_off, refunded, or ""."""
    line = folded[:600]
    if _NOT.search(line):
        return ""
    if _SET_OFF.search(line):
        return "set_off"
    if _ACCOUNT.search(line):
        return "on_account"
    return "refunded" if _REFUNDED.search(line) else ""
