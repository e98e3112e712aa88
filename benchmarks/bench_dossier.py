"""The dossier of a case of at least fifty mails, among the invoices of sixty other debtors."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from agent.demo.cast import BATIPLUS
from agent.service.dossier import Dossier, case_of, made, meant
from tests.service.world import BRUNO, DEBTOR, World
from tests.walks.invoices import ubl

NAMES = ("dossier_50",)
_OTHERS, _BAR_MS, _MAILS = 60, 5_000.0, 50
_INVOICES = 8
_RUNS = 3
_SAID = (
    "Nous paierons la facture 2026-501 la semaine prochaine.",
    "Nous contestons la facture 2026-502 : il manque une livraison.",
    "La facture 2026-503 est payée, voici la preuve.",
    "Merci de patienter encore quelques jours.",
)


def run() -> Iterator[dict[str, object]]:
    """Milliseconds to make the archive with its PDF and workbook, the best of three."""
    folder = Path(tempfile.mkdtemp(prefix="relance-bench-"))
    try:
        world = World.built(folder)
        try:
            _play(world)
            took = min(_made(world)[0] for _ in range(_RUNS))
            mails = _mails(_made(world)[1])
        finally:
            world.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if mails < _MAILS:
        raise RuntimeError(f"the case has {mails} mails only")
    yield {
        "name": "dossier_50",
        "value": round(took, 1),
        "unit": "ms",
        "floor_name": "the bar",
        "floor_value": _BAR_MS,
        "ratio": round(took / _BAR_MS, 3),
    }


def _play(world: World) -> None:
    for number in range(_OTHERS):
        other = replace(BATIPLUS, name=f"Client {number} Durand SA", email=f"compta@client{number}.example", number="")
        world.write(BRUNO, f_xml=ubl(f"2026-9{number:03}", buyer=other))
    for number in range(_INVOICES):
        world.hand_over(f"2026-50{number}")
    for day in range(24):
        world.days(1)
        said = _SAID[day % len(_SAID)]
        if day % 4 == 2:
            world.write(DEBTOR, said, preuve_pdf=b"%PDF-1.4\n" + bytes(range(256)) * (200 + day) + b"\n%%EOF\n")
        else:
            world.write(DEBTOR, said)


def _made(world: World) -> tuple[float, Dossier]:
    app = world.app
    started = perf_counter()
    account, items = meant(app.store, "compta@batiplus.example")
    case = case_of(app.store, app.settings, account, items, app.today(app.settings.creditors[0]))
    dossier = made(app.store, app.settings, case, app.secret)
    return (perf_counter() - started) * 1000, dossier


def _mails(dossier: Dossier) -> int:
    with zipfile.ZipFile(io.BytesIO(dossier.archive)) as zipped:
        return sum(name.endswith(".eml") for name in zipped.namelist())
