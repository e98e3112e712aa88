"""The Debian package, without building all of it: what it is made of, and that it is made the same each time."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from agent.service.doctor import machine

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "packaging"
LOCK = FOLDER / "requirements.lock"


@pytest.fixture
def tools(monkeypatch):
    """The modules of packaging/ by name, at a settled moment."""
    if not (importlib.util.find_spec("cyclonedx") and importlib.util.find_spec("jsonschema")):
        pytest.skip("the tools of developers are not installed")
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    yield importlib.import_module
    for name in ("deb", "sbom", "contents", "pages"):
        sys.modules.pop(name, None)


def locked():
    """Each locked release with its hashes."""
    entries = re.split(r"^(?=\w)", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = {}
    for entry in entries:
        name, version = re.match(r"([\w.-]+)==(\S+)", entry).groups()
        found[canonicalize_name(name)] = (version, re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))
    return found


def test_everything_that_is_needed_is_locked_with_its_hash(tools):
    """Each distribution that pyproject.toml names, and the extras of the package; in a release that fits."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = tools("contents").EXTRAS.split(",")
    assert set(extras) | {"nlp", "dev"} == set(project["optional-dependencies"])
    lines = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    lock = locked()
    for line in lines:
        wanted = Requirement(line)
        version, hashes = lock[canonicalize_name(wanted.name)]
        assert version in wanted.specifier, line
        assert hashes


def test_the_units_are_those_of_the_project(tools, tmp_path):
    """All of them, with every wall; only paths differ, and that they wait for a configuration."""
    deb = tools("deb")
    deb.units(tmp_path)
    placed = tmp_path / "usr/lib/systemd/system"
    assert {path.name for path in placed.iterdir()} == {path.name for path in (ROOT / "systemd").iterdir()}
    for path in placed.iterdir():
        ours = path.read_text(encoding="utf-8").replace(deb.CONDITION, "")
        theirs = (ROOT / "systemd" / path.name).read_text(encoding="utf-8")
        assert "ConditionPathExists=/etc/relance/config.toml" in path.read_text(encoding="utf-8")
        changed = [line for line in ours.splitlines() if line not in theirs.splitlines()]
        assert all(
            line.startswith(("ExecStart=/usr/bin/relance ", "Documentation=file:///usr/share/doc/relance/docs/"))
            for line in changed
        )
        assert ours.count("\n") == theirs.count("\n")


@pytest.fixture
def site(tmp_path):
    """A folder with three distributions: Relance, one that it needs with an extra, and what the extra needs."""
    told = {
        "relance": "Version: 9.9\nLicense-Expression: MIT\nRequires-Dist: Big.Thing[fast]>=2\nRequires-Dist: absent; extra == 'nlp'\n",
        "big_thing": "Version: 2.1\nClassifier: License :: OSI Approved :: MIT License\nRequires-Dist: small; extra == 'fast'\n",
        "small": "Version: 1\nLicense: Some words of its own\n",
    }
    for name, text in told.items():
        folder = tmp_path / f"site/{name}-1.dist-info"
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name.replace('_', '.')}\n{text}")
    return tmp_path / "site"


def test_the_bill_of_materials_names_what_is_there(tools, site, tmp_path):
    """Release, licence, and who needs whom; it holds to the schema, and is the same text each time."""
    text = tools("sbom").bill(site, tmp_path)
    told = json.loads(text)
    assert told["bomFormat"] == "CycloneDX"
    assert told["metadata"]["component"]["name"] == "relance"
    parts = {part["name"]: part for part in told["components"]}
    assert parts["big-thing"]["purl"] == "pkg:pypi/big-thing@2.1"
    assert parts["big-thing"]["licenses"] == [{"license": {"id": "MIT"}}]
    assert parts["small"]["licenses"] == [{"license": {"name": "Some words of its own"}}]
    needs = {entry["ref"]: entry.get("dependsOn", []) for entry in told["dependencies"]}
    assert needs == {"relance@9.9": ["big-thing@2.1"], "big-thing@2.1": ["small@1"], "small@1": []}
    assert tools("sbom").bill(site, tmp_path) == text


def test_copyright_names_each_of_them(tools, site):
    """With its licence and where its text lies; the file can be read as Debian's tools read it."""
    text = tools("deb").copyright_of(site)
    paragraphs = [dict(re.findall(r"^([\w-]+): (.*)$", part, flags=re.MULTILINE)) for part in text.split("\n\n")]
    assert [part["Files"] for part in paragraphs[1:]] == [
        "*",
        "usr/lib/relance/lib/*/big.thing*",
        "usr/lib/relance/lib/*/small*",
    ]
    assert all(part["Copyright"] and part["License"] for part in paragraphs[1:])
    assert "THE SOFTWARE IS PROVIDED" in text


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="not a Debian")
@pytest.mark.skipif(sys.version_info[:2] not in ((3, 11), (3, 13)), reason="no Debian release has this Python")
def test_what_dpkg_is_told_is_whole_and_the_same_under_every_umask(tools, tmp_path):
    """Fields, scripts and configuration files of a package without its libraries, built twice."""
    deb = tools("deb")
    built = []
    for umask in (0o022, 0o077):
        before = os.umask(umask)
        try:
            root = tmp_path / f"{umask}"
            deb.write(root / "usr/lib/relance/bin/relance", deb.LAUNCHER)
            deb.write(root / "usr/lib/relance/a.so.1", "GLIBC_2.17\0 GLIBC_2.28\0")
            deb.configuration(root)
            deb.control(root)
            deb.settle(root)
            built.append(tmp_path / f"{umask}.deb")
            deb.said("dpkg-deb", "--root-owner-group", "-Znone", "--build", str(root), str(built[-1]))
        finally:
            os.umask(before)
    assert built[0].read_bytes() == built[1].read_bytes()
    fields = deb.said("dpkg-deb", "--field", str(built[0]))
    assert "@" not in fields.replace(deb.maintainer(), "")
    assert "libc6 (>= 2.28)" in fields
    listed = deb.said("dpkg-deb", "--contents", str(built[0]))
    assert re.search(r"^drwx------ root/root .* ./etc/relance/secrets/$", listed, flags=re.MULTILINE)
    assert re.search(r"^-rwxr-xr-x root/root .* ./usr/lib/relance/bin/relance$", listed, flags=re.MULTILINE)
    assert (root / "DEBIAN/conffiles").read_text() == "/etc/relance/config.example.toml\n"


@pytest.mark.parametrize("script", ["postinst", "prerm", "postrm"])
def test_the_scripts_of_the_package_are_shell(script):
    """Of the plainest kind, and they stop at the first failure."""
    path = FOLDER / "debian" / script
    assert path.read_text(encoding="utf-8").startswith("#!/bin/sh\nset -e\n")
    subprocess.run(["sh", "-n", str(path)], check=True)


def test_the_question_of_the_purge_keeps_the_books_unless_somebody_says_yes():
    """In each language: its default is no."""
    text = (FOLDER / "debian/templates").read_text(encoding="utf-8")
    assert "Default: false\n" in text
    assert set(re.findall(r"^Description-(\w\w)", text, flags=re.MULTILINE)) == {"de", "fr", "nl"}


def test_the_doctor_knows_how_the_program_was_installed(monkeypatch):
    """In the package's environment there is no pip: apt puts it right."""
    assert machine.reinstall().startswith("pip install")
    monkeypatch.setattr(sys, "prefix", "/usr/lib/relance")
    assert machine.reinstall() == "apt-get install --reinstall relance"
