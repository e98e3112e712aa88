"""The words of payment plans in the four languages: numbered answers, and what was asked."""

from collections.abc import Mapping

from agent.reports.vocabulary import Words, four

PLANS: Mapping[str, Words] = {
    "topic_payment_plan": four(
        "Plan de paiement demandé", "Afbetalingsplan gevraagd", "Payment plan requested", "Ratenplan gewünscht"
    ),
    "topic_missed_instalment": four(
        "Versement manqué", "Gemiste betaling van een plan", "Instalment missed", "Rate nicht eingegangen"
    ),
    "plan_as_asked": four(
        "D’accord, comme demandé", "Akkoord, zoals gevraagd", "Agreed, as asked", "Einverstanden, wie gewünscht"
    ),
    "plan_suggested": four(
        "D’accord, selon notre proposition",
        "Akkoord, volgens ons voorstel",
        "Agreed, as we suggest",
        "Einverstanden, nach unserem Vorschlag",
    ),
    "plan_refuse": four("Non, pas de plan", "Nee, geen plan", "No plan", "Nein, kein Ratenplan"),
    "plan_remind": four(
        "Rappelez ce versement, le plan continue",
        "Herinner aan deze betaling, het plan loopt door",
        "Remind them of this instalment; the plan goes on",
        "Erinnern Sie an diese Rate; der Plan läuft weiter",
    ),
    "plan_wait": four(
        "Attendez encore, n’écrivez rien",
        "Wacht nog, schrijf niets",
        "Wait, write nothing",
        "Warten Sie noch, nichts schreiben",
    ),
    "plan_revoke": four(
        "Mettez fin au plan : tout redevient exigible",
        "Beëindig het plan: alles is opnieuw te betalen",
        "End the plan: everything is due again",
        "Beenden Sie den Plan: Alles ist wieder fällig",
    ),
    "sheet_plans": four("Plans de paiement", "Afbetalingsplannen", "Payment plans", "Ratenpläne"),
    "history_plan": four("plan de paiement", "afbetalingsplan", "payment plan", "Ratenplan"),
}
