"""What a creditor says of our own doing: that it shall be undone, or that we took a debtor's words for the wrong thing."""

from __future__ import annotations

import re
from datetime import date, timedelta

_POLITE = r"(?:please|pls|merci de|priere de|veuillez|svp|aub|gelieve|bitte|oups|oeps|oops|ups|sorry|pardon|desole|non|nee|no|nein|stp|hello|hallo|bonjour|dag|can you|could you|pouvez vous|kan je|kunt u|konnen sie|maar|toch|doch|actually|en fait|eigenlijk|eigentlich|finalement)"
_WHAT = r"(?:ca|cela|ceci|tout ca|la derniere (?:operation|action|consigne)|ma derniere consigne|l operation|l action|ma consigne|that|this|it|the last (?:one|action|step)|dat|dit|het|deze actie|de laatste actie|das|es|die letzte aktion|l enregistrement)"
_END = r"(?= ?$| ?[,.;!:]| (?:svp|stp|aub|please|pls|bitte|merci|thanks|danke|graag|maar|because|car|want|denn|c etait|ce n etait|was|it was|het was|das war)\b)"
_UNDO = re.compile(
    rf"^(?:{_POLITE}[ ,.!:]*){{0,4}}(?:annul(?:er|ez|e)(?: {_WHAT})?{_END}|(?:defaire|defaites|defais|revenir en arriere|retour en arriere)(?: {_WHAT})?\b"
    rf"|(?:undo|revert|roll back|take back|reverse)(?: {_WHAT})?\b|(?:ongedaan|terug ?draaien)(?: maken)?\b|maak (?:{_WHAT} )?(?:maar |even |toch )*ongedaan|draai (?:{_WHAT} )?(?:maar |even )*terug\b"
    rf"|(?:ruckgangig|stornieren)(?: machen)?\b|mach(?:en)?(?: sie)? (?:{_WHAT} )?(?:bitte )?ruckgangig)"
)
_MISTAKE = re.compile(
    r"\b(?:erreur|trompe|gaffe|fout|foutje|vergist|vergissing|mistake|error|wrong|irrtum|versehen|fehler|geirrt|vertan|oups|oeps|oops)\b"
)
_NOT_PAID = re.compile(
    r"\b(?:pas (?:encore |du tout )?(?:ete )?(?:pay|regl|recu|arriv|sold)|n a pas paye|niet (?:betaald|ontvangen|binnen)|not (?:been |yet |actually )*(?:paid|received|arrived)|"
    r"nt (?:been |actually )?(?:paid|received)|nicht (?:bezahlt|eingegangen|gezahlt|da)|doch nicht|toch niet|rien recu|niets ontvangen|nichts erhalten)"
)


def takes_back(folded: str) -> bool:
    """Whether a folded sentence asks to undo what was done last."""
    return bool(_UNDO.match(folded)) or bool(_MISTAKE.search(folded) and _NOT_PAID.search(folded))


_LABELS = {
    "dispute": r"contestation|litige|reclamation|plainte|betwisting|geschil|klacht|dispute|complaint|reklamation|beanstandung|streitfall|beschwerde|einspruch",
    "promise_to_pay": r"promesse(?: de paiement)?|engagement de payer|betaalbelofte|belofte|toezegging|promise(?: to pay)?|zahlungszusage|zusage|zahlungsversprechen|versprechen",
    "claims_paid": r"(?:annonce|preuve|avis|confirmation) de paiement|betalingsbevestiging|betaalbewijs|payment (?:notice|confirmation)|proof of payment|zahlungsbestatigung|zahlungsmeldung|zahlungsavis",
    "delay_request": r"demande de (?:delai|report|sursis)|(?:vraag om )?uitstel(?:verzoek)?|request for (?:more )?time|delay request|extension request|bitte um aufschub|stundungsanfrage|aufschub",
    "pay_plan": r"demande de (?:plan|echelonnement)|plan de paiement|echelonnement|afbetalingsplan|afbetalingsvoorstel|payment plan|instalment request|ratenzahlung|ratenplan",
    "question_other": r"simple question|question|vraag|vraagje|frage|ruckfrage",
    "acknowledgement_only": r"accuse de reception|simple merci|ontvangstbevestiging|bedankje|acknowledge?ment|thank you|empfangsbestatigung|dankeschon",
    "insolvency": r"faillite|faillissement|bankruptcy|insolvency|insolvenz|konkurs",
    "out_of_office": r"(?:reponse|message) (?:automatique|d absence)|absence|afwezigheid(?:sbericht)?|out of office|auto ?reply|abwesenheit(?:snotiz)?",
}
_IS = r"(?:c est|c etait|ce n est pas|ce n etait pas|il s agi(?:t|ssait) (?:de |d )|plutot|clairement|en fait|het is|het was|dat is|dat was|dit is|dit was|gaat om|ging om|eerder|duidelijk|it s|it is|it was|that s|that is|that was|this is|this was|rather|clearly|meant as|es ist|es war|das ist|das war|eher|eigentlich|handelt sich um|geht um)"
_A = r"(?: (?:bien|plutot|en fait|une|un|la|le|du|de|d|een|de|het|a|an|the|eher|doch|ein|eine|einen|eigentlich|duidelijk|clearly|clairement|simple|gewoon|only|just|nur|seulement|slechts|eerder|rather|no|not|geen|kein|keine|keinen|pas|niet|nicht)){0,5}"
_IT_IS = tuple((label, re.compile(rf"\b{_IS}(?P<between>{_A}) (?:{nouns})\b")) for label, nouns in _LABELS.items())
_DENIED = re.compile(r"\b(?:pas|geen|niet|not|no|kein|keine|keinen|nicht)\b|^ce n ")


def what_it_was(folded: str) -> str:
    """The label that a folded sentence gives to a debtor's mail; "" when it gives none, or only says what it was not."""
    plain = re.sub(r"[,:;]", " ", folded)
    plain = " ".join(plain.split())
    for label, pattern in _IT_IS:
        match = pattern.search(plain)
        if (
            match
            and not _DENIED.search(match["between"])
            and not match[0].startswith(("ce n est pas", "ce n etait pas"))
        ):
            return label
    return ""


_WONDERS = re.compile(
    r"\b(?:demandee? si|savoir si|weten of|wissen ,? ?ob|to know (?:if|whether)|wants? to know|demandent? si|me demande|sais (?:pas|plus)|sait pas|aucune idee|pas sur que|wonder(?:ing|s)?|ask(?:s|ed|ing)? (?:me |us )?(?:if|whether)|not sure|no idea|"
    r"do nt know|gevraagd of|vraagt of|vragen of|vraag me af|weet (?:het )?niet|geen idee|niet zeker|gefragt ,? ?ob|fragt ,? ?ob|frage mich|weiss (?:es )?nicht|keine ahnung|nicht sicher)\b"
)


def wonders(folded: str) -> bool:
    """Whether a folded sentence tells of a doubt or of somebody's question rather than of a fact."""
    return bool(_WONDERS.search(folded))


_COUNTS = {
    1: "un une een one a an ein eine einen 1", 2: "deux twee two zwei couple 2", 3: "trois drie three drei 3", 4: "quatre vier four 4",
    5: "cinq vijf five funf 5", 6: "six zes sechs 6", 8: "huit acht eight", 10: "dix tien ten zehn", 15: "quinze vijftien fifteen funfzehn",
}  # fmt: skip
_COUNT = {word: count for count, words in _COUNTS.items() for word in words.split()}
_SPAN = re.compile(
    r"\b(\d{1,2}|[a-z]{1,10}) (?:autres |more |extra |weitere |of )?(?:(jours?|dagen|dag|days?|tage?n?)|(semaines?|weken|week|weeks|wochen?)|(mois|maanden|maand|months?|monate?n?))\b"
)


def lasts_until(folded: str, received: date) -> date | None:
    """The day until which a folded sentence says that something lasts ("two weeks", "un mois"), None when it does not."""
    for match in _SPAN.finditer(folded):
        count = int(match[1]) if match[1].isdigit() else _COUNT.get(match[1], 0)
        days = count * (1 if match[2] else 7 if match[3] else 30)
        if 0 < days <= 366:
            return received + timedelta(days=days)
    return None
