"""`make audit`: looks up the pins of what is deployed among known vulnerabilities, by pip-audit.

pip-audit asks PyPI's JSON API, and OSV for what PyPI does not know. Where neither responds it
counts a package as skipped, and none as vulnerable: here, that is no pass. The exit status is 0
when all were looked up and none is vulnerable, 1 when one is, 2 when some could not be looked up.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeAlias

from tools.supply_chain.pins import shipped

SERVICES = ("pypi", "osv")
_LIMIT_S = 300

Package: TypeAlias = tuple[str, str]
"""A name and a version."""


class Status(IntEnum):
    """The exit status."""

    CLEAN = 0
    VULNERABLE = 1
    UNKNOWN = 2


@dataclass(frozen=True)
class Findings:
    """What was found.

    Attributes:
        vulnerable: the advisories of each package that has some, with the versions that fix it.
        unknown: the packages that no service was able to look up.
    """

    vulnerable: Mapping[Package, list[str]] = field(default_factory=dict)
    unknown: frozenset[Package] = frozenset()

    @property
    def status(self) -> Status:
        """The exit status for it."""
        if self.vulnerable:
            return Status.VULNERABLE
        return Status.UNKNOWN if self.unknown else Status.CLEAN


def audit(packages: Iterable[Package], ask: Callable[[str, list[Package]], Any]) -> Findings:
    """Look the packages up, by the second service where the first does not know one.

    Args:
        packages: what to look up.
        ask: takes a service's name and packages, and returns pip-audit's report; None without one.
    """
    unknown, vulnerable = frozenset(packages), {}
    for service in SERVICES:
        for each in (ask(service, sorted(unknown)) or {}).get("dependencies", []):
            if "skip_reason" in each:
                continue
            package = (each["name"], each["version"])
            unknown -= {package}
            if each["vulns"]:
                vulnerable[package] = [_sentence(vulnerability) for vulnerability in each["vulns"]]
        if not unknown:
            break
    return Findings(vulnerable, unknown)


def _sentence(vulnerability: Mapping[str, Any]) -> str:
    fixes = ", ".join(vulnerability["fix_versions"]) or "no version yet"
    return f"{vulnerability['id']}, fixed by {fixes}"


def by_pip_audit(service: str, packages: list[Package]) -> Any:
    """Return pip-audit's report; None where it ends without one, as when nothing responds."""
    with tempfile.TemporaryDirectory() as folder:
        files = [arg for path in _lists(packages, Path(folder)) for arg in ("-r", str(path))]
        command = [sys.executable, "-m", "pip_audit", *files, "--no-deps", "--disable-pip"]
        command += ["--vulnerability-service", service, "--format", "json"]
        command += ["--progress-spinner", "off", "--timeout", "15"]
        try:
            ran = subprocess.run(  # noqa: S603  # our own interpreter and pins
                command, check=False, capture_output=True, text=True, timeout=_LIMIT_S
            )
            return json.loads(ran.stdout)
        except (ValueError, subprocess.TimeoutExpired):
            return None


def _lists(packages: list[Package], folder: Path) -> list[Path]:
    """Write the packages to files, each name at most once in each, as pip-audit wants them."""
    files: list[dict[str, str]] = []
    for name, version in packages:
        free = next((file for file in files if name not in file), None)
        if free is None:
            files.append(free := {})
        free[name] = version
    paths = []
    for number, file in enumerate(files):
        paths.append(folder / f"{number}.txt")
        paths[-1].write_text("".join(f"{name}=={version}\n" for name, version in file.items()))
    return paths


def main() -> int:
    """Print what was found; its status is the program's."""
    packages = {(pin.name, pin.version) for pin in shipped()}
    findings = audit(packages, by_pip_audit)
    for (name, version), sentences in sorted(findings.vulnerable.items()):
        for sentence in sentences:
            sys.stdout.write(f"VULNERABLE: {name} {version}: {sentence}\n")
    if findings.unknown:
        listed = ", ".join(f"{name} {version}" for name, version in sorted(findings.unknown))
        sys.stdout.write(f"NOT LOOKED UP, because no service responds or knows them: {listed}\n")
    known = len(packages) - len(findings.unknown)
    bad = len(findings.vulnerable)
    sys.stdout.write(f"{known} of {len(packages)} packages looked up, {bad} vulnerable\n")
    return findings.status


if __name__ == "__main__":
    sys.exit(main())
