"""Names and addresses of companies and people: legal forms, postal lines, titles, what is no name."""

from __future__ import annotations

import re
from functools import lru_cache

from agent.domain.alternatives import any_of
from agent.parsers.lexers.folding import REMEMBERED, fold

_FORMS = (
    r"s\. ?a\.? ?r\. ?l\.?|s\.?r\.?l\.?|s\.?a\.?|s\.?p\.?r\.?l\.?u?\.?|s\.?c\.?(?:r\.?l\.?)?(?:\.?s)?\.?|s\.?c\.?o\.?p\.?|a\.?s\.?b\.?l\.?|s\.?n\.?c\.?|s\.?c\.?s\.?|scomm|s\.?a\.?s\.?u?\.?|s\.?a\.?r\.?l\.?u?\.?|eurl|e\.?i\.?r\.?l\.?|ei|sci|scop"
    r"|s\.?a\.?r\.?l\.?-s|sicav|gie|selarl|scp|earl|gaec"
    r"|b\.?v\.?(?:b\.?a\.?)?|n\.?v\.?|v\.?o\.?f\.?|c\.?v\.?(?:b\.?a\.?)?|v\.?z\.?w\.?|commv|comm\.? ?v\.?|ebvba|maatschap|stichting|vzw"
    r"|gmbh(?: ?& ?co\.? ?(?:kg|ohg|kgaa))?|a\.?g\.?|kg|ohg|e\.?k\.?|ug(?: \(haftungsbeschrankt\))?|gbr|e\.?v\.?|kgaa|eg|partg(?: mbb)?|mbh|gesmbh|e\.?u\.?"
    r"|ltd\.?|limited|inc\.?|llc|l\.?l\.?p\.?|plc|corp\.?|corporation|company|co\.|pty|incorporated|s\.?p\.?a\.?|s\.?r\.?o\.?|a/s|aps|as|ab|oy|sp\. ?z ?o\. ?o\.?|d\.?o\.?o\.?|kft|zrt|lda\.?|s\. ?l\. ?(?:u|l|p)?\.?|slu?|s\.?a\.?u\.?|s\. ?coop\.?|s\.?r\.?l\.?s\.?|s\.?a\.?p\.?a\.?|og|sp\. ?j\.|sp\. ?k\."
)
_LEGAL = re.compile(rf"(?<![\w.])(?:{_FORMS})(?:/(?:{_FORMS}))?(?![\w])")
_CAPITAL_ONLY = frozenset(
    {
        "sa",
        "sc",
        "as",
        "ab",
        "ag",
        "kg",
        "ei",
        "eg",
        "eu",
        "ev",
        "ek",
        "cv",
        "nv",
        "bv",
        "ug",
        "gie",
        "oy",
        "earl",
        "company",
        "s.c",
        "cvba",
        "aps",
        "as.",
        "se",
        "sl",
        "og",
    }
)

_POSTAL = re.compile(
    r"(?<![\w.,/-])(?:(?:[A-Z]{1,3}[- ])?\d{4,5}(?: ?[A-Z]{2})?[,]? +(?:[A-ZÀ-Þ]|['’]s[ -])[\w'’.()/ -]{1,40}|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|[A-Z]{2} \d{5}(?:-\d{4})?\b|[A-Z]\d{2} [A-Z0-9]{4}\b|(?:[A-Z]{1,3}[- ])?\d{3} \d{2} [A-ZÀ-Þ]\w|\d{2}-\d{3} [A-ZÀ-Þ]\w|\d{4}-\d{3} [A-ZÀ-Þ]\w)"
)
_STREET_WORD = re.compile(
    r"^(?:\d+[a-z]?[ ,]+(?:bis |ter )?)?(?:rue|avenue|av\.|bd|boulevard|place|chemin|route|allee|quai|impasse|chaussee|square|cours|zoning|zone|za|zi|zac|parc|montee|sentier|esplanade|faubourg|clos|dreve|drève|bp|boite|cedex|residence"
    r"|batiment|bat\.|postbus|postfach|po box|p\.o\. box|suite|floor|building|unit)\b"
)
_STREET_NUMBERED = re.compile(
    r"\b(?:via|viale|piazza|corso|vicolo|calle|avenida|avda|plaza|paseo|ul|rua|largo|rue|avenue|boulevard|place|chemin|route|allee|quai|impasse|chaussee|square|bte|bus|box|\w*straat|\w*laan|\w*weg|\w*plein|\w*dreef|\w*steenweg|\w*kaai|\w*markt|\w*singel|\w*gracht|\w*kade|\w*dijk|\w*pad|\w*lei|\w*hof"
    r"|street|st\.|st|road|rd\.?|lane|drive|ave|way|court|terrace|\w*strasse|\w*str\.?|\w*strase|\w*platz|\w*allee|\w*gasse|\w*ring|\w*damm|\w*ufer|\w*chaussee)\b"
)
_HOUSE_NUMBER = re.compile(
    r"^[^\W\d_][\w'’. -]{2,40} \d{1,4}(?: ?[a-zA-Z]{1,2}|[-/]\d{1,4})?$|^\d{1,4}(?: ?bis| ?ter|[a-zA-Z])?,? [^\W\d_][\w'’. -]{2,40}$"
)
_CONTACT = any_of(
    r"@|\bwww\.|https?:|\btel|\bfax\b|\bphone\b|\bgsm\b|\bmobile?\b|\bmob\b|\btelefon|e-?mail|\+\d{2}[ (]|📞|✉"
)
_NOT_A_NAME = re.compile(
    r"\b(?:facture|factuur|invoice|rechnung|date|datum|page|pagina|seite|total|totaal|iban|bic|tva|btw|vat|siret|siren|rcs|rpm|ape|kvk|swift|montant|bedrag|conditions|paiement|betaling|payment"
    r"|designation|omschrijving|description|beschreibung|quantite|aantal|quantity|menge|client|klant|customer|kunde|avoir|creditnota|credit note|gutschrift|devis|offerte|quote|angebot|duplicata|copie|kopie"
    r"|original|bonjour|madame, monsieur|geachte|dear|sehr geehrte|merci|bedankt|thank|objet|betreft|subject|betreff|livraison|levering|delivery|communication|mededeling|reference|echeance|vervaldag"
    r"|steuernummer|amtsgericht|geschaftsfuhrer|capital|kapitaal|bank|banque|telefax|order|bestelling|commande|steuer-nr|hrb|gln|nummer|standard|pago|pagamento|fattura|factura|fatura|faktura|fecha|scadenza|vencimiento|vencimento|importe|totale|razem|iva|nif|cif|cliente|spett|concepto|descrizione|cantidad|quantita|causale|gracias|cordiali|aliquota|imponibile|eenheidsprijs|einzelpreis|unit price|prix unitaire|zugferd|factur-x|xml|stylesheet|stylesheet-version|bestelbon|referentie|contact|agence|shipment|ref|n°|capital|tarif)\b"
)
_QUANTITY = re.compile(r"^\d+(?:[.,]\d+)? ?[^\W\d_]{0,6}\.?$|^\d+ x ?\d+")
_ATTENTION = re.compile(
    r"^(?:c\.a\.|alla c\.a\.|alla cortese attenzione|a/a:?|at\.:|att\.:|a la atencion|a l'att(?:ention|\.)?(?: de)?|att(?:n|ention)?\.?:?|c/o|t\.?a\.?v\.?|z\. ?hd\.?|zu handen|ter attentie van|p/a|for the attention of|contact ?:)"
)
_DEPARTMENT = re.compile(
    r"(?:the )?accounts? (?:payable|department|dept)\b|accounting|finance (?:department|team)|crediteurenadministratie|(?:afdeling |dienst )?(?:boekhouding|facturatie|crediteuren)$"
    r"|(?:service )?comptabilite(?: fournisseurs)?$|service (?:comptab|financ|achats|facturation|communication|technique|client)|(?:abteilung )?(?:buchhaltung|rechnungswesen|einkauf|rechnungsprufung)$|abteilung |afdeling "
    r"|direction |aan de ouders van|aux parents de|an die eltern|ufficio |departamento |dpto\.? |secretariat|secretariaat|administration$"
)
_PERSON = re.compile(
    r"^(?:sig\.?(?:ra|na)?|egr\.|gent\.(?:ma)?|d\.|dna\.?|dona|sr\.?a?|sra\.?|exmo\.?|pan|pani|m\.|mme|mr\.?|mrs\.?|ms\.?|mlle|monsieur|madame|dhr\.?|de heer|mevr?\.?|mevrouw|herrn?|frau|dr\.?|me|maitre|m\. et mme|familie|famille)\b"
)


_REGISTER = any_of(
    r"\brcs\b|r\.c\.s|\brpm\b|\bkvk\b|capital|siret|siren|\bape\b|amtsgericht|\bhrb\b|handelsregister|\brpr\b|registered in|iban"
)


@lru_cache(maxsize=REMEMBERED)
def is_register(text: str) -> bool:
    """Whether the text is of the kind that a company prints about itself: trade register, capital, account."""
    return bool(_REGISTER.search(fold(text)))


@lru_cache(maxsize=REMEMBERED)
def legal_form(text: str) -> tuple[int, int] | None:
    """Where the last legal form of a company (SRL, GmbH & Co. KG, B.V.) stands in a text; None when there is none."""
    found: tuple[int, int] | None = None
    for match in _LEGAL.finditer(fold(text)):
        words = text[match.start() : match.end()]
        if match[0].rstrip(".") in _CAPITAL_ONLY and not (words[0].isupper() and words[-1:] in words.upper()):
            continue
        if match.start() > 1:
            found = match.start(), match.end()
    return found


@lru_cache(maxsize=REMEMBERED)
def is_postal(text: str) -> bool:
    """Whether the text holds a postal code with its town, as in any country of Europe."""
    return bool(_POSTAL.search(text[:200]))


@lru_cache(maxsize=REMEMBERED)
def is_street(text: str) -> bool:
    """Whether the text looks like a street with its number, or a part of an address."""
    folded = fold(text[:120])
    if _STREET_WORD.search(folded):
        return True
    return any(c.isdigit() for c in folded) and (
        bool(_STREET_NUMBERED.search(folded)) or bool(_HOUSE_NUMBER.search(text))
    )


@lru_cache(maxsize=REMEMBERED)
def is_contact(text: str) -> bool:
    """Whether the text is a telephone number, a web or an e-mail address."""
    return bool(_CONTACT.search(fold(text[:200])))


@lru_cache(maxsize=REMEMBERED)
def is_attention(text: str) -> bool:
    """Whether the line names a person or department at the addressee."""
    return bool(_ATTENTION.match(fold(text[:80])))


@lru_cache(maxsize=REMEMBERED)
def is_department(text: str) -> bool:
    """Whether the line names a department of the addressee, not the addressee."""
    return bool(_DEPARTMENT.match(fold(text[:80])))


@lru_cache(maxsize=REMEMBERED)
def is_person(text: str) -> bool:
    """Whether the name begins with a form of address."""
    return bool(_PERSON.match(fold(text[:40])))


@lru_cache(maxsize=REMEMBERED)
def may_be_name(text: str) -> bool:
    """Whether the text can be the name of a company or person: short, with letters, none of the words and forms that are no name."""
    stripped = text.strip(" .,:;-–·|*")
    if not 2 <= len(stripped) <= 80 or sum(c.isalpha() for c in stripped) < max(
        2, 0.4 * len(stripped.replace(" ", ""))
    ):
        return False
    if (
        _QUANTITY.match(stripped)
        or is_contact(stripped)
        or is_postal(stripped)
        or (is_street(stripped) and legal_form(stripped) is None)
    ):
        return False
    return not _NOT_A_NAME.search(fold(stripped)) and stripped.count(" ") <= 9


def is_salutation(text: str) -> bool:
    """Whether the text is a form of address alone ("Herrn", "Mme")."""
    match = _PERSON.match(fold(text[:40]))
    return match is not None and match.end() >= len(text.strip())


@lru_cache(maxsize=REMEMBERED)
def clean_name(text: str) -> str:
    """The name without attention marks and without punctuation around it; the full stop of a legal form stays."""
    name = text.strip(" ,:;-–·|*\t").lstrip(".")
    lead = _ATTENTION.match(fold(name))
    if lead:
        name = name[lead.end() :].strip(" :.")
    form = legal_form(name)
    if name.endswith(".") and not (form is not None and form[1] >= len(name) - 1):
        name = name.rstrip(" .")
    return " ".join(name.split())
