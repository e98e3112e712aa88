"""The sentences that tell what happened on a case, in the four languages. Names in braces are facts of the event (agent.reports.happened)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agent.reports.vocabulary import Words, four

SAID: Mapping[str, Words] = MappingProxyType(
    {
        "DebtorKindTold": four(
            "Le créancier précise la qualité du débiteur : {kind}.",
            "De schuldeiser verduidelijkt de hoedanigheid van de schuldenaar: {kind}.",
            "The creditor states what the debtor is: {kind}.",
            "Der Gläubiger gibt an, was der Schuldner ist: {kind}.",
        ),
        "ContactAdded": four(
            "Adresse électronique retenue : {address}.",
            "E-mailadres aanvaard: {address}.",
            "E-mail address adopted: {address}.",
            "E-Mail-Adresse übernommen: {address}.",
        ),
        "ContactFailed": four(
            "L’adresse {address} ne reçoit plus de message ({reason}).",
            "Op het adres {address} komen geen berichten meer aan ({reason}).",
            "The address {address} takes no more messages ({reason}).",
            "Die Adresse {address} nimmt keine Nachrichten mehr an ({reason}).",
        ),
        "ContactRemoved": four(
            "Le créancier a retiré l’adresse {address}.",
            "De schuldeiser heeft het adres {address} geschrapt.",
            "The creditor took the address {address} away.",
            "Der Gläubiger hat die Adresse {address} gestrichen.",
        ),
        "PostalAddressMet": four(
            "Adresse postale connue : {address}.",
            "Postadres bekend: {address}.",
            "Postal address known: {address}.",
            "Postanschrift bekannt: {address}.",
        ),
        "InvoiceRegistered": four(
            "{title} du {issued}, {total}, échéance {due}, confiée au suivi.",
            "{title} van {issued}, {total}, vervaldatum {due}, in opvolging gegeven.",
            "{title} of {issued}, {total}, due {due}, handed over for follow-up.",
            "{title} vom {issued}, {total}, fällig {due}, zur Nachverfolgung übergeben.",
        ),
        "InvoiceCorrected": four(
            "Données de la facture {number} corrigées par le créancier.",
            "Gegevens van factuur {number} door de schuldeiser verbeterd.",
            "Particulars of invoice {number} corrected by the creditor.",
            "Angaben der Rechnung {number} vom Gläubiger berichtigt.",
        ),
        "PaymentReceived": four(
            "Paiement de {amount} du {on} sur {number}.",
            "Betaling van {amount} van {on} op {number}.",
            "Payment of {amount} of {on} on {number}.",
            "Zahlung von {amount} vom {on} auf {number}.",
        ),
        "PaymentReversed": four(
            "Paiement de {amount} sur {number} repris le {on}.",
            "Betaling van {amount} op {number} teruggenomen op {on}.",
            "Payment of {amount} on {number} taken back on {on}.",
            "Zahlung von {amount} auf {number} am {on} zurückgebucht.",
        ),
        "PaymentClaimed": four(
            "Le débiteur dit avoir payé {number}{words}.",
            "De schuldenaar zegt {number} te hebben betaald{words}.",
            "The debtor says that he paid {number}{words}.",
            "Der Schuldner gibt an, {number} bezahlt zu haben{words}.",
        ),
        "PromiseToPayMade": four(
            "Le débiteur promet de payer {number} le {on}{words}.",
            "De schuldenaar belooft {number} te betalen op {on}{words}.",
            "The debtor promises to pay {number} on {on}{words}.",
            "Der Schuldner sagt zu, {number} am {on} zu zahlen{words}.",
        ),
        "PromiseBroken": four(
            "Promesse du {on} non tenue : {number} reste impayée.",
            "Belofte van {on} niet nagekomen: {number} blijft onbetaald.",
            "Promise for {on} broken: {number} remains unpaid.",
            "Zusage zum {on} nicht eingehalten: {number} bleibt unbezahlt.",
        ),
        "promise_kept": four(
            "Promesse du {on} tenue pour {number}.",
            "Belofte van {on} nagekomen voor {number}.",
            "Promise for {on} kept on {number}.",
            "Zusage zum {on} für {number} eingehalten.",
        ),
        "DisputeRaised": four(
            "{number} est contestée{words}.",
            "{number} wordt betwist{words}.",
            "{number} is disputed{words}.",
            "{number} wird bestritten{words}.",
        ),
        "DisputeSettled": four(
            "Le créancier déclare réglé le litige sur {number}.",
            "De schuldeiser verklaart het geschil over {number} opgelost.",
            "The creditor declares the dispute over {number} settled.",
            "Der Gläubiger erklärt den Streit über {number} für beigelegt.",
        ),
        "FollowUpPaused": four(
            "Rappels suspendus{until}.",
            "Herinneringen opgeschort{until}.",
            "Reminders suspended{until}.",
            "Erinnerungen ausgesetzt{until}.",
        ),
        "FollowUpResumed": four(
            "Rappels repris.", "Herinneringen hervat.", "Reminders resumed.", "Erinnerungen wieder aufgenommen."
        ),
        "InvoiceSettled": four(
            "{number} est soldée.", "{number} is vereffend.", "{number} is settled.", "{number} ist ausgeglichen."
        ),
        "InvoiceReopened": four(
            "{number} est de nouveau ouverte.",
            "{number} staat opnieuw open.",
            "{number} is open again.",
            "{number} ist wieder offen.",
        ),
        "InvoiceWithdrawn": four(
            "Le créancier retire {number} du suivi.",
            "De schuldeiser haalt {number} uit de opvolging.",
            "The creditor withdraws {number} from follow-up.",
            "Der Gläubiger nimmt {number} aus der Nachverfolgung.",
        ),
        "InvoiceWrittenOff": four(
            "Le créancier passe {number} en pertes.",
            "De schuldeiser schrijft {number} af.",
            "The creditor writes {number} off.",
            "Der Gläubiger schreibt {number} ab.",
        ),
        "InvoiceEscalated": four(
            "Le créancier décide de transmettre {number} ; les relevés amiables cessent.",
            "De schuldeiser beslist {number} over te dragen; de minnelijke overzichten stoppen.",
            "The creditor decides to hand {number} over; friendly statements stop.",
            "Der Gläubiger beschließt, {number} zu übergeben; gütliche Übersichten enden.",
        ),
        "recouvrement": four(
            "{number} passe en recouvrement{mandate}{words}.",
            "{number} gaat naar invordering{mandate}{words}.",
            "{number} enters recovery{mandate}{words}.",
            "{number} geht in das Inkasso{mandate}{words}.",
        ),
        "encaissement": four(
            "{number} revient à l’encaissement amiable.",
            "{number} keert terug naar de minnelijke inning.",
            "{number} returns to friendly collection.",
            "{number} kehrt zum gütlichen Einzug zurück.",
        ),
        "StatementSent": four(
            "Relevé de compte n° {cycle} remis à la messagerie du débiteur.",
            "Rekeningoverzicht nr. {cycle} aanvaard door het mailsysteem van de schuldenaar.",
            "Statement of account no. {cycle} accepted by the debtor’s mail system.",
            "Kontoübersicht Nr. {cycle} vom Mailsystem des Schuldners angenommen.",
        ),
        # Caused by a mail of his instead of one of ours: he sent it from his own mailbox, and only says so.
        "sent_by_hand": four(
            "Relevé de compte n° {cycle} envoyé par le créancier lui-même, selon ses dires.",
            "Rekeningoverzicht nr. {cycle} door de schuldeiser zelf verstuurd, naar eigen zeggen.",
            "Statement of account no. {cycle} sent by the creditor himself, as he says.",
            "Kontoübersicht Nr. {cycle} nach eigenen Angaben vom Gläubiger selbst versandt.",
        ),
        "NoticeSent": four(
            "Mise en demeure remise à la messagerie du débiteur.",
            "Ingebrekestelling aanvaard door het mailsysteem van de schuldenaar.",
            "Formal notice accepted by the debtor’s mail system.",
            "Förmliche Mahnung vom Mailsystem des Schuldners angenommen.",
        ),
        "PlanLetterSent": four(
            "Message sur le plan de paiement remis à la messagerie du débiteur.",
            "Bericht over het afbetalingsplan aanvaard door het mailsysteem van de schuldenaar.",
            "Message about the payment plan accepted by the debtor’s mail system.",
            "Nachricht zum Ratenplan vom Mailsystem des Schuldners angenommen.",
        ),
        "CreditSetOff": four(
            "Note de crédit de {amount} imputée sur {number}.",
            "Creditnota van {amount} verrekend met {number}.",
            "Credit note of {amount} set off against {number}.",
            "Gutschrift über {amount} mit {number} verrechnet.",
        ),
        "CreditRefunded": four(
            "{amount} remboursés au débiteur le {on}.",
            "{amount} terugbetaald aan de schuldenaar op {on}.",
            "{amount} paid back to the debtor on {on}.",
            "{amount} am {on} an den Schuldner erstattet.",
        ),
        "MoneyPutOnAccount": four(
            "{amount} reçus le {on} et gardés sur le compte du débiteur.",
            "{amount} ontvangen op {on} en op de rekening van de schuldenaar gehouden.",
            "{amount} received on {on} and kept on the debtor’s account.",
            "{amount} am {on} eingegangen und auf dem Konto des Schuldners gehalten.",
        ),
        "MoneyTakenFromAccount": four(
            "{amount} prélevés le {on} sur l’avoir du débiteur.",
            "{amount} op {on} van het tegoed van de schuldenaar genomen.",
            "{amount} taken on {on} from the debtor’s credit.",
            "{amount} am {on} dem Guthaben des Schuldners entnommen.",
        ),
        "PaymentProofAsked": four(
            "L’argent annoncé n’est pas arrivé : une preuve de paiement est demandée.",
            "Het gemelde geld is niet aangekomen: een betalingsbewijs wordt gevraagd.",
            "The money that was announced did not come: a proof of payment is asked for.",
            "Das angekündigte Geld kam nicht an: Ein Zahlungsnachweis wird verlangt.",
        ),
        "RemittanceAdvised": four(
            "Le débiteur annonce un paiement de {amount} pour le {on}.",
            "De schuldenaar kondigt een betaling van {amount} aan voor {on}.",
            "The debtor announces a payment of {amount} for {on}.",
            "Der Schuldner kündigt eine Zahlung von {amount} zum {on} an.",
        ),
        "PlanProposed": four(
            "Le débiteur demande un plan de paiement{words}.",
            "De schuldenaar vraagt een afbetalingsplan{words}.",
            "The debtor asks for a payment plan{words}.",
            "Der Schuldner bittet um einen Ratenplan{words}.",
        ),
        "PlanRefused": four(
            "Plan de paiement refusé.", "Afbetalingsplan geweigerd.", "Payment plan refused.", "Ratenplan abgelehnt."
        ),
        "PlanAgreed": four(
            "Plan de paiement accordé en {count} versements.",
            "Afbetalingsplan toegestaan in {count} betalingen.",
            "Payment plan granted in {count} instalments.",
            "Ratenplan mit {count} Raten gewährt.",
        ),
        "PlanChanged": four(
            "Plan de paiement modifié.",
            "Afbetalingsplan gewijzigd.",
            "Payment plan changed.",
            "Ratenplan geändert.",
        ),
        "InstalmentMissed": four(
            "Versement n° {count} du {on} non reçu.",
            "Betaling nr. {count} van {on} niet ontvangen.",
            "Instalment no. {count} of {on} not received.",
            "Rate Nr. {count} vom {on} nicht eingegangen.",
        ),
        "PlanEnded": four(
            "Fin du plan de paiement : {kind}.",
            "Einde van het afbetalingsplan: {kind}.",
            "End of the payment plan: {kind}.",
            "Ende des Ratenplans: {kind}.",
        ),
    }
)
KINDS: Mapping[str, Words] = MappingProxyType(
    {
        "True": four("consommateur", "consument", "consumer", "Verbraucher"),
        "False": four("entreprise", "onderneming", "business", "Unternehmen"),
        "None": four("non précisée", "niet gekend", "not known", "nicht bekannt"),
        "kept": four("tenu", "nagekomen", "kept", "eingehalten"),
        "revoked": four("révoqué", "herroepen", "revoked", "widerrufen"),
        "replaced": four("remplacé", "vervangen", "replaced", "ersetzt"),
        "cancelled": four("annulé", "geannuleerd", "cancelled", "storniert"),
        "invoice": four("Facture {number}", "Factuur {number}", "Invoice {number}", "Rechnung {number}"),
        "credit": four("Note de crédit {number}", "Creditnota {number}", "Credit note {number}", "Gutschrift {number}"),
        "until": four(" jusqu’au {on}", " tot {on}", " until {on}", " bis {on}"),
        "mandate": four(" (mandat {on})", " (mandaat {on})", " (mandate {on})", " (Auftrag {on})"),
    }
)
