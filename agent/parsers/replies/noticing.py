"""Whether the creditor's words order a formal notice, and with which last day, in French, Dutch, English and German."""

from __future__ import annotations

import re
from datetime import date, timedelta

_NOTICE = (
    r"(?:lettre de )?mises? en demeure|ingebrekestelling(?:en|sbrief)?|aangetekende aanmaning"
    r"|formal (?:demand|notice|letter)s?|notices? of default|letters? before action|final demands?"
    r"|(?:formliche |formale |letzte |erste )?mahnung(?:en)?|mahnschreiben|mahnbrief"
)
_SEND = (
    r"envoy\w{1,4}|adress\w{1,4}|lanc\w{1,3}|expedi\w{1,4}|fai(?:tes|re|s)|redig\w{1,4}|proced\w{1,4}|pass(?:ez|er|ons|e) a|transmet\w{0,5}"
    r"|stuur|sturen|verstuur|versturen|verzend|verzenden|zend|zenden|maak|opmaken|doorgaan met|ga door met|doe"
    r"|send|sending|issue|serve|go ahead with|proceed with|prepare"
    r"|schick\w{0,3}|send\w{1,3}|versend\w{0,3}|verschick\w{0,3}|erstell\w{0,3}|rausschicken|stell\w{0,3}|mach\w{0,3}"
)
_LEAVES = (
    r"sturen|versturen|verzenden|opsturen|(?:mag|mogen|kan) (?:nu )?(?:weg|vertrekken|verstuurd|verzonden|buiten)|peut (?:maintenant )?(?:partir|etre envoyee)|a envoyer"
    r"|(?:can|may|should|must) (?:now )?(?:go|leave|be sent)|to be sent|schicken|senden|versenden|verschicken|erstellen|kann (?:jetzt )?raus"
)
_YES = r"ok|okay|oui|d accord|accord|je valide|j approuve|allez y|ja|akkoord|goedgekeurd|yes|agreed|approved|fine|go ahead|einverstanden|freigegeben"
_CONSENT = re.compile(rf"^(?:{_YES})\b[^;.!?]{{0,40}}\b(?:{_NOTICE})\b")
_ORDER = (
    re.compile(rf"\b(?:{_SEND})\b[^,;.!?]{{0,60}}\b(?:{_NOTICE})\b"),
    re.compile(rf"\b(?:{_NOTICE})\b[^,;.!?]{{0,40}}\b(?:{_LEAVES})\b"),
    _CONSENT,
    re.compile(r"\b(?:mettez|mettre|mets|metton?s)\b[^,;.!?]{0,40}\ben demeure\b"),
    re.compile(r"\bstel(?:len)?\b[^,;.!?]{0,40}\bin gebreke\b|\bin gebreke (?:te )?stellen\b"),
    re.compile(r"\bput\b[^,;.!?]{0,40}\bon (?:formal )?notice\b"),
    re.compile(r"\bmahnen sie\b|\b(?:bitte|jetzt|formlich)\b[^,;.!?]{0,40}\b(?:an)?mahnen\b|\bin verzug setzen\b"),
)
# A line that is hardly more than the word: with numbers, with whom it is for, with a courtesy, with the last day.
_FOR = r"(?:pour|a|au|aux|chez|voor|aan|naar|for|to|an|fur)"
_ABOUT = r"(?:(?:de|la|le|les|l|het|die|der|den|the) )?(?:factur(?:e|es|en|uur)|factuur|invoices?|rechnung(?:en)?)"
_NUMBER = r"(?=[\w/.-]{0,20}\d)[\w/.-]{1,30},?"
_PLEASE = r"(?:svp|s il vous plait|aub|alstublieft|please|thanks|bitte|merci|graag|bedankt|danke)"
_DAY = r"(?:a payer|delai|pour le|avant le|echeance|jusqu au|te betalen|termijn|tegen|uiterlijk|voor|payable|by|until|deadline|zahlbar|frist|bis)"
_LABEL = re.compile(
    rf"^(?:(?:la|le|une|un|de|het|een|the|a|eine|die|maintenant|nu|now|jetzt|bitte|please|gelieve|svp|merci de|passez a|direct|aangetekende|formele) ){{0,4}}"
    rf"(?:{_NOTICE})(?: (?:{_FOR} )?(?:{_ABOUT} )?{_NUMBER}(?: (?:(?:et|en|and|und|&) )?{_NUMBER}){{0,9}})?"
    rf"(?: {_FOR}(?: [\w&.-]{{1,30}}){{1,4}}?)?,?(?: {_PLEASE},?){{0,2}}(?: {_DAY}\b[^?]{{0,40}})?[.!]?$"
)
_SHORT = 90
_NOT = re.compile(
    r"\b(?:pas|sans|aucune?|ne|eviter|plutot que|surtout|niet|geen|zonder|voordat|vermijden|not|nt|no|without|avoid|instead|nicht|keine?n?|ohne|bevor|vermeiden|sinon|anders|otherwise|sonst|attend\w{0,4}|wacht\w{0,3}|wait\w{0,3}|warte\w{0,2}"
    r"|tard|trop|prochaine?|peut etre|later|vroeg|volgende|misschien|early|soon|next|maybe|perhaps|spater|fruh|nachste\w?|vielleicht)\b"
    r"|\b(?:avant|before|voor|vor) (?:(?:de|d|toute|une|la|the|any|a|een|de|der|einer|lancer|sending|envoyer) ?){0,3}\b(?:mise|envoyer|lancer|formal|notice|sending|ingebrek|mahnung)"
)
_DONE = re.compile(
    r"\b(?:a|ai|avons|est|ete|etait) (?:deja |ete )?(?:envoye|partie|recu|mis)\w{0,2}\b|\b(?:deja|al|reeds|already|bereits|schon)\b"
    r"|\b(?:was|were|has been|have been|had) \w{0,8}|\b(?:heb|hebben|heeft|werd|is) \w{0,12} ?(?:ge|ver)\w{3,}|\b(?:wurde|haben|hat) "
    r"|\b(?:avocat|huissier|advocaat|deurwaarder|lawyer|solicitor|bailiff|anwalt|rechtsanwalt)\b"
)
# All that may stand in the clause before the words that order it: courtesy, consent, "you may", whom it is about. Whatever else stands
# there may turn them round ("stop sending", "faut-il envoyer", "he told me to send"), so that nothing is ordered.
_BEFORE = frozenset(
    "ok okay oui bonjour bonsoir svp s il vous plait te vu merci d de bien vouloir veuillez vous tu nous on je j aimerais souhaite souhaitons veux voulons "
    "voudrais demande demandons prie que pouvez peux pourriez allez y approuve valide accord donc alors maintenant aussi et puis directement immediatement "
    "la le les l une des un du facture factures numero pour a au aux "
    "ja goed akkoord graag gelieve wilt wil u je mag kunt kan kunnen zou willen ik wij doe maar dus nu dan en ook direct meteen onmiddellijk aub alstublieft "
    "de het een factuur facturen voor aan ga door met "
    "yes fine agreed approved please kindly can could you may go ahead and so then now also i we want would like to let us the a an invoice invoices for with "
    "directly immediately thanks "
    "einverstanden freigegeben bitte mit konnen konnten sie sofort jetzt dann also ich wir mochte mochten will wollen dass die der eine den rechnung rechnungen "
    "fur an ihm ihn ihr ihnen hem haar hun lui leur formlich".split()
)
# "Ok, thanks for the notice" speaks of one that came.
_THANKS = frozenset({"merci", "thanks", "danke", "bedankt"})
# A copy, a draft, or something to be looked at is asked for, or what somebody else said is told.
_ELSE = re.compile(
    r"\b(?:copies?|copy|kopien?|kopie\w*|duplicata|modeles?|models?|muster|vorlage|templates?|exemples?|examples?|voorbeeld\w*|beispiel\w*|projet|drafts?|brouillon"
    r"|ontwerp|entwurf|relecture|relire|review|nalezen|durchsicht|infos?|information\w*|informatie|avis|validation|approval|goedkeuring|signature|voir|lire"
    r"|stop\w*|hold|halt\w*|cancel\w*|annul\w*|suspend\w*|reten\w*|retir\w*|oubli\w*|forget|ignore\w*|renonc\w*|tegenhoud\w*|vergeet|unterlass\w*|aufhor\w*|verzicht\w*|vergessen"
    r"|attention|dit|dis|ecrit|repond\w*|told|said|says|wrote|writes|asks|asked|zegt|zei|schrijft|schreef|vraagt|vroeg|sagt|sagte|schrieb|schreibt|meint)\b"
    r"|[\"«»<>]|[a-z]-(?:moi|nous)\b|\b(?:send|issue|prepare|serve) (?:me|us)\b|\b(?:stuur|zend|verstuur|bezorg) (?:mij|me|ons)\b|\b(?:mir|uns)\b"
)
_IF = re.compile(r"\b(?:si|s il|au cas ou|als|indien|tenzij|if|unless|in case|wenn|falls|sofern|ob)\b")
_DAYS = re.compile(r"\b(\d{1,2}) (?:jours?|dagen|days?|tagen?)\b")
_WORD = re.compile(r"[\w/]+")
_NAMES = re.compile(rf"\b(?:{_NOTICE}|en demeure|in gebreke)\b")


def orders_notice(folded: str) -> bool:
    """Whether a folded sentence orders a formal notice; not one that denies it, tells of one, makes it depend on something, or asks."""
    if "?" in folded or (not _NAMES.search(folded) and not any(p.search(folded) for p in _ORDER[5:])):
        return False
    if any(pattern.search(folded) for pattern in (_NOT, _DONE, _IF, _ELSE)):
        return False
    short = len(folded) <= _SHORT and _LABEL.match(folded)
    return bool(short) or any(_plainly(folded, match) for pattern in _ORDER for match in pattern.finditer(folded))


def _plainly(folded: str, match: re.Match[str]) -> bool:
    """Whether nothing but courtesy and consent stands in the clause before the order, nor between a consent and what it is to."""
    start = max(folded.rfind(mark, 0, match.start()) for mark in ",;:.!") + 1
    words = _WORD.findall(folded[start : match.start()].replace("il faut ", ""))
    if match.re is _CONSENT:
        named = _NAMES.search(folded, match.start())
        between = _WORD.findall(folded[match.start() : named.start() if named else match.end()])
        if not _THANKS.isdisjoint(between):
            return False
        words += between
    return all(word in _BEFORE or not word.isalpha() for word in words)


def names_notice(folded: str) -> bool:
    """Whether a part of a sentence names a formal notice; the order may stand before it."""
    return bool(_NAMES.search(folded))


def notice_until(folded: str, received: date, said: date | None) -> date | None:
    """The last day that such an order gives the debtor: the one that it names (`said`), or after the days that it names."""
    days = _DAYS.search(folded)
    return said or (received + timedelta(days=int(days[1])) if days else None)
