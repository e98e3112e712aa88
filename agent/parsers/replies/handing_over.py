"""Whether the creditor's words hand an invoice over for recovery, in French, Dutch, English and German."""

from __future__ import annotations

import re

from agent.parsers.replies.clauses import LONGEST_TEXT, fold
from agent.parsers.replies.noticing import orders_notice

# The place into which an invoice is put, as it stands behind a verb of handing over.
_INTO = (
    r"(?:en|au|aux|pour|dans le|vers le) (?:phase de )?(?:service (?:de )?|bureau (?:de )?|procedure de )?recouvrement|en contentieux|au contentieux"
    r"|(?:in|ter|voor|naar|aan) (?:de |het |een )?(?:invordering|incasso)(?:bureau|dienst|procedure)?"
    r"|(?:to|for|into|in) (?:the |a )?(?:debt )?(?:collections?|recovery)(?: agency| agents| phase| team)?"
    r"|(?:ins|in|an|zum|zur|ans|fur) (?:das |die |den |ein )?(?:inkasso(?:buro|verfahren|unternehmen|dienst)?|beitreibung)"
)
# To whom a case is given besides; a copy may be sent to a lawyer without giving him the case.
_TO_OTHERS = re.compile(
    r"\b(?:transmettez|transmettre|remettez|remettre|confiez|confier|passez|geef|overdragen|draag|maak|hand|give|turn|refer|pass|ubergib|ubergeben)\b[^,;.!?]{0,60}\b"
    r"(?:(?:a|chez) (?:l |un |une |notre |mon )?(?:etude d )?(?:huissier|avocate?)|aan (?:de |een |onze |mijn )?(?:gerechts)?(?:deurwaarder|advocaat)"
    r"|to (?:the |a |our |my )?(?:bailiff|lawyer|solicitor)s?|an (?:den |einen |unseren |meinen |die )?(?:gerichtsvollzieher|(?:rechts)?anwalt(?:in)?))\b"
)
_VERB = (
    r"pass\w{1,5}|mett\w{1,4}|mets|transmet\w{0,5}|remet\w{0,5}|confi\w{1,4}|bascul\w{1,4}|envoy\w{1,4}|transfer\w{1,5}"
    r"|zet|zetten|geef|geven|breng|brengen|stuur|sturen|draag|overdragen|overmaken|doorsturen|plaats|plaatsen"
    r"|hand|handing|pass|move|send|transfer|put|refer|place|turn"
    r"|gib|geben|ubergib|ubergeben|ubergebt|leite|leiten|schick\w{0,3}|setz\w{0,3}|ubertrag\w{0,3}|gehen"
)
_VERB_FIRST = re.compile(rf"\b(?:{_VERB})\b[^,;.!?]{{0,60}}\b(?:{_INTO})\b")
_VERB_LAST = re.compile(rf"\b(?:{_INTO})\b[^,;.!?]{{0,40}}\b(?:{_VERB})\b")
_START = re.compile(
    r"\b(?:lanc\w{1,3}|entam\w{1,3}|engag\w{1,4}|demarr\w{1,3}|ouvr\w{1,3}|commenc\w{1,4}) (?:le|la|une|un) (?:procedure de |dossier de |phase de )?recouvrement\b"
    r"|\b(?:start|begin|open)\w{0,3} (?:maar |nu |de |het |een |the |a |debt ){0,3}(?:invordering|incasso|collections?|recovery)\b"
    r"|\b(?:invordering|incasso) (?:maar |nu )?(?:op ?)?starten\b"
    r"|\b(?:inkasso|beitreibung)(?:verfahren)? (?:bitte )?(?:einleiten|starten|beginnen|veranlassen)\b|\bleiten sie (?:bitte )?(?:das |die )?(?:inkasso|beitreibung)"
)
# What a mail or its subject says in so many words when a debt comes with it.
_LABEL = re.compile(
    r"^(?:(?:a|la|le|les|l|het|die|der|the|this|cette|ce|deze|diese|pour|en|dossier|phase|mise en|directement en|remise en|demande de|de|au|facture|factures|creance|creances|merci de|voici|impayes?|ter|in|voor|direct|meteen|"
    r"factuur|facturen|dossier|for|debt|invoice|invoices|zur|zum|ins|rechnung|rechnungen|forderung|bitte|please|svp|aub|gelieve|direkt|\d[\w/.-]{0,30}(?![\w/.-])|[:,()-]) ?){0,8}"
    r"(?:recouvrement|recouvrer|invordering|incasso|invorderen|collections?|recovery|inkasso|beitreibung)(?: ?[.,;!:]| svp| aub| please| bitte| merci|$)"
)
# The answer to what is done at the end of the road, in so many words.
_BARE = re.compile(
    r"^(?:(?:oui|ja|yes|ok|d accord|svp|please|bitte|aub|gelieve)[ ,]{1,3}){0,2}(?:hand(?: it| this| him)? over|transmettre|a transmettre|overdragen|draag over|ubergeben)"
    r"(?: \S{1,30}\d\S{0,10}){0,3}(?: svp| aub| please| bitte)?[.!]?$"
)
_WORD = re.compile(
    r"\b(?:recouvrement|recouvrer|invordering|invorderen|incasso|inkasso|beitreibung|debt collection|for collection)\b"
)
_COLLECTION = re.compile(r"\b(?:to|for|into) (?:the |debt ){0,2}(?:collections?|recovery)\b")
_NOT = re.compile(
    r"\b(?:pas|sans|aucun|avant|eviter|plutot que|niet|geen|zonder|voor u|voordat|vermijden|not|nt|no|without|before|avoid|instead|nicht|kein|keine|ohne|bevor|vermeiden|sinon|anders|otherwise|sonst)\b"
)
_IF = re.compile(r"\b(?:si|s|au cas ou|als|indien|tenzij|if|unless|in case|wenn|falls|sofern|ob)\b")
_FRIENDLY = re.compile(
    r"\b(?:pas|sans|plus|stop)(?: encore)? (?:de |en |le |du |au ){0,2}recouvrement\b|\ben (?:phase d )?encaissement\b"
    r"|\b(?:geen|zonder|niet in(?: de)?|niet ter|stop(?: de)?) (?:invordering|incasso)\b"
    r"|\b(?:no|without|not (?:for|to|into?|in)|stop(?: the)?) (?:debt )?(?:collections?|recovery)\b"
    r"|\b(?:kein|ohne|nicht ins|nicht zum|stopp(?: das)?) inkasso\b"
)
# An order without a verb is no longer than this.
_SHORT = 60
_MANDATE = re.compile(
    r"mandat|mandaat|volmacht|vollmacht|mandate|procuration|auftrag zum inkasso|inkassoauftrag|power of attorney"
)


def hands_over(folded: str) -> bool:
    """Whether a folded sentence orders recovery; not one that denies it, makes it depend on something, or asks."""
    if "?" in folded:
        return False
    if len(folded) <= _SHORT and _LABEL.match(folded) and not _NOT.search(folded):
        return True
    if len(folded) <= _SHORT and _BARE.match(folded):
        return True
    return any(
        _plainly(folded, match) for p in (_VERB_FIRST, _VERB_LAST, _START, _TO_OTHERS) for match in p.finditer(folded)
    )


def phase_ordered(folded: str) -> str:
    """The kind of the instruction that a folded sentence gives about the phase: escalate, formal_notice, amicable, or "" for none."""
    if hands_over(folded):
        return "escalate"
    return "formal_notice" if orders_notice(folded) else "amicable" if _keeps_friendly(folded) else ""


def _keeps_friendly(folded: str) -> bool:
    """Whether a short folded sentence says that a debt shall not be in recovery, or no longer."""
    return len(folded) <= _SHORT and "?" not in folded and bool(_FRIENDLY.search(folded))


def names_recovery(folded: str) -> bool:
    """Whether a part of a sentence names recovery; the order may stand before it."""
    return bool(_WORD.search(folded) or _COLLECTION.search(folded))


def _plainly(folded: str, match: re.Match[str]) -> bool:
    """Whether nothing in the clause around the words turns them round."""
    start = max(folded.rfind(mark, 0, match.start()) for mark in ",;:.!") + 1
    return not _NOT.search(folded[start : match.end() + 12]) and not _IF.search(folded[: match.end()])


def comes_for_recovery(subject: str, text: str) -> bool:
    """Whether a mail that brings documents hands them over for recovery: its subject names it, or a line of it says just that."""
    title = fold(subject[:300])
    if _WORD.search(title) and not _NOT.search(title) and "?" not in title:
        return True
    lines = (fold(line[:500]).strip() for line in text[:LONGEST_TEXT].splitlines())
    return any(line and (_LABEL.match(line) or hands_over(line)) and not line.endswith("?") for line in lines)


def names_mandate(filename: str) -> bool:
    """Whether a file calls itself a mandate."""
    return bool(_MANDATE.search(fold(filename[:200])))
