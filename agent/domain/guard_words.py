"""The phrases by which mentions of law are recognised, by language, in folded text (agent.domain.guard_shown)."""

from __future__ import annotations

import re
from collections.abc import Mapping

Phrases = Mapping[str, re.Pattern[str]]


def _by_language(**patterns: str) -> Phrases:
    return {language: re.compile(pattern) for language, pattern in patterns.items()}


# Fourteen days that begin the calendar day after the e-mail (Code of Economic Law, book XIX).
BELGIAN_PERIOD = _by_language(
    fr=r"(?:\b14|quatorze) jours(?: calendrier)?\b.{0,120}\blendemain\b",
    nl=r"(?:\b14|veertien) (?:kalender)?dagen\b.{0,120}\bdag na\b",
    en=r"(?:\b14|fourteen) (?:calendar )?days\b.{0,120}\bday after\b",
    de=r"(?:\b14|vierzehn) (?:kalender)?tagen?\b.{0,120}\b(?:tag nach|folgetag)\b",
)
# The Dutch words are those that the courts accept; a fixed day or "fourteen days from today" is not (ECLI:NL:HR:2016:2704).
DUTCH_PERIOD = _by_language(
    fr=r"dans les quinze jours apres que cet e-mail vous (?:a ete|aura ete) remis",
    nl=r"binnen vijftien dagen nadat deze e-mail bij u is bezorgd",
    en=r"within fifteen days after this e-mail (?:was|has been) delivered to you",
    de=r"innerhalb von funfzehn tagen,? nachdem ihnen diese e-mail zugestellt wurde",
)
# What is charged when the period passes.
COSTS = _by_language(
    fr=r"\b(?:frais de recouvrement|indemnite)\b",
    nl=r"\b(?:incassokosten|schadevergoeding|vergoeding)\b",
    en=r"\b(?:collection costs|indemnity|compensation)\b",
    de=r"\b(?:inkassokosten|entschadigung|beitreibungskosten)\b",
)
# Who writes says in whose name and for whose account (CPCE R124-4; economie.fgov.be).
ON_BEHALF = _by_language(
    fr=r"\bau nom et pour (?:le )?compte d",
    nl=r"\bin naam en voor rekening van\b",
    en=r"\bin the name and on behalf of\b",
    de=r"\bim namen und (?:im auftrag|fur rechnung) (?:von|der|des)\b",
)
# His activity is recovery without a court (CPCE R124-4 1°).
AMICABLE = _by_language(
    fr=r"\brecouvrement amiable\b",
    nl=r"\bminnelijke invordering\b",
    en=r"\bamicable (?:debt )?(?:collection|recovery)\b",
    de=r"\baussergerichtliche[nrs]? (?:inkasso|einziehung|forderungseinziehung)",
)
# What is asked for is told apart (CPCE R124-4 3°).
PARTS = _by_language(
    fr=r"\bprincipal\b.{0,60}\binterets\b.{0,60}\baccessoires\b",
    nl=r"\bhoofdsom\b.{0,60}\b(?:rente|interesten?)\b.{0,60}\bbijkomende kosten\b",
    en=r"\bprincipal\b.{0,60}\binterest\b.{0,60}\baccessory\b",
    de=r"\bhauptforderung\b.{0,60}\bzinsen\b.{0,60}\bnebenforderungen\b",
)
# That a letter is a formal notice, in the words of each country.
DEFAULT_NOTICE = _by_language(
    fr=r"\bmet(?:s|tons|tent)? (?:\w+ ){0,2}en demeure\b|\bmise en demeure\b",
    nl=r"\bingebrekestelling\b|\bin gebreke\b",
    en=r"\bformal notice\b|\bformally (?:requests?|demands?|asks?)\b",
    de=r"\bmahnung\b|\bmahnen\b",
)
# What suggests a title of a court or a seizure: nobody who writes here has one.
COURT = _by_language(
    fr=r"\b(?:huissiers?|commissaires? de justice|saisies?|titre executoire|jugements?|condamnations?)\b",
    nl=r"\b(?:\w{0,12}deurwaarders?|beslag\w{0,8}|vonnis(?:sen)?|uitvoerbare titel|dagvaard\w{0,5})\b",
    en=r"\b(?:bailiffs?|seiz(?:e|ed|ure)s?|enforceable title|court (?:order|judgment)|writs?|judgments?)\b",
    de=r"\b(?:\w{0,12}pfand(?:en|ung\w{0,3})|gerichtsvollzieher\w{0,3}|vollstreck\w{0,12}|urteile?s?|mahnbescheide?s?)\b",
)

# CPCE L111-8, second and third paragraphs, in force since 19 March 2014 (doctrine.fr; kohenavocats.fr and cerclab.univ-lorraine.fr,
# each from Legifrance): reproduced because R124-4 5° demands it, always in French.
STATUTE = (
    (
        "Les frais de recouvrement entrepris sans titre exécutoire restent à la charge du créancier, sauf s’ils concernent un acte "
        "dont l’accomplissement est prescrit par la loi au créancier. Toute stipulation contraire est réputée non écrite, sauf "
        "disposition législative contraire."
    ),
    (
        "Cependant, le créancier qui justifie du caractère nécessaire des démarches entreprises pour recouvrer sa créance peut "
        "demander au juge de l’exécution de laisser tout ou partie des frais ainsi exposés à la charge du débiteur de mauvaise foi."
    ),
)
