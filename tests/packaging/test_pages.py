"""The man pages: every command and option, every key of the configuration, and nothing that is not there."""

import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from agent.cli.completion_words import spoken
from agent.cli.parser import build_parser
from agent.config.document import ContactTable, CreditorTable, Document
from agent.config.problems import key_paths
from agent.config.settings import LEGAL_TERMS

ROOT = Path(__file__).parents[2]
WRITER = ROOT / "packaging/pages.py"


@pytest.fixture(scope="module")
def pages():
    """The text of both pages by name, as the module writes them."""
    module = runpy.run_path(str(WRITER))
    return {name: page() for name, page in module["PAGES"].items()}


def plain(text):
    """What a reader sees: without fonts and escapes."""
    signs = {"\\-": "-", "\\(ti": "~", "\\(ha": "^", "\\(ga": "`", "\\e": "\\"}
    bare = re.sub(r"\\f[BIR]|\\&", "", text)
    return re.sub(r"\\(?:-|e|\(\w\w)", lambda found: signs[found[0]], bare)


def parts(page, mark):
    """The parts of a page that begin with this request, by their first line."""
    found = re.split(rf"^\.{mark} (.*)\n", page, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def test_every_command_and_option_stands_on_the_page_and_no_other(pages):
    """With its help, word for word."""
    shown = parts(parts(plain(pages["relance.1"]), "SH")["COMMANDS"], "SS")
    commands = spoken(build_parser())
    assert list(shown) == [command.name for command in commands]
    for command in commands:
        options = re.findall(r"^\.TP\n(--[\w-]+)(.*)\n(.*)", shown[command.name], flags=re.MULTILINE)
        told = [option for option in command.options if option.name != "--help"]
        assert [name for name, _, _ in options] == [option.name for option in told]
        for option, (_, value, text) in zip(told, options, strict=True):
            assert value.strip() == (option.value.name if option.value else "")
            assert text.startswith(option.help)
        first = shown[command.name].partition("\n")[0]
        assert first.startswith(f"relance {command.name}")
        assert all(place.name in first or place.choices for place in command.places)


def keys_of(part):
    """The keys of a part of relance.toml(5), with their tables, also those within a value."""
    before, *_ = part.partition(".SS")
    tables = {"": before, **{head.strip("[]"): text for head, text in parts(part, "SS").items()}}
    found = set(tables) - {""}
    for table, text in tables.items():
        for key, value in re.findall(r"^\.TP\n(\w+) = (.*)$", text, flags=re.MULTILINE):
            path = f"{table}.{key}".removeprefix(".")
            given = tomllib.loads(f"value = {value}")["value"]
            entries = given if isinstance(given, list) else []
            inner = {f"{path}.{name}" for entry in entries if isinstance(entry, dict) for name in entry}
            found |= {path, *inner}
    return found


def test_every_key_of_the_configuration_stands_on_the_page_and_no_other(pages):
    """Of config.toml, of a creditor's file but for the tables of config.toml in it, and of the contact book."""
    shown = parts(plain(pages["relance.toml.5"]), "SH")
    known = set(key_paths(Document)) - {"mailboxes.inbox.path", "mailboxes.outgoing.path"}
    assert keys_of(shown["CONFIG.TOML"]) == known | {f"legal_terms.{country}" for country in LEGAL_TERMS}
    creditor = {key for key in keys_of(shown["CREDITORS' FILES"]) if "." not in key}
    assert creditor == {key for key in key_paths(CreditorTable) if "." not in key}
    assert keys_of(shown["CREDITORS' FILES"]) <= set(key_paths(CreditorTable))
    assert keys_of(shown["CONTACT BOOK"]) <= {f"contact.{key}" for key in key_paths(ContactTable)} | {"contact"}


def test_each_remark_of_the_example_stands_on_the_page(pages):
    """The words of config.example.toml, in their order."""
    remarks = re.findall(r"(?:^|[\]\"\d\w}\s])# (.+)$", (ROOT / "config.example.toml").read_text(), flags=re.MULTILINE)
    page = plain(pages["relance.toml.5"]).splitlines()
    assert len(remarks) > 100
    assert not [remark for remark in remarks if remark.strip() not in {line.strip() for line in page}]


def test_what_is_said_of_another_way_to_write_a_table_stands_before_it(pages):
    """Behind the keys of the table, not in the words about them."""
    page = [line.strip() for line in plain(pages["relance.toml.5"]).splitlines()]
    said = page.index("A mailbox on this machine instead, for both directions:")
    assert page.index('backend = "maildir"') - said < 6
    assert said > next(number for number, line in enumerate(page) if line.startswith("scope ="))


def test_a_line_that_begins_as_a_request_is_text(pages):
    """Nothing in the sources commands the formatter."""
    module = runpy.run_path(str(WRITER))
    assert module["roff"](".so /etc/passwd") == "\\&.so /etc/passwd"
    assert module["roff"]("a\\b") == "a\\eb"


def test_the_pages_are_the_same_bytes_everywhere(tmp_path):
    """Whatever the locale, the time zone, the order of hashes and the folder."""
    for number, (zone, locale) in enumerate([("UTC", "C.UTF-8"), ("Pacific/Kiritimati", "C")]):
        said = {"TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": str(number), "SOURCE_DATE_EPOCH": "1790000000"}
        environment = os.environ | said | {"PYTHONPATH": str(ROOT), "RELANCE_CONFIG": f"/{number}"}
        (tmp_path / f"at{number}").mkdir()
        command = [sys.executable, str(WRITER), str(tmp_path / f"{number}")]
        subprocess.run(command, cwd=tmp_path / f"at{number}", env=environment, check=True, timeout=60)
    for name in ("relance.1", "relance.toml.5"):
        assert (tmp_path / "0" / name).read_bytes() == (tmp_path / "1" / name).read_bytes()
    assert "2026-09-21" in (tmp_path / "0/relance.1").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("mandoc") is None, reason="mandoc is not installed")
def test_the_pages_are_well_formed(pages, tmp_path):
    """By the judgement of mandoc, which warns of what other formatters would drop."""
    for name, text in pages.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "warning", *pages], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
