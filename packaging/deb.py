"""Builds the Debian package: python packaging/deb.py [FOLDER]. Two builds of one commit give the same bytes.

It is for the Debian whose Python this is (3.11: Debian 12, 3.13: Debian 13), and of this machine's architecture.
"""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from email.utils import format_datetime
from importlib.metadata import distributions
from pathlib import Path

from contents import ROOT, WORK, epoch, lay, locked_wheels, of_git
from pages import PAGES
from sbom import bill, licence

from agent import __version__
from agent.cli.completion import SHELLS
from agent.cli.completion_words import spoken
from agent.cli.parser import build_parser

SOURCES = Path(__file__).parent / "debian"
DEBIAN = {(3, 11): ("bookworm", "deb12"), (3, 13): ("trixie", "deb13")}
COMPLETIONS = {
    "bash": "usr/share/bash-completion/completions/relance",
    "zsh": "usr/share/zsh/vendor-completions/_relance",
    "fish": "usr/share/fish/vendor_completions.d/relance.fish",
}
SCRIPTS = ("postinst", "prerm", "postrm")
LAUNCHER = """#!/usr/lib/relance/bin/python3 -I
import sys

from agent.cli import main

sys.exit(main())
"""
CONDITION = """# Enabled with the package, and begins once there is a configuration.
ConditionPathExists=/etc/relance/config.toml
"""


def version() -> str:
    """The release; between two releases with the moment and the commit, so that each build is an upgrade of those before."""
    _, debian = DEBIAN[sys.version_info[:2]]
    commit = of_git("rev-parse", "--short=8", "HEAD")
    if not commit or f"v{__version__}" in of_git("tag", "--points-at", "HEAD").split():
        return f"{__version__}-1~{debian}u1"
    return f"{__version__}+git{datetime.fromtimestamp(epoch(), UTC):%Y%m%d%H%M%S}.{commit}-1~{debian}u1"


def program(root: Path) -> Path:
    """Python's environment below /usr/lib/relance; the folder of its distributions."""
    home = root / "usr/lib/relance"
    python = "{}.{}".format(*sys.version_info)
    site = home / f"lib/python{python}/site-packages"
    lay(site)
    (home / "bin").mkdir()
    (home / "bin/python3").symlink_to("../../../bin/python3")
    (home / "pyvenv.cfg").write_text(f"home = /usr/bin\ninclude-system-site-packages = false\nversion = {python}\n")
    write(home / "bin/relance", LAUNCHER)
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/relance").symlink_to("../lib/relance/bin/relance")
    return site


def units(root: Path) -> None:
    """The units of systemd/, for the places of the package."""
    for source in sorted((ROOT / "systemd").iterdir()):
        text = source.read_text(encoding="utf-8")
        text = text.replace("/opt/relance/bin/relance", "/usr/bin/relance")
        text = text.replace("/opt/relance/docs/", "/usr/share/doc/relance/docs/")
        text = re.sub(r"^(Description=.*\n)", rf"\1{CONDITION}", text, count=1, flags=re.MULTILINE)
        assert "/opt/" not in text, source
        write(root / "usr/lib/systemd/system" / source.name, text)


def papers(root: Path, site: Path) -> None:
    """Man pages, completion, documentation, the bill of materials, copyright and changelogs."""
    for name, page in PAGES.items():
        packed(root / f"usr/share/man/man{name[-1]}/{name}.gz", page())
    commands = spoken(build_parser())
    for shell, place in COMPLETIONS.items():
        write(root / place, SHELLS[shell](commands))
    doc = root / "usr/share/doc/relance"
    shutil.copytree(ROOT / "docs", doc / "docs")
    shutil.copy(ROOT / "README.md", doc)
    write(doc / "relance.cdx.json", bill(site, locked_wheels()))
    write(doc / "copyright", copyright_of(site))
    packed(doc / "changelog.gz", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    suite, _ = DEBIAN[sys.version_info[:2]]
    told = f"relance ({version()}) {suite}; urgency=medium\n\n  * Built from the project; changelog.gz says what is new.\n\n"
    when = format_datetime(datetime.fromtimestamp(epoch(), UTC))
    packed(doc / "changelog.Debian.gz", f"{told} -- {maintainer()}  {when}\n")


def copyright_of(site: Path) -> str:
    """debian/copyright: Relance's own licence, and that of each distribution it brings along."""
    licence_text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    holder = re.search(r"^Copyright \(c\) (.+)$", licence_text, flags=re.MULTILINE)
    assert holder is not None
    text = (SOURCES / "copyright").read_text(encoding="utf-8").replace("@HOLDER@", holder[1])
    body = licence_text.partition("Permission is")[2]
    lines = f"Permission is{body}".strip().splitlines()
    text += "".join(f" {line or '.'}\n" for line in lines)
    for found in sorted(distributions(path=[str(site)]), key=lambda found: found.name.lower()):
        if found.name == "relance":
            continue
        folder = f"{found.name.replace('-', '_').replace('.', '_')}-{found.version}.dist-info"
        text += f"\nFiles: usr/lib/relance/lib/*/{found.name}*\nCopyright: its authors, see {folder}\nLicense: {licence(found)}\n"
        text += f" See {folder} beside it.\n"
    return text


def configuration(root: Path) -> None:
    """/etc/relance, with the example that can be copied; only root enters the folder of secrets."""
    etc = root / "etc/relance"
    (etc / "creditors").mkdir(parents=True)
    (etc / "secrets").mkdir()
    shutil.copy(ROOT / "config.example.toml", etc)


def control(root: Path) -> None:
    """DEBIAN/: what dpkg asks for."""
    into = root / "DEBIAN"
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    sums = (f"{hashlib.md5(p.read_bytes()).hexdigest()}  {p.relative_to(root)}\n" for p in files)
    write(into / "md5sums", "".join(sums))
    major, minor = sys.version_info[:2]
    filled = {
        "VERSION": version(),
        "ARCHITECTURE": said("dpkg", "--print-architecture"),
        "MAINTAINER": maintainer(),
        "SIZE": str(sum(-(-path.stat().st_size // 1024) for path in files)),
        "PYTHON": f"{major}.{minor}",
        "BEYOND": f"{major}.{minor + 1}",
        "LIBC": f"2.{max(needed_libc(files))}",
    }
    text = (SOURCES / "control").read_text(encoding="utf-8")
    write(into / "control", re.sub(r"@(\w+)@", lambda found: filled[found[1]], text))
    write(into / "conffiles", "/etc/relance/config.example.toml\n")
    shutil.copy(SOURCES / "templates", into)
    for script in SCRIPTS:
        shutil.copy(SOURCES / script, into)


def needed_libc(files: list[Path]) -> set[int]:
    """The minor releases of glibc whose symbols the compiled parts name."""
    compiled = (path.read_bytes() for path in files if re.search(r"\.so(\.|$)", path.name))
    return {int(minor) for content in compiled for minor in re.findall(rb"GLIBC_2\.(\d+)\0", content)}


def maintainer() -> str:
    """Who answers for the package: by the variables that Debian's own tools read, else who made the last commit."""
    name = os.environ.get("DEBFULLNAME") or of_git("log", "-1", "--format=%an") or "Whoever built it"
    return f"{name} <{os.environ.get('DEBEMAIL') or of_git('log', '-1', '--format=%ae') or 'root@localhost'}>"


def settle(root: Path) -> None:
    """Modes that do not hang on the builder's umask; dpkg-deb sees to owners and times."""
    run = {root / "usr/lib/relance/bin/relance", *(root / "DEBIAN" / name for name in SCRIPTS)}
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path in run else 0o644)
    (root / "etc/relance/secrets").chmod(0o700)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def packed(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    if sys.version_info[:2] not in DEBIAN:
        sys.exit("no Debian release has the Python of .venv: make it with Python 3.11 (Debian 12) or 3.13 (Debian 13)")
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch())
    target = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist").resolve()
    target.mkdir(parents=True, exist_ok=True)
    root = WORK / "root"
    shutil.rmtree(root, ignore_errors=True)
    site = program(root)
    units(root)
    papers(root, site)
    configuration(root)
    lintian = root / "usr/share/lintian/overrides/relance"
    write(lintian, (SOURCES / "lintian-overrides").read_text(encoding="utf-8"))
    control(root)
    settle(root)
    package = target / f"relance_{version()}_{said('dpkg', '--print-architecture')}.deb"
    said("dpkg-deb", "--root-owner-group", "-Zxz", "-z1", "--build", str(root), str(package))
    print(
        f"{package}: {package.stat().st_size // 1_000_000} MB, sha256 {hashlib.sha256(package.read_bytes()).hexdigest()}"
    )


if __name__ == "__main__":
    main()
