"""`relance dossier`: everything about a case in one archive, a certificate of what was written off, and the check of such an archive."""

from argparse import Namespace
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.cli.books import opened, written
from agent.cli.screen import Screen
from agent.errors import AgentError
from agent.reports.bundle import checked
from agent.service.clock import SystemClock
from agent.service.dossier import case_of, made, meant
from agent.service.papers import certificate


def run(arguments: Namespace, screen: Screen) -> int:
    """Write or verify it; 1 when the archive is not what was made."""
    if arguments.verify is not None:
        return _verify(arguments, screen)
    if arguments.reference is None:
        raise AgentError("say what the dossier is about: a number, a debtor or an id; or --verify FILE")
    return _write(arguments, screen)


def _write(arguments: Namespace, screen: Screen) -> int:
    with opened(arguments) as (settings, store):
        account, items = meant(store, arguments.reference, arguments.creditor)
        creditor = settings.creditor(account.creditor)
        zone = ZoneInfo(creditor.timezone if creditor else "Europe/Brussels")
        case = case_of(store, settings, account, items, arguments.on or SystemClock().now().astimezone(zone).date())
        if arguments.certificate:
            name, pdf = certificate(case, settings.templates_dir)
            written(arguments.out / name, pdf)
            screen.line(f"{arguments.out / name}: to be completed and signed by the creditor")
            return 0
        dossier = made(store, settings, case, _secret(settings.state_dir))
    target = arguments.out / f"{dossier.name}.zip"
    written(target, dossier.archive)
    written(arguments.out / f"{dossier.name}.pdf", dossier.pdf)
    screen.line(f"{target}: {dossier.exhibits} exhibits, {len(dossier.archive)} bytes")
    return 0


def _secret(state_dir: Path) -> bytes:
    try:
        return (state_dir / "secret").read_bytes()
    except OSError as error:
        raise AgentError(
            f"the secret of the books cannot be read: {error.strerror}; ask as the service's user"
        ) from error


def _verify(arguments: Namespace, screen: Screen) -> int:
    try:
        content = arguments.verify.read_bytes()
    except OSError as error:
        raise AgentError(f"{arguments.verify}: {error.strerror}") from error
    verdict = checked(content)
    problems = list(verdict.problems)
    if arguments.config.is_file():
        with opened(arguments) as (settings, store):
            verdict = checked(content, _secret(settings.state_dir))
            # only what these books sealed is known to have the form that they give it
            told = (verdict.manifest or {}).get("events", ()) if verdict.sealed else ()
            digests = {int(e["number"]): str(e["digest"]) for e in told}
            for number, digest in digests.items():
                entry = next(iter(store.events(since=number - 1, limit=1)), None)
                if entry is None or entry.digest != digest:
                    problems.append(f"event {number} is not the one in the books")
    for problem in problems:
        screen.line(problem)
    sealed = {
        True: "sealed by these books",
        False: "NOT sealed by these books",
        None: "no books here to check the seal",
    }
    files = len((verdict.manifest or {}).get("files", ()))
    screen.line(f"{files} files, {'whole' if not problems else 'CHANGED'}; {sealed[verdict.sealed]}")
    return 1 if problems or verdict.sealed is False else 0
