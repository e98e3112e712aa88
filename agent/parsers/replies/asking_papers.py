"""Whether a line asks for the file on a debtor or for a certificate of what was written off, in French, Dutch, English and German."""

from __future__ import annotations

import re

from agent.parsers.replies.clauses import fold

_LONGEST = 200
_BETWEEN = re.compile(r"[^\w/.@&+-]+")
# What may stand before the word: greetings, who asks whom, for what, and the article.
_BEFORE = frozenset(
    """
    bonjour bonsoir hello hi dag beste hallo salut re
    merci de d m nous moi me pouvez pourriez peux pourrais peut vous tu on puis je j veux voudrais souhaite aimerais avoir recevoir obtenir
    envoyez envoyer envoie donnez donner donne preparez preparer prepare faites faire fais transmettez transmettre transmets besoin ai il faut faudrait
    kunt u kun kan je jij mag ik wil wilt graag gelieve stuur stuurt sturen bezorg bezorgen geef geven maak maken krijgen mij ons even het volledige
    could can would you please send give prepare make get me us i we need want d like have
    konnen konnten sie kannst du bitte schicken schick senden sende erstellen erstelle geben gib mir uns ich wir brauche brauchen mochte mochten haben
    le la les l un une complet complete tout de het een die das den der eine ein ganze vollstandige the a an full whole complete svp s.v.p aub a.u.b stp
    """.split()
)
# What may stand behind it and says nothing besides; any other word must name the debtor or the invoice.
_COURTESY = frozenset(
    "svp s.v.p stp merci d avance aub a.u.b dank u alvast bedankt please thanks thank you bitte danke schon im voraus".split()
)
_FILE = re.compile(
    r"(?:dossiers?|case file|collection file|invorderingsdossier|(?:forderungs|schuldner)?akten?)(?: (?:complete?|volledig|vollstandig))?"
    r"|file(?= (?:of|on|for|about)\b)"
)
_CERTIFICATE = re.compile(
    r"(?:attestation|attest|certificat|bewijs|verklaring|certificate|bescheinigung)"
    r"(?: d irrecouvrabilite| van oninvorderbaarheid| of (?:irrecoverability|bad debt)| (?:der|uber die) uneinbringlichkeit)"
    r"|oninvorderbaarheidsattest|uneinbringlichkeitsbescheinigung|bad debt certificate"
    r"|(?:attestation|certificat|certificate|attest|bescheinigung)(?= (?:pour |de |du |d |voor |van |for |of |fur |zu )?(?:la |le |the |de |die )?(?:facture |factuur |invoice |rechnung )?\S*\d)"
)
# Behind the word these make it another order, or a report about the case.
_OTHERWISE = re.compile(
    r"\b(?:mag|moet|moeten|dicht|weg|peut|doit|darf|muss|may|must|can|zu schliessen|est|sont|sera|etait|ete|a ete|is|are|was|wordt|werd|ist|sind|war|clos\w*|ferme\w*|clotur\w*|gesloten|afgesloten|closed|geschlossen|regle\w*|"
    r"huissier|avocat|deurwaarder|advocaat|bailiff|lawyer|solicitor|gerichtsvollzieher|anwalt|contentieux|recouvrement|invordering|incasso|inkasso|"
    r"pas|plus|sans|niet|geen|zonder|not|no|nicht|kein|keine|ohne|si|als|indien|if|wenn|falls)\b"
)
_MOST_AFTER = 10


def papers_asked(line: str) -> str:
    """What this line asks for: dossier, certificate, or "" for neither."""
    if len(line) > _LONGEST:
        return ""
    words = _BETWEEN.sub(" ", fold(line)).strip(" .-")
    for kind, pattern in (("certificate", _CERTIFICATE), ("dossier", _FILE)):
        found = next((m for m in pattern.finditer(words) if _whole(words, m)), None)
        if found is not None:
            before, after = words[: found.start()].replace("-", " ").split(), words[found.end() :]
            asked = _BEFORE.issuperset(before) and not _OTHERWISE.search(after)
            return kind if asked and len(_named(after)) <= _MOST_AFTER else ""
    return ""


def _whole(words: str, found: re.Match[str]) -> bool:
    """Whether the match begins and ends with a word."""
    return words[found.start() - 1 : found.start()] in ("", " ") and words[found.end() : found.end() + 1] in (
        "",
        " ",
        ".",
    )


def _named(after: str) -> list[str]:
    return [word for word in after.split() if word not in _COURTESY]
