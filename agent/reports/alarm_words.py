"""What the operator is told when something needs a hand, in his language: what is wrong, what goes on, what does not, what to do."""

from collections.abc import Mapping

from agent.reports.vocabulary import Words, four

# Of each cause: the subject, and what it means. Commands stand in Latin quotes only where the mail shows them apart (COMMANDS).
CAUSES: Mapping[str, Words] = {
    "alarm_disk": four(
        "le disque est presque plein", "de schijf is bijna vol", "the disk is nearly full", "die Platte ist fast voll"
    ),
    "alarm_disk_means": four(
        "Il reste peu de place sur le disque des livres. Tout continue encore ; quand il sera plein, les messages resteront dans la "
        "boîte de réception et rien ne partira, mais rien ne se perdra. Faites de la place, ou agrandissez le disque.",
        "Op de schijf van de boeken is weinig plaats over. Alles gaat nog door; is ze vol, dan blijven mails in de inbox en vertrekt er "
        "niets, maar er gaat niets verloren. Maak plaats, of vergroot de schijf.",
        "Little room is left on the disk of the books. Everything goes on for now; once it is full, mail stays in the inbox and nothing "
        "leaves, but nothing is lost. Make room, or give the disk more.",
        "Auf der Platte der Bücher ist wenig Platz. Noch läuft alles weiter; ist sie voll, bleiben E-Mails im Posteingang und nichts "
        "geht hinaus, aber nichts geht verloren. Schaffen Sie Platz, oder vergrößern Sie die Platte.",
    ),
    "alarm_certificate": four(
        "un certificat expire bientôt",
        "een certificaat vervalt binnenkort",
        "a certificate ends soon",
        "ein Zertifikat läuft bald ab",
    ),
    "alarm_certificate_means": four(
        "Le certificat d’un serveur de messagerie expire dans moins de quatorze jours. Tout continue jusque-là ; ensuite, la connexion "
        "sera refusée, et les messages attendront. Demandez à qui tient ce serveur de le renouveler.",
        "Het certificaat van een mailserver vervalt binnen veertien dagen. Tot dan gaat alles door; daarna wordt de verbinding "
        "geweigerd en wachten de mails. Vraag de beheerder van die server het te vernieuwen.",
        "The certificate of a mail server ends in less than fourteen days. Everything goes on until then; afterwards the connection is "
        "refused, and mails wait. Have the server’s administrator renew it.",
        "Das Zertifikat eines Mailservers läuft in weniger als vierzehn Tagen ab. Bis dahin läuft alles weiter; danach wird die "
        "Verbindung abgelehnt, und E-Mails warten. Lassen Sie es vom Verwalter des Servers erneuern.",
    ),
    "alarm_backup": four("la sauvegarde date", "de back-up is oud", "the backup is old", "die Sicherung ist alt"),
    "alarm_backup_means": four(
        "Aucune sauvegarde des livres n’a été faite depuis plus de deux jours. Le service continue ; mais si le disque lâchait, ce qui "
        "s’est passé depuis ne se retrouverait que dans la boîte aux lettres. Faites-en une, et voyez pourquoi la minuterie ne l’a pas fait.",
        "Al meer dan twee dagen is er geen back-up van de boeken gemaakt. De dienst gaat door; maar begeeft de schijf het, dan staat wat "
        "sindsdien gebeurde alleen nog in de postbus. Maak er een, en kijk waarom de timer het niet deed.",
        "No backup of the books was made for more than two days. The service goes on; but if the disk failed, what happened since would "
        "have to be found again in the mailbox. Make one, and see why the timer did not.",
        "Seit mehr als zwei Tagen wurde keine Sicherung der Bücher gemacht. Der Dienst läuft weiter; fiele aber die Platte aus, so stünde "
        "das seither Geschehene nur noch im Postfach. Machen Sie eine, und sehen Sie nach, warum der Timer es nicht tat.",
    ),
    "alarm_poison": four(
        "des messages n’ont pas pu être traités",
        "mails konden niet worden behandeld",
        "emails could not be handled",
        "E-Mails konnten nicht bearbeitet werden",
    ),
    "alarm_poison_means": four(
        "Des messages reçus ont échoué plusieurs fois et se trouvent dans Quarantine. Tout le reste continue ; ce qu’ils demandaient n’a "
        "pas été fait. Regardez-les, et traitez à la main ce qui compte.",
        "Ontvangen mails zijn meermaals mislukt en liggen in Quarantine. Al het andere gaat door; wat ze vroegen is niet gedaan. "
        "Bekijk ze, en doe met de hand wat telt.",
        "Received emails failed several times and lie in Quarantine. Everything else goes on; what they asked for was not done. Look at "
        "them, and do by hand what matters.",
        "Empfangene E-Mails sind mehrmals gescheitert und liegen in Quarantine. Alles andere läuft weiter; was sie verlangten, ist nicht "
        "getan. Sehen Sie sie an, und erledigen Sie von Hand, was zählt.",
    ),
    "alarm_flood": four(
        "beaucoup de messages en quarantaine",
        "veel mails in quarantaine",
        "many emails in quarantine",
        "viele E-Mails in Quarantäne",
    ),
    "alarm_flood_means": four(
        "Bien plus de messages d’inconnus que d’habitude arrivent depuis un jour ; ils sont rangés dans Quarantine sans réponse. Ceux des "
        "créanciers et des débiteurs sont traités comme toujours. Si cela dure, arrêtez-les au serveur de messagerie.",
        "Sinds een dag komen veel meer mails van onbekenden dan gewoonlijk; ze gaan zonder antwoord naar Quarantine. Die van schuldeisers "
        "en schuldenaars worden behandeld als altijd. Duurt het voort, houd ze dan tegen op de mailserver.",
        "Far more mail of strangers than usual has come in for a day; it is filed in Quarantine without an answer. That of creditors and "
        "debtors is handled as always. If it goes on, stop it at the mail server.",
        "Seit einem Tag kommen weit mehr E-Mails von Unbekannten als üblich; sie gehen ohne Antwort nach Quarantine. Die der Gläubiger und "
        "Schuldner werden bearbeitet wie immer. Hält es an, halten Sie sie am Mailserver auf.",
    ),
    "alarm_held": four(
        "des envois sont retenus",
        "uitgaande mails worden vastgehouden",
        "outgoing emails are held",
        "ausgehende E-Mails sind angehalten",
    ),
    "alarm_held_means": four(
        "De ces envois, personne ne sait s’ils sont partis : la connexion s’est rompue à la remise. Ils ne sont pas renvoyés d’eux-mêmes ; "
        "tout le reste part. Décidez pour chacun : renvoyer, ou compter comme arrivé.",
        "Van deze mails weet niemand of ze vertrokken zijn: de verbinding brak bij het overhandigen. Ze worden niet vanzelf opnieuw "
        "gestuurd; al het andere vertrekt. Beslis voor elke mail: opnieuw sturen, of als aangekomen tellen.",
        "Of these emails nobody knows whether they left: the connection broke while they were handed over. They are not sent again by "
        "themselves; everything else leaves. Decide for each: send it again, or count it as arrived.",
        "Von diesen E-Mails weiß niemand, ob sie hinausgingen: Die Verbindung brach bei der Übergabe ab. Sie werden nicht von selbst "
        "wiederholt; alles andere geht hinaus. Entscheiden Sie für jede: noch einmal senden, oder als angekommen zählen.",
    ),
    "alarm_proof": four(
        "plus aucun expéditeur n’est prouvé",
        "geen enkele afzender is nog bewezen",
        "no sender can be proved any more",
        "kein Absender ist mehr nachgewiesen",
    ),
    "alarm_proof_means": four(
        "Tous les messages des créanciers arrivent sans preuve de leur expéditeur : le DNS ne répond pas, ou le serveur de messagerie porte "
        "un autre nom que celui de trust.authserv_ids. Quand le DNS se tait, les messages signés attendent quelques heures ; puis les "
        "expéditeurs sont priés de confirmer, et rien n’est fait avant. Les rappels des autres créanciers partent comme prévu.",
        "Alle mails van schuldeisers komen zonder bewijs van hun afzender: de DNS antwoordt niet, of de mailserver noemt zich anders dan in "
        "trust.authserv_ids staat. Zolang de DNS zwijgt, wachten ondertekende mails enkele uren; daarna wordt de afzenders om bevestiging "
        "gevraagd, en eerder gebeurt er niets. Aanmaningen van andere schuldeisers vertrekken zoals voorzien.",
        "All emails of creditors come without proof of their sender: name servers do not answer, or the mail server bears another name than "
        "trust.authserv_ids says. While name servers are silent, signed emails wait for some hours; then senders are asked to confirm, and "
        "nothing is done before. Reminders of other creditors leave as planned.",
        "Alle E-Mails der Gläubiger kommen ohne Nachweis des Absenders: Die Namensserver antworten nicht, oder der Mailserver heißt anders, "
        "als trust.authserv_ids sagt. Solange die Namensserver schweigen, warten signierte E-Mails einige Stunden; dann werden die Absender um "
        "Bestätigung gebeten, und vorher geschieht nichts. Mahnungen anderer Gläubiger gehen hinaus wie vorgesehen.",
    ),
    "alarm_restarts": four(
        "le service a été relancé plusieurs fois",
        "de dienst is meermaals herstart",
        "the service was restarted several times",
        "der Dienst wurde mehrmals neu gestartet",
    ),
    "alarm_restarts_means": four(
        "Le service s’est interrompu plusieurs fois en un jour sans qu’on l’ait arrêté : il a planté, il s’est figé, ou la machine a perdu "
        "le courant. Rien n’est perdu ni envoyé deux fois ; ce qui attend est repris à chaque démarrage. Cherchez-en la cause.",
        "De dienst is op één dag meermaals gestopt zonder dat iemand hem stopte: een fout, een blokkering of stroomuitval. Er is niets "
        "verloren of dubbel verstuurd; wat wacht, wordt bij elke start hervat. Zoek de oorzaak.",
        "The service ended several times within a day without anybody stopping it: it failed, it hung, or the machine lost its power. "
        "Nothing is lost or sent twice; what waits is taken up at each start. Look for the cause.",
        "Der Dienst endete an einem Tag mehrmals, ohne dass ihn jemand anhielt: Er stürzte ab, hing, oder die Maschine verlor den Strom. "
        "Nichts ist verloren oder doppelt versandt; was wartet, wird bei jedem Start aufgenommen. Suchen Sie die Ursache.",
    ),
    "alarm_configuration": four(
        "les services qui tiennent les mêmes livres sont réglés différemment",
        "de diensten op dezelfde boeken zijn verschillend ingesteld",
        "the services on the same books are configured differently",
        "die Dienste an denselben Büchern sind verschieden eingestellt",
    ),
    "alarm_configuration_means": four(
        "Chacun laisse aux autres ce qu’il ne connaît pas : les dossiers et le courrier de leurs créanciers, les envois de leurs boîtes. Où le "
        "fichier d’un créancier ou une règle diffère, chacun suit la sienne. Copiez les mêmes fichiers partout, puis relancez les services changés. "
        "Un service retiré pour de bon est oublié après un jour, ou aussitôt par relance doctor --repair.",
        "Elk laat aan de andere over wat het zelf niet kent: de dossiers en mails van hun schuldeisers, wat via hun mailboxen vertrekt. Waar het "
        "bestand van een schuldeiser of een regel verschilt, volgt elk de zijne. Kopieer overal dezelfde bestanden en herstart de gewijzigde "
        "diensten. Een dienst die voorgoed weg is, wordt na een dag vergeten, of meteen met relance doctor --repair.",
        "Each leaves to the others what it does not know itself: the cases and mail of their creditors, what leaves by their mailboxes. Where a "
        "creditor’s file or a rule differs, each goes by its own. Copy the same files to all of them, and restart those that you changed. One "
        "that was taken away for good is forgotten after a day, or at once by relance doctor --repair.",
        "Jeder überlässt den anderen, was er selbst nicht kennt: die Fälle und E-Mails ihrer Gläubiger, was durch ihre Postfächer hinausgeht. Wo "
        "die Datei eines Gläubigers oder eine Regel abweicht, folgt jeder der seinen. Kopieren Sie überallhin dieselben Dateien, und starten Sie die "
        "geänderten neu. Wer für immer weg ist, wird nach einem Tag vergessen, oder sofort mit relance doctor --repair.",
    ),
}
# What is to be typed, the same in every language.
COMMANDS: Mapping[str, str] = {
    "disk": "relance doctor",
    "certificate": "relance doctor",
    "backup": "relance backup",
    "poison": "relance status",
    "flood": "relance status",
    "held": "relance outbox",
    "proof": "relance doctor",
    "restarts": "journalctl -u relance -p warning",
    "configuration": "systemctl restart relance",
}
ALARMS: Mapping[str, Words] = {
    **CAUSES,
    "alarm_over": four("réglé", "opgelost", "settled", "erledigt"),
    "alarm_over_means": four(
        "La cause a disparu ; il n’y a plus rien à faire.",
        "De oorzaak is weg; er is niets meer te doen.",
        "The cause is gone; there is nothing left to do.",
        "Die Ursache ist weg; es ist nichts mehr zu tun.",
    ),
    "times": four("Nombre de signalements", "Aantal meldingen", "Times told", "Anzahl Meldungen"),
    "found": four("Constat", "Vaststelling", "Finding", "Befund"),
    "no_backup_in": four("aucune dans", "geen in", "none in", "keine in"),
    # The one-line alerts: their English wording is their code.
    "the mails to debtors stay where they are until you let them go": four(
        "les envois aux débiteurs restent en attente jusqu’à votre accord",
        "de mails aan schuldenaars blijven wachten tot u ze laat vertrekken",
        "the mails to debtors stay where they are until you let them go",
        "die E-Mails an Schuldner bleiben liegen, bis Sie sie hinauslassen",
    ),
    "far more mails to debtors than usual wait for your word": four(
        "bien plus d’envois aux débiteurs que d’habitude attendent votre accord",
        "veel meer mails aan schuldenaars dan gewoonlijk wachten op uw akkoord",
        "far more mails to debtors than usual wait for your word",
        "weit mehr E-Mails an Schuldner als üblich warten auf Ihr Wort",
    ),
    "relance outbox lists them; relance outbox release, or the answer ok to this mail, lets them go": four(
        "relance outbox les montre ; relance outbox release, ou la réponse « ok » à ce message, les laisse partir",
        "relance outbox toont ze; relance outbox release, of het antwoord “ok” op deze mail, laat ze vertrekken",
        "relance outbox lists them; relance outbox release, or the answer ok to this mail, lets them go",
        "relance outbox zeigt sie; relance outbox release oder die Antwort „ok“ auf diese E-Mail lässt sie hinaus",
    ),
    "the books were restored and compared with the mailbox": four(
        "les livres ont été restaurés et comparés avec la boîte",
        "de boeken zijn hersteld en met de mailbox vergeleken",
        "the books were restored and compared with the mailbox",
        "die Bücher wurden wiederhergestellt und mit dem Postfach verglichen",
    ),
    "statements leave although mail could not be read: a payment that it tells of may be overlooked": four(
        "des relevés partent sans que le courrier ait pu être lu : un paiement annoncé pourrait passer inaperçu",
        "overzichten vertrekken hoewel mail niet gelezen kon worden: een gemelde betaling kan over het hoofd worden gezien",
        "statements leave although mail could not be read: a payment that it tells of may be overlooked",
        "Übersichten gehen hinaus, obwohl Post nicht gelesen werden konnte: eine gemeldete Zahlung kann übersehen werden",
    ),
    "the books could not be reached; they are back": four(
        "les livres étaient inaccessibles ; ils sont de retour",
        "de boeken waren onbereikbaar; ze zijn er weer",
        "the books could not be reached; they are back",
        "die Bücher waren nicht erreichbar; sie sind wieder da",
    ),
    "money came in at the wrong creditor": four(
        "de l’argent est arrivé chez le mauvais créancier",
        "geld kwam binnen bij de verkeerde schuldeiser",
        "money came in at the wrong creditor",
        "Geld ging beim falschen Gläubiger ein",
    ),
    "a new bank account waits for its owner's answer": four(
        "un nouveau compte bancaire attend la réponse de son titulaire",
        "een nieuwe bankrekening wacht op het antwoord van de eigenaar",
        "a new bank account waits for its owner’s answer",
        "ein neues Bankkonto wartet auf die Antwort des Inhabers",
    ),
    "a mail in Review may be about several creditors' cases": four(
        "un message dans Review peut concerner les dossiers de plusieurs créanciers",
        "een mail in Review kan over dossiers van meerdere schuldeisers gaan",
        "a mail in Review may be about several creditors’ cases",
        "eine E-Mail in Review kann Fälle mehrerer Gläubiger betreffen",
    ),
    "a mail to somebody whom no book names is held": four(
        "un message destiné à une personne inconnue est retenu",
        "een mail aan iemand die nergens bekend is, wordt tegengehouden",
        "a mail to somebody whom no book names is held",
        "eine E-Mail an jemanden, den hier niemand kennt, wird zurückgehalten",
    ),
    "a mail of ours came back": four(
        "un de nos messages est revenu",
        "een mail van ons kwam terug",
        "a mail of ours came back",
        "eine E-Mail von uns kam zurück",
    ),
    "somebody writes so often that it may be a machine; what he is not answered any more lies in Review": four(
        "quelqu’un écrit si souvent que ce pourrait être une machine ; ce qui reste sans réponse se trouve dans Review",
        "iemand schrijft zo vaak dat het een machine kan zijn; wat geen antwoord meer krijgt, ligt in Review",
        "somebody writes so often that it may be a machine; what he is not answered any more lies in Review",
        "jemand schreibt so oft, dass es eine Maschine sein kann; was keine Antwort mehr bekommt, liegt in Review",
    ),
    "more mail than this address is asked about comes in its name without proof; what was not asked about lies in Review": four(
        "plus de messages sans preuve qu’on n’en fait confirmer arrivent au nom de cette adresse ; le reste se trouve dans Review",
        "in naam van dit adres komen meer onbewezen mails dan waarover gevraagd wordt; de rest ligt in Review",
        "more mail than this address is asked about comes in its name without proof; what was not asked about lies in Review",
        "im Namen dieser Adresse kommen mehr E-Mails ohne Nachweis, als nachgefragt wird; der Rest liegt in Review",
    ),
}
