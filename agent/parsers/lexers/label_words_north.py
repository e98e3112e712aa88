"""The labels of invoices in Finnish, Swedish, Danish, Norwegian and Czech, written as in `agent.parsers.lexers.label_patterns`."""

from __future__ import annotations

from collections.abc import Mapping

NORTH: Mapping[str, tuple[str, ...]] = {
    "number": (
        "lasku no", "laskun no", "laskunumero", "laskunro", "laskun tunnus", "fakturanummer", "fakturano", "fakturanr", "faktura no", "faktura", "regning no", "regningsnummer", "regning", "bilagsnummer",
        "cislo faktury|dokladu", "faktura c|cislo", "danovy doklad c|cislo", "doklad c",
    ),
    "issue_date": ("laskun? paivays|pvm|paivamaara", "paivays", "paivamaara", "laskupaiva", "laskupvm", "pvm", "fakturadatum", "fakturadato", "faktureringsdatum|faktureringsdato", "utstedt", "dato", "utfardad", "datum vystaveni", "vystaveno", "fakturerings dato"),
    "due_date": (
        "erapaiva", "erapvm", "viimeistaan", "forfallodatum", "forfallodag", "forfaller", "betalas senast", "sista betalningsdag", "oss tillhanda", "oss tillhanda senast", "forfaldsdato", "forfaldsdag", "forfalder", "betalingsfrist", "betalingsdato", "sidste rettidige betalingsdag|indbetalingsdag", "betales senest",
        "forfallsdato", "forfall", "forfallsdag", "betalingsforfall", "datum splatnosti", "splatnost", "splatno", "splatne do",
    ),
    "terms": ("maksuehto", "maksuehdot", "betalningsvillkor", "betalingsbetingelser", "betalingsvilkar", "platebni podminky"),
    "total": (
        "laskun? loppusumma|kokonaissumma|summa", "verollinen|laskutus yhteensa", "yhteensa sis alv", "loppusumma", "totalsumma", "totalbelopp", "fakturabelopp", "fakturabelob", "belopp inkl moms", "total|totalt|i_alt|ialt|sum inkl|inklusive moms|mva", "totalbelob", "totalbelop", "fakturabelop", "celkem s dph", "celkova castka", "castka celkem",
    ),
    "plain_total": ("yhteensa", "summa", "totalt", "i alt", "ialt", "sum", "celkem"),
    "amount_due": ("maksettava", "maksettava yhteensa", "maksettavaa", "att betala", "belopp|summa att betala", "till betalning", "at betale", "a betale", "til betaling", "belob til|at betaling|betale", "belop til|a betaling|betale", "k uhrade", "celkem k uhrade", "castka k uhrade", "zbyva k? uhradit|uhrade"),
    "net": ("veroton", "veroton yhteensa|summa", "yhteensa veroton|alv_0", "nettobelopp", "belopp|summa|totalt exkl moms", "exkl moms", "nettobelob", "nettobelop", "i alt|total|subtotal ekskl|ex|excl moms", "sum eks|ekskl mva", "momsgrundlag", "zaklad", "zaklad dane", "celkem bez dph"),
    "vat": ("alv", "alv yhteensa|maara", "arvonlisavero", "moms", "varav|heraf|total moms", "moms belopp|belob|belop", "momsbelopp", "mva", "dph", "dph celkem"),
    "deposit": ("ennakkomaksu", "ennakko", "maksettu", "forskott", "betalt", "forudbetalt", "forudbetaling", "forskudd", "zaplacena zaloha", "zaloha", "uhrazeno"),
    "iban": ("tilinumero", "pankkitili", "saajan tilinumero", "kontonummer", "kontonr", "bankkonto", "cislo uctu", "ucet", "bankovni spojeni"),
    "payment_reference": ("viitenumero", "viite", "viitenro", "ocr", "ocr nummer|no", "referensnummer", "betalingsid", "betalings id", "kid", "kid nummer|no", "variabilni symbol", "var symbol"),
    "customer_number": ("asiakasnumero", "asiakas no", "kundnummer", "kundno", "kundnr", "kund no", "kundenummer", "kundenr", "zakaznicke cislo", "cislo zakaznika"),
    "order_number": ("tilausnumero", "tilaus no", "ordrenummer", "ordreno", "er reference", "deres reference", "er referens", "cislo objednavky", "objednavka c"),
    "delivery_date": ("toimituspaiva", "leveransdatum", "leveringsdato", "datum plneni", "duzp", "datum uskutecneni? zdanitelneho plneni"),
    "seller": ("myyja", "laskuttaja", "saaja", "saljare", "leverantor", "salger", "selger", "leverandor", "dodavatel", "prodavajici"),
    "buyer": ("asiakas", "ostaja", "laskutusosoite", "vastaanottaja", "maksaja", "kund", "kopare", "fakturaadress", "faktureras till", "kober", "kjoper", "faktureres til", "fakturaadresse", "faktura til", "odberatel", "kupujici"),
    "vat_number": ("alv no|numero|tunnus", "y tunnus", "momsreg no", "momsregistreringsnummer", "momsregno", "se no", "cvr", "cvr no", "moms no", "org no mva", "dic", "ic dph"),
    "enterprise": ("ico", "org no", "orgnummer", "organisationsnummer", "organisasjonsnummer", "orgnr"),
    "carried": ("siirto", "transport"),
}  # fmt: skip
