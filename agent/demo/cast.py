"""The people of the story, and the configuration that an operator would write for them. Names and numbers are invented."""

from pathlib import Path

from agent.config import Settings, load
from agent.demo.documents import Party
from agent.demo.samples.logo import sample_logo

AGENCY = "relances@comptoir.example"
OPERATOR = "technique@comptoir.example"
# The name under which the story's own mail server reports what it proved about a sender.
AUTHSERV = "mx.comptoir.example"

ATELIER = Party(
    "Atelier Bruno SRL", "Rue du Canal 12", "1000 Bruxelles", "BE", "BE0441122148", "factures@atelier-bruno.example",
    "BE83363012345615", "#7a3b1d",
)  # fmt: skip
TECHNIEK = Party(
    "Van Damme Techniek BV", "Kortrijksesteenweg 88", "9000 Gent", "BE", "BE0552334430", "boekhouding@vandamme.example",
    "BE10735045678904", "#0b5345",
)  # fmt: skip
STUDIO = Party(
    "Northgate Studio Ltd", "Boulevard Royal 9", "2449 Luxembourg", "LU", "LU12345613", "accounts@northgate.example",
    "DE89370400440532013000", "#2e4053",
)  # fmt: skip

BATIPLUS = Party(
    "Batiplus Construct SA", "Chaussée de Mons 45", "7000 Mons", "BE", "BE0663445554", "compta@batiplus.example"
)
CAFE = Party(
    "Café des Halles SPRL", "Place du Marché 3", "4000 Liège", "BE", "BE0774551235", "gerance@cafedeshalles.example"
)
LUMIERE = Party(
    "Lumière & Fils SARL", "14 rue Nationale", "59000 Lille", "FR", "FR16412345126", "achats@lumiere-fils.example"
)
PEETERS = Party(
    "Bakkerij Peeters BV", "Stationsstraat 21", "8500 Kortrijk", "BE", "BE0885612374", "info@bakkerijpeeters.example"
)
DEKKER = Party(
    "Dekker Logistiek B.V.",
    "Havenweg 4",
    "3011 Rotterdam",
    "NL",
    "NL812345678B01",
    "crediteuren@dekkerlogistiek.example",
)
KELLER = Party(
    "Keller Maschinenbau GmbH",
    "Industriestraße 7",
    "52062 Aachen",
    "DE",
    "DE134567896",
    "buchhaltung@kellermaschinen.example",
)
HARBOUR = Party(
    "Harbour Books SA", "Rue de l'Église 5", "6700 Arlon", "BE", "BE0912345673", "office@harbourbooks.example"
)

_CONFIG = """\
[agency]
name = "Comptoir de gestion"
address = "{agency}"
operator = "{operator}"
language = "en"

[paths]
state_dir = "state"
creditors = "creditors"

{mailbox}
[trust]
authserv_ids = ["{authserv}"]
dkim = false

[limits]
sends_per_minute = 600
"""

_MAILDIR = """\
[[mailboxes]]
name = "demo"
[mailboxes.inbox]
backend = "maildir"
path = "mailbox"
[mailboxes.outgoing]
backend = "maildir"
path = "delivered"
"""

_CREDITORS = {
    "atelier-bruno": """\
name = "Atelier Bruno SRL"
owners = ["Bruno Lambert <bruno@atelier-bruno.example>"]
staff = ["Chloé Martin <chloe@atelier-bruno.example>"]
country = "BE"
language = "fr"
numbers = ["BE0441122148"]
ibans = ["BE83363012345615"]
domains = ["atelier-bruno.example"]
address = "Rue du Canal 12, 1000 Bruxelles"
phone = "+32 2 555 01 12"
accent_colour = "#7a3b1d"
logo = "atelier-bruno.png"
signature = "Atelier Bruno, menuiserie"
""",
    "van-damme": """\
name = "Van Damme Techniek BV"
owners = ["Els Van Damme <els@vandamme.example>"]
country = "BE"
language = "nl"
numbers = ["BE0552334430"]
ibans = ["BE10735045678904"]
domains = ["vandamme.example"]
address = "Kortrijksesteenweg 88, 9000 Gent"
notices = "daily"
accent_colour = "#0b5345"
[plan]
statements = 2
""",
    "northgate": """\
name = "Northgate Studio Ltd"
owners = ["Mary Quinn <mary@northgate.example>"]
viewers = ["Auditor <audit@northgate.example>"]
country = "LU"
language = "en"
timezone = "Europe/Luxembourg"
numbers = ["LU12345613"]
ibans = ["DE89370400440532013000"]
domains = ["northgate.example"]
accent_colour = "#2e4053"
""",
}


def write_configuration(folder: Path, mailbox: str = _MAILDIR) -> Settings:
    """The settings of the story, written into `folder` as files and read back as the service reads them.

    `mailbox` is the table of the mailbox to watch, local folders unless another one is given.
    """
    (folder / "creditors").mkdir(parents=True, exist_ok=True)
    path = folder / "config.toml"
    text = _CONFIG.format(agency=AGENCY, operator=OPERATOR, authserv=AUTHSERV, mailbox=mailbox)
    path.write_text(text, encoding="utf-8")
    for name, creditor in _CREDITORS.items():
        (folder / "creditors" / f"{name}.toml").write_text(creditor, encoding="utf-8")
    (folder / "creditors" / "atelier-bruno.png").write_bytes(sample_logo().content)
    return load(path)
