"""The header blocks and attributions of the usual programs, in many languages: forwards are found, quotes are cut."""

import pytest

from agent.mail.forwards import unwrap
from agent.mail.quoting import own_text_of

# sender, date, recipients, copies, subject
LABELS = """
cs|Od|Odesláno|Komu|Kopie|Předmět
da|Fra|Sendt|Til|Cc|Emne
de|Von|Gesendet|An|Cc|Betreff
de|Von|Datum|An|Kopie (CC)|Betreff
en|From|Sent|To|Cc|Subject
es|De|Enviado el|Para|CC|Asunto
es|De|Fecha|Para|CC|Asunto
et|Saatja|Kuupäev|Saaja|Koopia|Teema
fi|Lähettäjä|Lähetetty|Vastaanottaja|Kopio|Aihe
fr|De|Envoyé|À|Cc|Objet
fr|De|Date|À|Cc|Sujet
fr|Expéditeur|Date|Destinataire|Cc|Objet
hr|Šalje|Datum|Prima|CC|Naslov
hu|Feladó|Elküldve|Címzett|Másolatot kap|Tárgy
it|Da|Inviato|A|Cc|Oggetto
nl|Van|Verzonden|Aan|CC|Onderwerp
nl|Van|Datum|Aan|Kopie|Onderwerp
no|Fra|Sendt|Til|Kopi|Emne
pl|Od|Wysłano|Do|DW|Temat
pt|De|Enviada|Para|Cc|Assunto
ro|Expeditorul|Dată|Destinatarul|Cc|Subiectul
ru|От|Отправлено|Кому|Копия|Тема
sk|Od|Dátum|Pre|Kópia|Predmet
sl|Od|Poslano|Za|Kp|Zadeva
sv|Från|Skickat|Till|Kopia|Ämne
tr|Kimden|Gönderildi|Kime|Bilgi|Konu
uk|Від|Дата|Кому|Копія|Тема
ja|差出人|送信日時|宛先|CC|件名
zh|发件人|发送时间|收件人|抄送|主题
el|Από|Στάλθηκε|Προς|Κοιν.|Θέμα
""".strip().splitlines()

ATTRIBUTIONS = """
Dne 28/10/2021 12:46, John Doe <john@acme.example> napsal(a):
Den 28/10/2021 12.46 skrev "John Doe" <john@acme.example>:
Am 28.10.2021 um 12:46 schrieb John Doe <john@acme.example>:
John Doe <john@acme.example> schrieb am Do., 28. Okt. 2021, 12:46:
El 28/10/2021 a las 12:46, John Doe <john@acme.example> escribió:
John Doe <john@acme.example> kirjoitti 28.10.2021 kello 12.46:
Le 28/10/2021 à 12:46, « John Doe » <john@acme.example> a écrit :
John Doe <john@acme.example> a écrit le 28/10/2021 à 12:46 :
John Doe <john@acme.example> írta a következőt (időpont: 2021/10/28 12:46):
Il giorno gio 28 ott 2021 alle ore 12:46 John Doe <john@acme.example> ha scritto:
Op do 28 okt. 2021 om 12:46 schreef John Doe <john@acme.example>:
tor. 28. okt. 2021 kl. 12:46 skrev John Doe <john@acme.example>:
W dniu 28.10.2021 o 12:46, John Doe <john@acme.example> pisze:
Em qui., 28 de out. de 2021 às 12:46, John Doe <john@acme.example> escreveu:
În joi, 28 oct. 2021 la 12:46, John Doe <john@acme.example> a scris:
чт, 28 окт. 2021 г. в 12:46, John Doe <john@acme.example>:
Den tors 28 okt. 2021 kl 12:46 skrev John Doe <john@acme.example>:
John Doe <john@acme.example>, 28 Eki 2021 Per, 12:46 tarihinde şunu yazdı:
2021年10月28日(木) 12:46 John Doe <john@acme.example>:
John Doe <john@acme.example> 于2021年10月28日周四 12:46写道：
On Thu, 28 Oct 2021 at 12:46, John Doe <john@acme.example> wrote:
في الخميس، 28 أكتوبر 2021 في 12:46 م تمت كتابة ما يلي بواسطة John Doe <john@acme.example>:
""".strip().splitlines()

BODY = "Aenean quis diam urna.\n\nPraesent ac ligula orci."


def block(labels: str, colon: str) -> str:
    _, *names = labels.split("|")
    values = (
        "John Doe <john@acme.example>",
        "28/10/2021 12:46",
        "bess@acme.example",
        "Walter <walter@acme.example>; n@x.example",
        "Integer",
    )
    return "\n".join(f"{name}{colon}{value}" for name, value in zip(names, values, strict=True))


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("colon", [": ", "\u00a0: ", ":\t"])
def test_forwards_and_quotes_of_every_language(labels, colon):
    """Below a rule with a forward's subject, below an unknown title, quoted as Apple does, and as the tail of an answer."""
    header = block(labels, colon)
    plain = f"{header}\n\n{BODY}"
    titled = f"-------- Xyzzy plugh --------\n{plain}"
    quoted = "\n".join(f"> {line}" for line in f"Xyz plugh abc:\n\n{plain}".split("\n"))
    for text, subject in (
        (plain, "Fwd: Integer"),
        ("_" * 32 + f"\n{plain}", "TR: Integer"),
        (titled, ""),
        (quoted, ""),
    ):
        for above in ("", "Hello.\n\n"):
            found = unwrap(above + text, subject)
            assert found is not None, text
            assert (found.sender.address, found.sender.name) == ("john@acme.example", "John Doe")
            assert [one.address for one in found.to] == ["bess@acme.example"]
            assert [one.address for one in found.cc] == ["walter@acme.example", "n@x.example"]
            assert (found.subject, found.message, found.body) == ("Integer", above.strip(), BODY)
    assert own_text_of(f"My answer.\n\n{plain}").text == "My answer."


@pytest.mark.parametrize("line", ATTRIBUTIONS)
@pytest.mark.parametrize("quote", ["> You owe\n> us", "You owe us\nmoney"])
def test_attributions_of_every_language(line, quote):
    """On one line, and wrapped at a space or behind the bracket."""
    at = line.index(" ", 40) if " " in line[40:] else len(line)
    for wrapped in (line, line[:at] + "\n" + line[at + 1 :], line.replace("<", "<\n", 1)):
        assert own_text_of(f"My answer.\n\n{wrapped}\n\n{quote}\n").text == "My answer."


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour,\nJe vous ai écrit le 12/11/2026 à 10:30 :\nma facture est payée.",
        'Le 12/11/2026 à 10h30 votre collègue m\'a écrit :\n"pas de souci".\nNous payons donc le 30.',
        "Re your mail of 12/11/2026 10:30 from jean@x.example:\nwe pay on Friday.",
        "From: next week on we pay.\nTo: be honest, late.\nSubject: to bank delays.",
        "Onderwerp: factuur 118\nDatum: betaald op 12/11\nBedrag: 100",
    ],
)
def test_people_who_write_alike_lose_nothing(text):
    """Dates, colons and labels of a person's own."""
    assert own_text_of(text).text == text
