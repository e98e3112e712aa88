"""Writes a bill of materials in CycloneDX's JSON, and judges it by its schema: python packaging/sbom.py SITE FILE.

It names each distribution in the folder SITE with its release, licence, the hash it was locked by, and what it needs of the others.
"""

import hashlib
import sys
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import Distribution, distributions
from pathlib import Path

from contents import EXTRAS, LOCK, WORK, epoch, lay, locked_wheels
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

PROGRAM = "relance"
# names from the time before expressions, as they stand in classifiers
CLASSIFIERS = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
# what the licence files say of those that do not name it, or only its family
READ = {
    "authres": "Apache-2.0",
    "cached-property": "BSD-3-Clause",
    "defusedxml": "PSF-2.0",
    "dkimpy": "Zlib",
    "google-auth": "Apache-2.0",
    "imapclient": "BSD-3-Clause",
    "isodate": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "pyasn1-modules": "BSD-2-Clause",
    "pypdfium2": "Apache-2.0 OR BSD-3-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "python-stdnum": "LGPL-2.1-or-later",
    "segno": "BSD-3-Clause",
}


def licence(found: Distribution) -> str:
    """The licence as the distribution states it: an SPDX expression where it gives one, else a name."""
    told = found.metadata
    classifiers = [c.rpartition(" :: ")[2] for c in told.get_all("Classifier", []) if c.startswith("License ::")]
    (short, *_) = (told.get_all("License") or [""])[0].strip().splitlines() or [""]
    named = " OR ".join(sorted({CLASSIFIERS.get(name, name) for name in classifiers} - {"OSI Approved"}))
    stated = (told.get_all("License-Expression") or [""])[0] or READ.get(canonicalize_name(found.name))
    return stated or (short if 0 < len(short) < 40 else "") or named or "UNKNOWN"


def needs(there: Sequence[Distribution]) -> dict[str, set[str]]:
    """What each of these needs of the others, by name; with the extras that somebody among them asks for."""
    known = {str(canonicalize_name(found.name)): found for found in there}
    open_, seen = [(PROGRAM, extra) for extra in ("", *EXTRAS.split(","))], set[tuple[str, str]]()
    found: dict[str, set[str]] = {name: set() for name in known}
    while open_:
        name, extra = open_.pop()
        if name not in known or (name, extra) in seen:
            continue
        seen.add((name, extra))
        for line in known[name].requires or ():
            wanted = Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
                found[name].add(canonicalize_name(wanted.name))
                open_ += [(canonicalize_name(wanted.name), asked) for asked in ("", *wanted.extras)]
    return {name: others & set(known) for name, others in found.items()}


def _component(found: Distribution, hashes: dict[str, str]) -> Component:
    name = canonicalize_name(found.name)
    own = name == PROGRAM
    known = hashes.get(name)
    return Component(
        type=ComponentType.APPLICATION if own else ComponentType.LIBRARY,
        name=name,
        version=found.version,
        bom_ref=f"{name}@{found.version}",
        licenses=[LicenseFactory().make_from_string(licence(found))],
        purl=None if own else PackageURL("pypi", None, name, found.version),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=known)] if known else [],
    )


def _hashes(wheels: Path) -> dict[str, str]:
    """The hash of each wheel that was taken as it was locked; what was built from sources here has none."""
    locked = LOCK.read_text(encoding="utf-8")
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in wheels.glob("*.whl")}
    return {parse_wheel_filename(name)[0]: digest for name, digest in files.items() if digest in locked}


def bill(site: Path, wheels: Path) -> str:
    """The bill of materials of this folder, with the same bytes for the same content."""
    there = sorted(distributions(path=[str(site)]), key=lambda found: canonicalize_name(found.name))
    hashes = _hashes(wheels)
    components = {str(canonicalize_name(found.name)): _component(found, hashes) for found in there}
    bom = Bom(components=[part for name, part in components.items() if name != PROGRAM])
    bom.metadata.component = components[PROGRAM]
    bom.metadata.timestamp = datetime.fromtimestamp(epoch(), UTC)
    for name, others in needs(there).items():
        bom.register_dependency(components[name], [components[other] for other in sorted(others)])
    told = "\n".join(f"{part.bom_ref} {digest}" for part, digest in ((p, hashes.get(n)) for n, p in components.items()))
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, f"{epoch()}\n{told}")
    text = JsonV1Dot6(bom).output_as_string(indent=2) + "\n"
    from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415 - the rules of URLs take it seconds to read

    if wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        sys.exit(f"the bill of materials breaks its schema: {wrong}")
    return text


def main() -> None:
    target = Path(sys.argv[-1]).resolve()
    if len(sys.argv) > 2:
        site = Path(sys.argv[1])
    else:
        site = WORK / "site"
        lay(site)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(bill(site, locked_wheels()), encoding="utf-8")
    print(f"{target.name}: {len(list(distributions(path=[str(site)])))} distributions")


if __name__ == "__main__":
    main()
