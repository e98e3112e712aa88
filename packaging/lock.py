"""Writes packaging/requirements.lock: the exact release of everything that the Debian package brings along, with its hashes.

python packaging/lock.py            the newest releases that fit pyproject.toml
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from contents import EXTRAS, LOCK, ROOT

# for whom a package can be built: Debian 12 and 13 on the two architectures that servers have
TARGETS = [(version, machine) for version in ("3.11", "3.13") for machine in ("x86_64", "aarch64")]
# of the C libraries: Debian 12 has 2.36
MANYLINUX = (*(f"manylinux_2_{minor}" for minor in range(36, 16, -1)), "manylinux2014")


def resolved(*arguments: str) -> dict[str, tuple[str, str, str]]:
    """Version, hash and file name of each distribution that pip would install, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "pip", "install", "-qq", "--dry-run", "--ignore-installed", "--report"]
        subprocess.run([*command, str(report), *arguments], check=True)
        chosen = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {
        entry["metadata"]["name"]: (
            entry["metadata"]["version"],
            entry["download_info"].get("archive_info", {}).get("hashes", {}).get("sha256", ""),
            entry["download_info"]["url"].rpartition("/")[2],
        )
        for entry in chosen
    }


def locked() -> dict[str, tuple[str, set[str]]]:
    """Version and hashes of each, for every target."""
    here = resolved(f"{ROOT}[{EXTRAS}]")
    del here["relance"]
    lock = {name: (version, {digest}) for name, (version, digest, _) in here.items()}
    compiled = [
        f"{name}=={version}"
        for name, (version, _, file) in here.items()
        if file.endswith(".whl") and not file.endswith("-none-any.whl")
    ]
    for python, machine in TARGETS:
        platforms = [f"--platform={tag}_{machine}" for tag in MANYLINUX]
        with tempfile.TemporaryDirectory() as target:
            wanted = ["--target", target, "--no-deps", "--only-binary=:all:", f"--python-version={python}", *platforms]
            for name, (_, digest, _) in resolved(*wanted, *compiled).items():
                lock[name][1].add(digest)
    return lock


def main() -> None:
    lines = ["# Written by packaging/lock.py (make lock); by hand only to take a release out."]
    for name, (version, hashes) in sorted(locked().items(), key=lambda entry: entry[0].lower()):
        lines.append(f"{name}=={version}" + "".join(f" \\\n    --hash=sha256:{digest}" for digest in sorted(hashes)))
    LOCK.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{LOCK.relative_to(ROOT)}: {len(lines) - 1} distributions")


if __name__ == "__main__":
    main()
