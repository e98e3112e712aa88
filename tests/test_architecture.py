"""The rooms and their order: what docs/architecture.md says is so."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
AGENT = ROOT / "agent"
PAGE = ROOT / "docs/architecture.md"


def defined_names() -> set[str]:
    """Every module, class, function, method, field and constant of the program."""
    names = {"agent"}
    for path in AGENT.rglob("*.py"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        names |= {module, module.rpartition(".")[2]}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                names.add(node.name)
            elif isinstance(node, ast.AnnAssign | ast.Assign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names |= {t.id for t in targets if isinstance(t, ast.Name)}
    return names


def named_on_the_page() -> set[str]:
    """What the page shows as code: names, dotted names, calls, paths."""
    text = re.sub(r"```.*?```", "", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    return set(re.findall(r"`([^`\n]+)`", text))


def test_a_room_imports_only_from_the_rooms_below_it():
    """The import rule of pyproject.toml holds, and it names every room."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_name_on_the_architecture_page_exists():
    """A page that names what is gone leads people astray."""
    names = defined_names()
    unknown = []
    for shown in sorted(named_on_the_page()):
        if (ROOT / shown.rstrip("/")).exists() or (AGENT / shown.rstrip("/")).exists():
            continue
        if shown.startswith("relance"):
            continue
        call = re.fullmatch(r"([A-Za-z_][\w.]*)(\(.*\))?", shown)
        if call is None:
            continue
        if not all(part in names for part in call.group(1).split(".")) and call.group(1) not in names:
            unknown.append(shown)
    assert not unknown


def test_every_code_name_of_the_glossary_exists():
    """The words of the trade are the words of the code."""
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    named = {part for shown in re.findall(r"`([\w.]+)` \|$", text, flags=re.MULTILINE) for part in shown.split(".")}
    assert named
    assert not named - defined_names()


def test_the_page_shows_every_room():
    """Each folder and module directly under agent/ has its line."""
    rooms = {p.name for p in AGENT.iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    rooms |= {p.name for p in AGENT.glob("*.py") if not p.name.startswith("__")}
    text = PAGE.read_text(encoding="utf-8")
    assert not [room for room in rooms if f"`{room}" not in text]


@pytest.mark.parametrize("room", ["domain", "mail", "parsers", "intake", "reports"])
def test_the_pure_rooms_read_no_clock_and_draw_no_lots(room):
    """The present moment and randomness come in as arguments, so that the same input gives the same output for ever."""
    forbidden = re.compile(r"datetime\.now|date\.today|utcnow|uuid\.uuid|secrets\.|random\.")
    hits = [
        str(p.relative_to(ROOT))
        for p in (AGENT / room).rglob("*.py")
        if forbidden.search(p.read_text(encoding="utf-8"))
    ]
    assert not hits


def test_only_one_module_hands_mail_to_a_transport():
    """outbox/deliver.py alone calls send: whoever else did could send twice."""
    callers = set()
    for path in AGENT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Attribute)
                and node.attr == "send"
                and isinstance(node.value, ast.Attribute)
                and node.value.attr == "transport"
            ):
                callers.add(path.relative_to(AGENT).as_posix())
    assert callers == {"outbox/deliver.py"}


def test_the_wheel_carries_what_the_program_needs():
    """Templates, units and the example configuration travel with it; tests and benchmarks do not."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"][
        "wheel"
    ]
    assert wheel["packages"] == ["agent"]
    assert {"templates", "systemd", "config.example.toml"} <= set(wheel["force-include"])
    for source in wheel["force-include"]:
        assert (ROOT / source).exists()
