"""The titles of commercial documents, and the stop words that tell the four languages apart."""

from __future__ import annotations

import re

from agent.domain.findings import DocumentKind as K
from agent.parsers.lexers.folding import fold

# The longer title of a pair stands first: "pro forma invoice" is no invoice, "note de crédit" no note.
_TITLES: tuple[tuple[K, str], ...] = (
    (K.PROFORMA, r"(?:facture|factuur|invoice|rechnung)? ?pro-? ?forma(?: ?-?(?:facture|factuur|invoice|rechnung))?|proforma-?rechnung|proformafactuur|pro-forma-rechnung|fattura pro-? ?forma|factura pro-? ?forma|fatura pro-? ?forma|faktura pro-? ?forma"),
    (K.REMINDER, (r"(?:premier |deuxieme |second |troisieme |dernier |1er |2e |2eme |3e )?rappel(?: de paiement)?|lettre de rappel|mise en demeure|(?:eerste |tweede |derde |laatste |betalings)?herinnering|aanmaning|ingebrekestelling"
                 r"|(?:payment |first |second |final |friendly )*reminder|final notice|overdue notice|(?:erste |zweite |dritte |letzte |1\. |2\. |3\. )?(?:zahlungserinnerung|mahnung)|formal notice|sollecito(?: di pagamento)?|(?:primo |secondo |ultimo )sollecito|recordatorio(?: de pago)?|aviso de (?:pago|vencimiento|impago)|reclamacion de pago|avis de retard|dernier avis|avis d'echeance|laatste aanmaning|betalingsaanmaning|wezwanie do zaplaty")),
    (K.STATEMENT, (r"releve(?: de compte| des? factures?| client)?|extrait de compte|etat de compte|situation de compte|rekening-?uittreksel|rekeningoverzicht|openstaande (?:posten|facturen)|overzicht (?:van )?(?:de |uw )?(?:openstaande|uitstaande|vervallen) \w+|(?:liste|etat|situation) des factures(?: \w+)?|factures (?:ouvertes|impayees|echues)|(?:open|outstanding|unpaid) invoices|offene rechnungen|saldo-?overzicht|statement(?: of account)?|account statement"
                  r"|estratto conto|extracto(?: de cuenta| de cliente)?|estado de cuenta|situazione contabile|extrato de conta|relev\w* de factures|compte client|kontoauszug|kontoubersicht|offene posten(?:-?liste)?|saldenbestatigung|releve de situation")),
    (K.QUOTE, r"devis|offre(?: de prix)?|proposition commerciale|offerte|prijsofferte|prijsvoorstel|quotation|quote|estimate|price offer|angebot|kostenvoranschlag|offer|bestek|preventivo|presupuesto|offerta|oferta|cotizacion|orcamento|proposal|price quotation|raming|prijsopgave|begroting|kostenschatzung|offert"),
    (K.ORDER, r"bon de commande|commande|confirmation de commande|accuse de commande|bestelbon|bestelling|orderbevestiging|bestelbevestiging|opdrachtbevestiging|purchase order|order confirmation|sales order|order form|order|bestellung|auftragsbestatigung|bestellschein|auftrag|conferma d'ordine|ordine(?: di acquisto| d'acquisto)?|pedido(?: de compra)?|confirmacion de pedido|hoja de pedido|encomenda|nota de encomenda|aankooporder|inkooporder|zamowienie"),
    (K.DELIVERY_NOTE, (r"(?:pakbon ?/ ?)?(?:bon|bordereau|note) de livraison|bordereau d'expedition|pakbon(?: ?/ ?leveringsbon)?|leveringsbon|leverbon|vrachtbrief|afleverbon|werkbon|verzendnota|delivery note|packing (?:slip|list)|despatch (?:note|advice)|dispatch note|waybill"
                      r"|documento di trasporto|d\.?d\.?t\.?|bolla(?: di consegna| di accompagnamento)?|albaran(?: de entrega)?|nota de entrega|guia de (?:remessa|transporte)|bon d'enlevement|fiche de livraison|afleveringsbon|proof of delivery|goods received note|lieferschein|packzettel|frachtbrief|lettre de voiture|bon d'intervention|aufmassliste|aufmass")),
    (K.CREDIT_NOTE, r"note de credit|facture d'avoir|avoir|creditnota|creditfactuur|kredietnota|credit ?note|credit memo|credit invoice|stornorechnung|rechnungskorrektur|kaufmannische gutschrift|storno|nota di credito|nota di accredito|nota de credito|nota de abono|factura de abono|factura rectificativa por abono|creditfaktuur|gutschriftsanzeige|faktura korygujaca|credit advice"),
    (K.CORRECTION, r"facture rectificative|correctiefactuur|corrected invoice|correction invoice|korrekturrechnung|rechnungsberichtigung|korrigierte rechnung|berichtigte rechnung|factura rectificativa|fattura rettificativa|fattura di rettifica|rectified invoice"),
    (K.RECEIPT, r"recu|quittance|ticket(?: de caisse)?|kwitantie|ontvangstbewijs|kassaticket|kasticket|receipt|payment receipt|sales receipt|quittung|kassenbon|kassenbeleg|zahlungsbeleg|zahlungsbestatigung|ontvangstbevestiging|ricevuta(?: di pagamento| fiscale)?|scontrino|recibo(?: de pago)?|tique|ticket de compra|justificante de pago|recu de paiement|recu fiscal|preuve de paiement|betaalbewijs|betalingsbewijs|proof of payment|zahlungsquittung|kvittering|paragon"),
    (K.INVOICE, (r"facture(?:s)?(?: d'acompte| de solde| intermediaire)?|factuur|faktuur|fakturen?|faktura(?: vat)?|fattura(?: \w{3,13})?|factura(?: simplificada| de venta| ordinaria)?|fatura(?: simplificada|[ -]recibo)?|avviso di parcella|parcella|nota proforma de honorarios|minuta de honorarios|bill|verkoopfactuur|voorschotfactuur|(?:tax |vat |sales |commercial |final |deposit )?invoice|rechnung|schlussrechnung|abschlagsrechnung|teilrechnung|handelsrechnung|note d'honoraires|etat d'honoraires|note de frais et honoraires"
                r"|ereloonnota|honorarnote|honorarrechnung|memoire d'honoraires|kostennota|declaration de creance|schuldvordering|nota|gutschrift|kostenrechnung|anzahlungsrechnung|decompte|afrekening|\w{2,20}rechnung|\w{2,20}factuur|rechnung des \w{3,20}|eindfactuur|slotfactuur|sammelrechnung|verzamelfactuur")),
)  # fmt: skip
_TITLE = tuple(
    (
        kind,
        re.compile(
            rf"(?:votre |uw |your |ihre |notre |kopie |copie |copy |duplicata |duplicaat |duplicate )?(?:{pattern})(?![\w]|-\w)"
        ),
    )
    for kind, pattern in _TITLES
)
_OBJECT = re.compile(r"^(?:objet|betreft?|subject|betreff|concerne|re|onderwerp)\s*: *")

_STOP = {
    "fr": "le la les des une est et pour vous nous votre par sur facture montant paiement avec dans à du total ttc htva tva échéance",
    "nl": "de het een van voor wij uw met en bij factuur betaling bedrag btw totaal op binnen te vervaldatum incl excl aantal omschrijving",
    "en": "the of and for your our with invoice payment amount please by due is to this total vat date number bill customer quantity",
    "de": "der die das und für ihre unsere mit rechnung betrag zahlung bitte bis zum innerhalb mwst datum nummer menge gesamtbetrag netto kunde",
}
_STOP_WORDS = {word: language for language, words in _STOP.items() for word in words.split()}
_SHARED = {"de", "total", "en", "op"}


def title_of(text: str) -> tuple[K, int] | None:
    """The kind of document that a text names as its title, and where the title ends; None when it begins with no title."""
    folded = fold(text[:120])
    subject = _OBJECT.match(folded)
    offset = subject.end() if subject else 0
    body = folded[offset:].lstrip("*#=- ")
    offset = len(folded) - len(body)
    for kind, pattern in _TITLE:
        match = pattern.match(body)
        if match:
            return kind, offset + match.end()
    return None


def language_of(text: str) -> str:
    """The language that most stop words of a text belong to ("fr", "nl", "en", "de"); empty when there are hardly any."""
    counts = dict.fromkeys(_STOP, 0)
    for word in re.findall(r"[^\W\d_]+", text[:20_000].lower()):
        language = _STOP_WORDS.get(word)
        if language is not None and word not in _SHARED:
            counts[language] += 1
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= 3 else ""
