"""The audit of the pins: what is not looked up does not pass."""

from collections.abc import Iterable
from typing import Any

from tools.supply_chain.audit import Package, Status, audit

ONE, OTHER = ("one", "1.0"), ("other", "2.0")


def report(known: Iterable[Package], **vulnerable: str) -> dict[str, Any]:
    """Return a report of pip-audit."""
    return {
        "dependencies": [
            {
                "name": name,
                "version": version,
                "vulns": [{"id": vulnerable[name], "fix_versions": ["9.9"]}]
                if name in vulnerable
                else [],
            }
            for name, version in known
        ]
    }


def test_packages_without_advisories_pass() -> None:
    findings = audit([ONE, OTHER], lambda _, packages: report(packages))

    assert findings.status is Status.CLEAN


def test_an_advisory_fails_with_its_number_and_what_fixes_it() -> None:
    findings = audit([ONE, OTHER], lambda _, packages: report(packages, one="PYSEC-1"))

    assert findings.status is Status.VULNERABLE
    assert findings.vulnerable == {ONE: ["PYSEC-1, fixed by 9.9"]}


def test_where_no_service_responds_the_status_is_that_of_neither() -> None:
    findings = audit([ONE, OTHER], lambda *_: None)

    assert findings.status is Status.UNKNOWN
    assert findings.unknown == {ONE, OTHER}


def test_a_package_that_a_service_skips_is_not_looked_up() -> None:
    skipped = {"name": "other", "version": "2.0", "skip_reason": "not found"}

    def ask(_: str, packages: list[Package]) -> Any:
        found = report(package for package in packages if package == ONE)
        return {"dependencies": [*found["dependencies"], skipped]}

    findings = audit([ONE, OTHER], ask)

    assert findings.status is Status.UNKNOWN
    assert findings.unknown == {OTHER}


def test_what_the_first_service_does_not_know_the_second_is_asked_for() -> None:
    asked: list[tuple[str, list[Package]]] = []

    def ask(service: str, packages: list[Package]) -> Any:
        asked.append((service, packages))
        return report([ONE] if service == "pypi" else packages)

    findings = audit([OTHER, ONE], ask)

    assert findings.status is Status.CLEAN
    assert asked == [("pypi", [ONE, OTHER]), ("osv", [OTHER])]
