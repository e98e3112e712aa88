"""The pages say what is so: every command and exit code is documented, links lead somewhere, examples can be typed in."""

import argparse
import re
import shlex
import shutil
import subprocess
import textwrap
from pathlib import Path

import pytest

import agent
from agent.cli import Exit
from agent.cli.parser import build_parser
from agent.config import load
from agent.config.document import Document
from agent.config.problems import key_paths
from agent.demo.samples.codes import CODES
from agent.domain.letters import LetterKind

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> dict[str, argparse.ArgumentParser]:
    """The parsers of all commands."""
    (group,) = [a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return group.choices


def shown_calls() -> list[str]:
    """Every `relance …` line of a code block, and every one in running text that is a whole call."""
    found = []
    for page in PAGES:
        for block in re.findall(r"```(?:sh)?\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL):
            found += [line.strip() for line in block.splitlines() if line.strip().startswith("relance ")]
    return found


@pytest.mark.parametrize("page", ["README.md", "docs/operations.md"])
def test_every_command_is_documented(page):
    """In the README's table and among the operator's commands."""
    text = (ROOT / page).read_text(encoding="utf-8")
    assert not [name for name in commands() if f"`relance {name}" not in text]


def test_the_changelog_names_every_command():
    """What can be typed was once added."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert not [name for name in commands() if f"`{name}`" not in text]


def test_no_command_is_documented_that_does_not_exist():
    """A name after `relance` is a command, an option or the service's unit."""
    named = {name for page in PAGES for name in re.findall(r"`relance ([a-z]+)", page.read_text(encoding="utf-8"))}
    assert named <= set(commands())


def test_the_calls_in_code_blocks_can_be_typed():
    """Their options and arguments are those of the parser."""
    calls = shown_calls()
    assert calls
    for call in calls:
        build_parser().parse_args(shlex.split(call)[1:])


def test_every_exit_code_is_explained():
    """So that a script and systemd can tell them apart."""
    shown = {int(code) for code in re.findall(r"^\| (\d+) \|", OPERATIONS, flags=re.MULTILINE)}
    assert shown == {int(code) for code in Exit}


def test_settings_that_the_pages_name_exist():
    """A `key = value` in a page is a key of the configuration."""
    known = {key.rpartition(".")[2] for key in key_paths(Document)}
    named = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL):
            named |= set(re.findall(r"^(\w+) = ", block, flags=re.MULTILINE))
        named |= set(re.findall(r"`(\w+) = [^`]+`", text))
    assert named - {"name"} <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_relative_links_lead_somewhere(page):
    """Files that are linked to are there, and so are pictures."""
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    dead = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not dead


def test_the_pages_that_the_code_points_to_exist():
    """A docstring that says where more stands says so truly."""
    files = [*ROOT.glob("agent/**/*.py"), *ROOT.glob("systemd/*"), ROOT / "config.example.toml"]
    named = {page for path in files for page in re.findall(r"docs/[\w/-]+\.md", path.read_text(encoding="utf-8"))}
    assert not [page for page in named if not (ROOT / page).exists()]


def test_every_kind_of_mail_has_its_line_and_its_codes():
    """What the samples hold, the page of mails names: whoever overrides a template needs the codes."""
    page = (ROOT / "docs/spec/mails.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([a-z ,]+) \|[^|]*\|(.*)\|$", page, flags=re.MULTILINE))
    kinds = {kind.strip(): codes for kinds, codes in rows.items() for kind in kinds.split(",")}
    assert {kind.value.replace("_", " ") for kind in LetterKind} <= set(kinds)
    closed = {kind: codes for kind, codes in kinds.items() if "…" not in codes}
    told = {kind.value.replace("_", " "): {code for code in codes if code} for kind, codes in CODES.items()}
    lacking = {
        f"{kind}: {code}" for kind, codes in closed.items() for code in told.get(kind, ()) if f"`{code}`" not in codes
    }
    assert not lacking - {"receipt: other", "dossier: too_large"}


def test_the_changelog_has_its_form():
    """Keep a Changelog: an unreleased part or the present version first, and only its six headings."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(.+?)\]", text, flags=re.MULTILINE)
    assert versions[0] == "Unreleased" or versions[0] == agent.__version__
    kinds = set(re.findall(r"^### (\w+)", text, flags=re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_decisions_are_numbered_and_have_their_three_parts():
    """Context, choice, price paid; numbers without a gap."""
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [int(p.name[:4]) for p in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert all(f"**{part}.**" in text for part in ("Context", "Choice", "Price paid")), page.name


def test_nothing_tells_where_it_was_made():
    """No file of the project holds a path of the machine it was written on."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    here = {str(ROOT), str(ROOT.parent / "shared")}
    telling = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.suffix in (".png", ".pdf", ".xlsx", ".gz") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        telling += [name for place in here if f"{place}/" in text or text.rstrip().endswith(place)]
    assert not telling


def test_the_checks_that_the_page_on_security_names_exist():
    """Each file of tests, and each test in it, that stands there for a promise."""
    named = set(re.findall(r"`(tests/[\w/.-]+?)(?:::(\w+))?`", (ROOT / "docs/security.md").read_text(encoding="utf-8")))
    assert len(named) > 40
    gone = [file for file, _ in named if not (ROOT / file).exists()]
    assert not gone
    assert not [f"{f}::{t}" for f, t in named if t and f"def {t}(" not in (ROOT / f).read_text(encoding="utf-8")]


def test_the_make_targets_that_the_pages_name_exist():
    """`make X` in a page is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    wanted = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        wanted |= set(re.findall(r"`make (\w[\w-]*)(?: [^`]*)?`", text))
        for block in re.findall(r"```(?:sh)?\n(.*?)```", text, flags=re.DOTALL):
            wanted |= set(re.findall(r"^make (\w[\w-]*)", block, flags=re.MULTILINE))
    assert wanted
    assert not [t for t in wanted if not re.search(rf"^{t}:", makefile, flags=re.MULTILINE)]


def guides() -> list[tuple[str, str]]:
    """Every configuration of a mailbox in the guides, with the heading it stands under; steps of a list are indented."""
    text = (ROOT / "docs/providers.md").read_text(encoding="utf-8")
    found = []
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        blocks = re.findall(r"^([ \d.]*)```toml\n(.*?)^ *```", section, flags=re.DOTALL | re.MULTILINE)
        found += [(section.partition("\n")[0], textwrap.dedent(block)) for _, block in blocks]
    return found


@pytest.mark.parametrize(("heading", "tables"), guides())
def test_the_configurations_of_the_guides_load(tmp_path, heading, tables):
    """Pasted after what `relance init` writes, with the files they name at hand, they are complete."""
    (tmp_path / "config.toml").write_text(
        '[agency]\nname = "A"\naddress = "relances@your-company.example"\noperator = "it@your-company.example"\n'
        '[paths]\nstate_dir = "state"\n'
        + (tables if "[[mailboxes]]" in tables else f'[[mailboxes]]\nname = "main"\n{tables}')
    )
    shutil.copytree(ROOT / "docs/examples/creditors", tmp_path / "creditors")
    for name in re.findall(r'^password_file = "(.+)"', tables, flags=re.MULTILINE):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text("x")
    (mailbox,) = load(tmp_path / "config.toml").mailboxes
    assert mailbox.inbox.host, heading
    assert mailbox.outgoing.host, heading
