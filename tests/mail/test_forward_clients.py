"""Forwards are unwrapped whatever the language of the program that wrote their header, and whatever its way of marking them."""

import pytest

from agent.mail.forwards import unwrap

BODY = "Beste klant,\n\nFactuur 118 als bijlage.\n\nAnna"
# The prefix of a forward's subject, and Outlook's labels: from, sent, to, subject
OUTLOOK = {
    "fr": "TR De Envoyé À Objet",
    "nl": "FW Van Verzonden Aan Onderwerp",
    "de": "WG Von Gesendet An Betreff",
    "it": "I Da Inviato A Oggetto",
    "es": "RV De Enviado Para Asunto",
    "pt": "FW De Enviada Para Assunto",
    "da": "VS Fra Sendt Til Emne",
    "sv": "VB Från Skickat Till Ämne",
    "fi": "VL Lähettäjä Lähetetty Vastaanottaja Aihe",
    "pl": "PD Od Wysłano Do Temat",
    "cs": "FW Od Odesláno Komu Předmět",
    "sk": "FW Od Odoslané Komu Predmet",
    "hu": "FW Feladó Elküldve Címzett Tárgy",
    "ro": "FW De_la Trimis Către Subiect",
    "tr": "İLT Kimden Gönderildi Kime Konu",
    "ru": "FW От Отправлено Кому Тема",
    "uk": "FW Від Надіслано Кому Тема",
    "el": "ΠΡΘ Από Στάλθηκε Προς Θέμα",
    "hr": "PR Od Poslano Za Predmet",
    "bg": "FW От Изпратено До Относно",
    "et": "FW Saatja Saadetud Adressaat Teema",
    "lt": "FW Nuo Išsiųsta Kam Tema",
    "ca": "RV De Enviat Per_a Assumpte",
    "sr": "FW Od Poslato Za Naslov",
    "ja": "FW 差出人 送信日時 宛先 件名",
    "zh": "转发 发件人 发送时间 收件人 主题",
    "ko": "전달 보낸_사람 보낸_날짜 받는_사람 제목",
    "ar": "FW من أرسل إلى الموضوع",
    "unknown": "FW Aaa Bbb Ccc Ddd",
}
# Lines that open a forward, and the labels below: from, subject, date, to
MARKED = {
    "apple el": "Αρχή προωθημένου μηνύματος:|Από Θέμα Ημερομηνία Προς",
    "apple he": "תחילת ההודעה שהועברה:|מאת נושא תאריך אל",
    "apple ca": "Inici del missatge reenviat:|De Assumpte Data Per_a",
    "apple uk": "Початок переадресованого повідомлення:|Від Тема Дата Кому",
    "gmail ru": "---------- Forwarded message ---------|От Subject Date To",
    "proton": "------- Forwarded Message -------|From Subject Date To",
    "thunderbird ko": "-------- 전달된 메시지 --------|보낸_사람 제목 날짜 받는_사람",
    "zoho": "============ Forwarded message ============|From Subject Date To",
    "mutt": "----- Forwarded message from Anna Peeters <anna@seller.example> -----|From Subject Date To",
    "notes": "----- Forwarded by Jan/ACME on 16/11/2026 10:00 -----|From Subject Date To",
}


def _check(text: str, subject: str, above: str) -> None:
    found = unwrap(text, subject)
    assert found is not None
    assert (found.sender.address, found.sender.name) == ("anna@seller.example", "Anna Peeters")
    assert [one.address for one in found.to] == ["c@client.example"]
    assert (found.subject, found.message) == ("Factuur 118", above)
    assert found.date_text
    assert found.body.split() == BODY.split()


@pytest.mark.parametrize("above", ["", "Zie hieronder.\n\nJan"])
@pytest.mark.parametrize("labels", OUTLOOK.values(), ids=OUTLOOK.keys())
def test_outlooks_header_is_read_in_every_language(labels, above):
    """By its labels, or, in a language without labels of ours, by what stands behind them."""
    prefix, sender, sent, to, subject = (label.replace("_", " ") for label in labels.split())
    header = f"{sender}: Anna Peeters <anna@seller.example>\n{sent}: 16 november 2026 09:12\n{to}: c@client.example\n{subject}: Factuur 118\n"
    _check(f"{above}\n\n{header}\n{BODY}", f"{prefix}: Factuur 118", above)


@pytest.mark.parametrize("quote", ["", "> "])
@pytest.mark.parametrize("told", MARKED.values(), ids=MARKED.keys())
def test_a_marked_forward_is_read(told, quote):
    """Below the line of each program, with and without quote marks."""
    mark, _, labels = told.partition("|")
    sender, subject, date, to = (label.replace("_", " ") for label in labels.split())
    header = f"{sender}: Anna Peeters <anna@seller.example>\n{subject}: Factuur 118\n{date}: 16 nov. 2026 09:12\n{to}: c@client.example\n\n{BODY}"
    quoted = "\n".join(quote + line for line in header.split("\n"))
    _check(f"Zie hieronder.\n\n{mark}\n\n{quoted}", "Fwd: Factuur 118", "Zie hieronder.")


def test_orange_and_zoho_mark_in_their_own_way():
    """Orange tells the date first; Zoho closes its header with the line that opened it."""
    orange = "> Message du 16/11/26 09:12\n> De : Anna Peeters <anna@seller.example>\n> A : c@client.example\n> Objet : Factuur 118\n> \n> "
    _check(orange + BODY.replace("\n", "\n> "), "TR : Factuur 118", "")
    line = "============ Forwarded message ============"
    header = "From: Anna Peeters <anna@seller.example>\nTo: c@client.example\nDate: Mon, 16 Nov 2026 09:12:00 +0100\nSubject: Factuur 118"
    _check(f"{line}\n{header}\n{line}\n\n{BODY}", "Fwd: Factuur 118", "")
