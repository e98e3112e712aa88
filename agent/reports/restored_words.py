"""What is told of books that were restored and compared with the mailbox; braces hold what was found."""

from collections.abc import Mapping

from agent.reports.vocabulary import Words, four

RESTORED: Mapping[str, Words] = {
    "restored_copy": four("Copie du", "Kopie van", "Copy of", "Kopie vom"),
    "restored_difference": four("Différence", "Verschil", "Difference", "Abweichung"),
    "restored_more": four("Autres différences", "Andere verschillen", "More differences", "Weitere Abweichungen"),
    "restored_found": four(
        "{} message(s) reçu(s) traité(s) à nouveau, {} des nôtres retrouvé(s) parmi les envois, {} introuvable(s) et non envoyé(s), "
        "{} différence(s)",
        "{} ontvangen mail(s) opnieuw verwerkt, {} van ons teruggevonden als verstuurd, {} niet gevonden en niet verstuurd, {} verschil(len)",
        "{} received mail(s) handled again, {} of ours found as sent, {} not found and not sent, {} difference(s)",
        "{} empfangene E-Mail(s) erneut bearbeitet, {} von uns als gesendet gefunden, {} nicht gefunden und nicht gesendet, {} Abweichung(en)",
    ),
    "restored_unreadable": four(
        "le message {} n’a pas pu être traité à nouveau : {}",
        "de mail {} kon niet opnieuw verwerkt worden: {}",
        "the mail {} could not be handled again: {}",
        "die E-Mail {} konnte nicht erneut bearbeitet werden: {}",
    ),
    "restored_elsewhere": four(
        "le message {} se trouve dans {} et irait à présent dans {}",
        "de mail {} ligt in {} en zou nu in {} terechtkomen",
        "the mail {} lies in {} and would lie in {} now",
        "die E-Mail {} liegt in {} und käme jetzt nach {}",
    ),
    "restored_held": four(
        "l’envoi {} à {} est retenu : {}",
        "de mail {} aan {} wordt vastgehouden: {}",
        "{} to {} is held: {}",
        "die E-Mail {} an {} wird zurückgehalten: {}",
    ),
    "restored_unknown": four(
        "parmi les envois, mais pas dans les livres : {}",
        "bij de verstuurde mails, maar niet in de boeken: {}",
        "in Sent, and not in the books: {}",
        "unter den gesendeten E-Mails, aber nicht in den Büchern: {}",
    ),
    "restored_paused": four(
        "les rappels à {} ({}) sont suspendus jusqu’à ce que quelqu’un les reprenne",
        "de herinneringen aan {} ({}) zijn gepauzeerd tot iemand ze hervat",
        "{} of {} is paused until somebody resumes it",
        "die Erinnerungen an {} ({}) ruhen, bis jemand sie fortsetzt",
    ),
}
