"""The words of fee statements in the four languages."""

from agent.reports.vocabulary import four

FEES = {
    "sheet_fees": four("Relevé de frais", "Kostenoverzicht", "Fee statement", "Gebührenaufstellung"),
    "phase_encaissement": four("encaissement", "inning", "collection", "Einzug"),
    "phase_recouvrement": four("recouvrement", "invordering", "recovery", "Inkasso"),
    "fee_encaissement": four("Frais d’encaissement", "Inningskosten", "Fees for collection", "Gebühren für den Einzug"),
    "fee_recouvrement": four("Frais de recouvrement", "Invorderingskosten", "Fees for recovery", "Inkassogebühren"),
    "fee_collected": four("Encaissé pour vous", "Geïnd voor u", "Collected for you", "Für Sie eingezogen"),
    "fee_net": four("Frais hors TVA", "Kosten excl. btw", "Fees excluding VAT", "Gebühren netto"),
    "fee_vat": four("TVA", "Btw", "VAT", "MwSt."),
    "fee_total": four("Total des frais", "Totaal kosten", "Total fees", "Gebühren gesamt"),
    "fee_rate": four("Taux", "Tarief", "Rate", "Satz"),
    "fee": four("Frais", "Kosten", "Fee", "Gebühr"),
    "fee_phase": four("Phase", "Fase", "Phase", "Phase"),
    "fee_paid_on": four("Payée le", "Betaald op", "Paid on", "Gezahlt am"),
    "fee_known_on": four("Connue le", "Bekend op", "Known on", "Bekannt am"),
    "fee_proof": four("Preuve", "Bewijs", "Proof", "Nachweis"),
    "fee_movement": four("Mouvement bancaire", "Bankverrichting", "Bank movement", "Bankbewegung"),
    "fee_message": four("Message", "Bericht", "Message", "Nachricht"),
    "fee_no_rate": four(
        "aucun taux convenu, rien n’est compté",
        "geen tarief afgesproken, niets aangerekend",
        "no rate agreed, nothing charged",
        "kein Satz vereinbart, nichts berechnet",
    ),
    "fee_returned": four("annulation", "terugname", "taken back", "Rückbuchung"),
    "proof_bank": four("relevé bancaire", "bankafschrift", "bank statement", "Kontoauszug"),
    "proof_owner": four("votre message", "uw bericht", "your message", "Ihre Nachricht"),
    "proof_staff": four(
        "message de votre équipe", "bericht van uw team", "your colleague’s message", "Nachricht Ihres Teams"
    ),
    "proof_on_account": four(
        "acompte sur le compte du client", "voorschot op de klantrekening", "money on account", "Guthaben auf dem Konto"
    ),
    "creditor": four("Créancier", "Schuldeiser", "Creditor", "Gläubiger"),
    "mandate": four("Mandat", "Mandaat", "Mandate", "Mandat"),
    "days_overdue": four("Jours de retard", "Dagen te laat", "Days overdue", "Tage überfällig"),
    "history": four("Historique", "Voorgeschiedenis", "History", "Vorgeschichte"),
}
