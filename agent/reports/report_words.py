"""The words of the report on receivables: risk, advice, reasons, headings."""

from agent.reports.vocabulary import four

REPORT = {
    "report_title": four(
        "Vos créances clients", "Uw openstaande vorderingen", "Your receivables", "Ihre offenen Forderungen"
    ),
    "report_as_of": four("Situation au", "Toestand op", "As of", "Stand vom"),
    "report_period": four("Période du", "Periode van", "Period from", "Zeitraum vom"),
    "report_to": four("au", "tot", "to", "bis"),
    "collected": four("Encaissé", "Ontvangen", "Collected", "Eingegangen"),
    "collected_by_month": four(
        "Encaissé par mois", "Ontvangen per maand", "Collected by month", "Eingänge nach Monaten"
    ),
    "recovery_rate": four(
        "Taux de recouvrement, 12 mois",
        "Inningsgraad, 12 maanden",
        "Recovery rate, 12 months",
        "Einzugsquote, 12 Monate",
    ),
    "dso": four("Délai moyen de règlement (DSO)", "Klantenkrediet (DSO)", "Days sales outstanding (DSO)", "Forderungslaufzeit (DSO)"),
    "average_delay": four("Retard moyen", "Gemiddelde vertraging", "Average delay", "Durchschnittlicher Verzug"),
    "average_delay_month": four(
        "Retard moyen, 30 jours", "Gemiddelde vertraging, 30 dagen", "Average delay, 30 days", "Verzug im Mittel, 30 Tage"
    ),
    "month_before": four("mois précédent", "vorige maand", "month before", "Vormonat"),
    "unit_days": four("jours", "dagen", "days", "Tage"),
    "month": four("Mois", "Maand", "Month", "Monat"),
    "by_age": four("Encours par ancienneté", "Openstaand per ouderdom", "Outstanding by age", "Offene Posten nach Alter"),
    "debtors": four("Débiteurs", "Debiteuren", "Debtors", "Debitoren"),
    "open_invoices": four("Factures ouvertes", "Openstaande facturen", "Open invoices", "Offene Rechnungen"),
    "days_late": four("Jours de retard", "Dagen te laat", "Days late", "Tage überfällig"),
    "habit": four("Habitude de paiement", "Betaalgewoonte", "Paying habit", "Zahlungsgewohnheit"),
    "habit_unknown": four("pas encore connue", "nog niet bekend", "not known yet", "noch nicht bekannt"),
    "risk": four("Risque", "Risico", "Risk", "Risiko"),
    "risk_low": four("faible", "laag", "low", "niedrig"),
    "risk_medium": four("moyen", "gemiddeld", "medium", "mittel"),
    "risk_high": four("élevé", "hoog", "high", "hoch"),
    "reasons": four("Pourquoi", "Waarom", "Why", "Warum"),
    "because_oldest": four(
        "la facture la plus ancienne a {} jours de retard",
        "de oudste factuur is {} dagen te laat",
        "the oldest invoice is {} days late",
        "die älteste Rechnung ist {} Tage überfällig",
    ),
    "because_habit": four(
        "paie d’habitude {} jours après l’échéance",
        "betaalt gewoonlijk {} dagen na de vervaldatum",
        "usually pays {} days after the due date",
        "zahlt meist {} Tage nach Fälligkeit",
    ),
    "because_trend": four(
        "paie {} jours plus tard qu’avant",
        "betaalt {} dagen later dan vroeger",
        "pays {} days later than before",
        "zahlt {} Tage später als früher",
    ),
    "because_promises": four(
        "promesses non tenues\u00a0: {}",
        "niet nagekomen beloften: {}",
        "promises not kept: {}",
        "nicht gehaltene Zusagen: {}",
    ),
    "because_notice": four(
        "mise en demeure envoyée", "ingebrekestelling verstuurd", "formal notice sent", "Mahnung mit Frist versandt"
    ),
    "because_reminders": four(
        "relevés sans effet\u00a0: {}",
        "overzichten zonder resultaat: {}",
        "statements in vain: {}",
        "erfolglose Kontoübersichten: {}",
    ),
    "because_unreachable": four(
        "aucune adresse qui fonctionne",
        "geen werkend adres",
        "no address that works",
        "keine erreichbare Adresse",
    ),
    "because_unknown": four(
        "peu d’historique", "weinig geschiedenis", "little history", "wenig Vorgeschichte"
    ),
    "because_punctual": four("paie à temps", "betaalt stipt", "pays on time", "zahlt pünktlich"),
    "because_insolvency": four(
        "procédure d’insolvabilité", "insolventieprocedure", "insolvency proceedings", "Insolvenzverfahren"
    ),
    "because_ceased_or_deceased": four(
        "cessation d’activité ou décès",
        "stopzetting of overlijden",
        "business ended or death",
        "Geschäftsaufgabe oder Todesfall",
    ),
    "advice": four("Suite conseillée", "Aanbevolen vervolg", "Suggested next step", "Empfohlener nächster Schritt"),
    "advice_nothing": four("rien de particulier", "niets bijzonders", "nothing special", "nichts Besonderes"),
    "advice_follow": four("poursuivre le suivi", "blijven opvolgen", "keep following", "weiter verfolgen"),
    "advice_address": four("trouver une adresse", "een adres zoeken", "find an address", "Adresse ermitteln"),
    "advice_phone": four("téléphoner", "opbellen", "phone", "anrufen"),
    "advice_shorter_terms": four(
        "convenir de délais plus courts",
        "kortere termijnen afspreken",
        "agree on shorter terms",
        "kürzere Fristen vereinbaren",
    ),
    "advice_wait": four("attendre", "afwachten", "wait", "abwarten"),
    "advice_answer": four(
        "lui répondre vous-même", "hem zelf antwoorden", "answer him yourself", "selbst antworten"
    ),
    "advice_declare": four(
        "déclarer la créance à la procédure",
        "de schuldvordering in de procedure aangeven",
        "file the claim in the proceedings",
        "Forderung im Verfahren anmelden",
    ),
    "advice_clarify": four(
        "chercher qui répond de la dette",
        "uitzoeken wie voor de schuld instaat",
        "find out who answers for the debt",
        "klären, wer für die Schuld einsteht",
    ),
    "status_current": four("à jour", "in orde", "up to date", "nichts überfällig"),
    "status_overdue": four("échu, pas encore relancé", "vervallen, nog niet herinnerd", "overdue, not reminded yet", "überfällig, noch nicht erinnert"),
    "status_noticed": four("mis en demeure", "in gebreke gesteld", "under formal notice", "gemahnt mit Frist"),
    "status_reminded": four("relancé", "herinnerd", "reminded", "erinnert"),
    "status_promised": four("a promis de payer", "heeft betaling beloofd", "promised to pay", "hat Zahlung zugesagt"),
    "status_claimed": four("dit avoir payé", "zegt betaald te hebben", "says he has paid", "meldet Zahlung"),
    "status_plan": four("plan de paiement en cours", "afbetalingsplan loopt", "payment plan running", "Ratenplan läuft"),
    "status_paused": four("relances suspendues", "herinneringen gepauzeerd", "reminders paused", "Erinnerungen pausiert"),
    "status_disputed": four("conteste", "betwist", "disputes", "bestreitet"),
    "status_stopped": four("plus aucun message", "geen berichten meer", "no more mails", "keine Nachrichten mehr"),
    "odd_account": four("Autre compte bancaire", "Andere bankrekening", "Another bank account", "Anderes Bankkonto"),
    "payee_asked": four("attend votre réponse", "wacht op uw antwoord", "waits for your answer", "wartet auf Ihre Antwort"),
    "payee_confirmed": four("confirmé", "bevestigd", "confirmed", "bestätigt"),
    "payee_refused": four("refusé", "geweigerd", "refused", "abgelehnt"),
    "advice_hand_over": four(
        "téléphoner, puis mettre en demeure",
        "opbellen, dan in gebreke stellen",
        "phone, then give formal notice",
        "anrufen, dann mahnen",
    ),
    "whom_to_phone": four("À qui téléphoner", "Wie opbellen", "Whom to phone", "Wen anrufen"),
    "script_promise": four(
        "«\u00a0Vous nous aviez annoncé un paiement que nous n’avons pas encore vu. Y a-t-il un souci\u00a0? Quel jour pouvons-nous noter\u00a0?\u00a0»",
        "“U had ons een betaling aangekondigd die wij nog niet zagen. Is er een probleem? Welke dag mogen wij noteren?”",
        "“You told us of a payment that we have not seen yet. Is something the matter? Which day may we note?”",
        "„Sie hatten uns eine Zahlung angekündigt, die noch nicht da ist. Gibt es ein Problem? Welchen Tag dürfen wir notieren?“",
    ),
    "script_reminded": four(
        "«\u00a0Nos relevés vous sont-ils bien parvenus\u00a0? Manque-t-il quelque chose pour que vous puissiez payer\u00a0? Quand pouvons-nous compter sur le paiement\u00a0?\u00a0»",
        "“Hebt u onze overzichten goed ontvangen? Ontbreekt er iets om te kunnen betalen? Wanneer mogen wij de betaling verwachten?”",
        "“Did our statements reach you? Is anything missing that you need in order to pay? When can we count on the payment?”",
        "„Haben Sie unsere Kontoübersichten erhalten? Fehlt Ihnen noch etwas, um zu zahlen? Wann dürfen wir mit der Zahlung rechnen?“",
    ),
    "script_address": four(
        "«\u00a0Nos mails ne vous parviennent plus. À quelle adresse pouvons-nous écrire à votre comptabilité\u00a0?\u00a0»",
        "“Onze mails komen bij u niet meer aan. Op welk adres mogen wij uw boekhouding schrijven?”",
        "“Our mails do not reach you any more. Which address may we use for your accounts department?”",
        "„Unsere E-Mails erreichen Sie nicht mehr. Unter welcher Adresse dürfen wir Ihrer Buchhaltung schreiben?“",
    ),
    "phone_unknown": four("numéro inconnu", "nummer onbekend", "number not known", "Nummer unbekannt"),
    "this_report": four("Ce rapport", "Dit verslag", "This report", "Dieser Bericht"),
    "month_ago": four("Un mois plus tôt", "Een maand eerder", "A month before", "Einen Monat zuvor"),
    "trend": four("Évolution", "Evolutie", "Trend", "Entwicklung"),
    "key_figures": four("Chiffres clés", "Kerncijfers", "Key figures", "Kennzahlen"),
    "indicator": four("Indicateur", "Kengetal", "Figure", "Kennzahl"),
    "went_up": four("en hausse", "gestegen", "up", "gestiegen"),
    "went_down": four("en baisse", "gedaald", "down", "gesunken"),
    "stayed": four("stable", "gelijk", "unchanged", "unverändert"),
    "promises_kept": four("Promesses tenues", "Nagekomen beloften", "Promises kept", "Gehaltene Zusagen"),
    "promises_missed": four(
        "Promesses non tenues, ce mois", "Niet nagekomen beloften, deze maand", "Promises not kept, this month", "Nicht gehaltene Zusagen, dieser Monat"
    ),
    "promise_kept": four("promesse tenue", "belofte nagekomen", "promise kept", "Zusage gehalten"),
    "promise_missed": four("promesse non tenue", "belofte niet nagekomen", "promise not kept", "Zusage nicht gehalten"),
    "col_phone": four("Téléphone", "Telefoon", "Phone", "Telefon"),
    "col_day": four("Date", "Datum", "Date", "Datum"),
    "col_event": four("Événement", "Gebeurtenis", "Event", "Ereignis"),
    "col_evidence": four("Connu par", "Bekend via", "Known from", "Bekannt durch"),
    "evidence_bank": four("extrait bancaire", "rekeninguittreksel", "bank statement", "Kontoauszug"),
    "evidence_on_account": four("avance imputée", "verrekend voorschot", "money on account", "verrechnetes Guthaben"),
    "evidence_set_off": four("imputé sur une facture", "met een factuur verrekend", "set off against an invoice", "mit Rechnung verrechnet"),
    "evidence_refunded": four("remboursé", "terugbetaald", "paid back", "zurückgezahlt"),
    "evidence_undone": four("annulé", "geannuleerd", "undone", "rückgängig"),
    "evidence_told": four("message reçu", "ontvangen bericht", "message received", "erhaltene Nachricht"),
    "sheet_payments": four("Paiements", "Betalingen", "Payments", "Zahlungen"),
    "sheet_events": four("Événements", "Gebeurtenissen", "Events", "Ereignisse"),
    "dashboard_file": four("Tableau de bord", "Dashboard", "Dashboard", "Dashboard"),
    "oddities": four("À vérifier", "Na te kijken", "Worth a look", "Bitte prüfen"),
    "odd_gap": four(
        "Numéros jamais transmis",
        "Nooit doorgestuurde nummers",
        "Numbers never handed over",
        "Nie eingereichte Nummern",
    ),
    "odd_twin": four(
        "Même débiteur, même montant",
        "Zelfde debiteur, zelfde bedrag",
        "Same debtor, same amount",
        "Gleicher Debitor, gleicher Betrag",
    ),
    "odd_unusual": four("Montant inhabituel", "Ongewoon bedrag", "Unusual amount", "Ungewöhnlicher Betrag"),
    "handover_days": four(
        "Délai avant que vous nous transmettiez une facture",
        "Tijd tot u ons een factuur doorstuurt",
        "Time until you hand an invoice over",
        "Zeit, bis Sie uns eine Rechnung einreichen",
    ),
    "promises_broken": four(
        "Promesses non tenues", "Niet nagekomen beloften", "Promises not kept", "Nicht gehaltene Zusagen"
    ),
    "disputes_open": four("Contestations ouvertes", "Openstaande betwistingen", "Open disputes", "Offene Einwände"),
    "open_questions": four("Questions ouvertes", "Openstaande vragen", "Open questions", "Offene Fragen"),
    "unchecked": four(
        "Factures à vérifier", "Na te kijken facturen", "Invoices to be checked", "Zu prüfende Rechnungen"
    ),
    "nothing_open": four(
        "Rien n’est ouvert.", "Er staat niets open.", "Nothing is open.", "Es ist nichts offen."
    ),
    "week_in": four("Messages reçus", "Ontvangen mails", "Mails received", "Eingegangene E-Mails"),
    "week_review": four("dont à relire (Review)", "waarvan na te lezen (Review)", "of which to be reviewed (Review)", "davon zu prüfen (Review)"),
    "week_quarantine": four("dont écartés (Quarantine)", "waarvan apart gezet (Quarantine)", "of which set aside (Quarantine)", "davon beiseitegelegt (Quarantine)"),
    "week_out": four("Messages envoyés", "Verstuurde mails", "Mails sent", "Versandte E-Mails"),
    "week_queued": four("En attente d’envoi", "Wachten op verzending", "Waiting to leave", "Warten auf Versand"),
    "week_sending": four("En cours d’envoi", "Worden verstuurd", "Being sent", "Werden versandt"),
    "week_held": four("Retenus, à trancher", "Vastgehouden, te beslissen", "Held, to be decided", "Zurückgehalten, zu entscheiden"),
    "week_failed": four("Refusés par le destinataire", "Geweigerd door de ontvanger", "Refused by the other side", "Vom Empfänger abgelehnt"),
    "week_refused": four("Débiteurs dont un message attend une règle", "Debiteuren met een mail die op een regel stuit", "Debtors whose mail a rule holds back", "Debitoren, deren E-Mail eine Regel aufhält"),
    "week_questions": four("Questions ouvertes", "Openstaande vragen", "Open questions", "Offene Fragen"),
    "week_oldest": four("la plus ancienne du", "oudste van", "oldest of", "älteste vom"),
    "week_trouble": four("Ne fonctionne pas, depuis", "Werkt niet, sinds", "Does not work, since", "Gestört, seit"),
    "week_backup": four("Dernière sauvegarde", "Laatste back-up", "Latest backup", "Letzte Sicherung"),
    "week_no_backup": four("aucune n’est trouvée", "geen gevonden", "none is found", "keine gefunden"),
    "filter": four("Filtrer", "Filteren", "Filter", "Filtern"),
    "sort_hint": four(
        "Cliquez sur un titre de colonne pour trier.",
        "Klik op een kolomtitel om te sorteren.",
        "Click a column heading to sort.",
        "Zum Sortieren auf eine Spalte klicken.",
    ),
}  # fmt: skip
