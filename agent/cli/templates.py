"""`relance templates`: try the templates on sample letters of every kind, or look at one of these letters."""

import webbrowser
from argparse import Namespace
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from agent.cli.screen import Screen
from agent.config import load
from agent.demo.proofreading import Fault, faults, written
from agent.demo.samples.extremes import EXTREMES
from agent.demo.samples.letters import Sample, samples
from agent.domain.parties import LANGUAGES, Creditor
from agent.errors import AgentError


def run(arguments: Namespace, screen: Screen) -> int:
    """0 when every letter is whole, 1 when something is missing."""
    creditor, folder = _own(arguments)
    if arguments.action == "preview":
        return _preview(arguments, screen, creditor, folder)
    with screen.working("Composing every kind of mail"):
        found = list(faults(folder, arguments.lang or LANGUAGES))
    if arguments.json:
        for fault in found:
            screen.json(
                {"place": fault.place, "language": fault.language, "mail": fault.mail, "problem": fault.problem}
            )
    else:
        _tell(found, screen)
    return 1 if found else 0


def _own(arguments: Namespace) -> tuple[Creditor | None, Path | None]:
    """Whose look the letters have, and the operator's own templates; without a configuration the built-in ones."""
    if not arguments.config.is_file() and (arguments.dir or not arguments.creditor):
        return None, _folder(arguments.dir)
    settings = load(arguments.config, secrets=False)
    creditor = settings.creditor(arguments.creditor) if arguments.creditor else None
    if arguments.creditor and creditor is None:
        raise AgentError(f"there is no creditor {arguments.creditor!r}")
    return creditor, _folder(arguments.dir or settings.templates_dir)


def _folder(folder: Path | None) -> Path | None:
    if folder is not None and not folder.is_dir():
        raise AgentError(f"{folder} is not a folder")
    return folder.resolve() if folder else None


def _tell(found: list[Fault], screen: Screen) -> None:
    """Each problem once, with the mails that have it."""
    grouped: dict[tuple[str, str], list[Fault]] = {}
    for fault in found:
        grouped.setdefault((fault.place, fault.problem), []).append(fault)
    for (place, problem), same in grouped.items():
        screen.line(f"{place or 'the finished mail'}: {problem}", "bold red")
        for language in dict.fromkeys(fault.language for fault in same):
            mails = [fault.mail for fault in same if fault.language == language and fault.mail]
            if mails:
                more = f" and {len(mails) - 6} more" if len(mails) > 6 else ""
                screen.line(f"    {language}: {', '.join(mails[:6])}{more}")
    screen.line(f"{len(grouped)} problem(s)." if grouped else "Every mail is whole in every language that was tried.")


def _preview(arguments: Namespace, screen: Screen, creditor: Creditor | None, folder: Path | None) -> int:
    if arguments.kind is None:
        screen.line(f"Kinds: {', '.join(_names())}")
        screen.line(f"Each also under strain, for instance statement-firm~huge: {', '.join(EXTREMES)}")
        return 0
    arguments.out.mkdir(parents=True, exist_ok=True)
    for language in arguments.lang or (creditor.language if creditor else "en",):
        for path in written(_dressed(_chosen(arguments.kind, language), creditor), arguments.out, folder):
            screen.line(str(path))
            if arguments.open and path.suffix == ".html":
                webbrowser.open(path.resolve().as_uri())
    return 0


def _names() -> Iterable[str]:
    return [sample.name for sample in samples("en")]


def _chosen(name: str, language: str) -> Sample:
    """The sample of this name, or the first of this kind.

    Raises:
        AgentError: there is none.
    """
    plain, _, strain = name.partition("~")
    found = next((s for s in samples(language) if plain in (s.name, s.letter.kind.value)), None)
    if found is None or (strain and strain not in EXTREMES):
        raise AgentError(f"there is no mail {name!r} (relance templates preview, without a name, lists them)")
    return replace(EXTREMES[strain](found), name=name) if strain else found


def _dressed(sample: Sample, creditor: Creditor | None) -> Sample:
    """The sample in this creditor's name and colours; its books stay those of the sample."""
    if creditor is None or sample.facts.creditor is None:
        return sample
    return replace(sample, facts=replace(sample.facts, creditor=replace(creditor, id=sample.facts.creditor.id)))
