"""`make sbom`: a CycloneDX bill of materials of what is deployed, on standard output.

Apart from its serial number and its time, it depends on the pins alone. A package has the SHA-256
of every distribution file of its version; which one is installed depends on the processor.
"""

import json
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from tools.supply_chain.pins import Pin, shipped
from tools.template import ROOT

PART = "inferx:part"
"""The property that names a folder whose deployment has the component in it."""


def bill_of_materials() -> Bom:
    """Return the bill of all that is deployed."""
    bom = Bom()
    service = _service()
    bom.metadata.component = service
    pins = shipped()
    components = _components(pins)
    swagger = _swagger_ui()
    bom.components.update([*components.values(), swagger])
    bom.register_dependency(service, [*components.values(), swagger])
    for pin in pins:
        for name in pin.needed_by:
            for needing in pins:
                if (needing.name, needing.part) == (name, pin.part):
                    bom.register_dependency(components[_key(needing)], [components[_key(pin)]])
    return bom


def _key(pin: Pin) -> tuple[str, str]:
    return pin.name, pin.version


def _components(pins: Iterable[Pin]) -> dict[tuple[str, str], Component]:
    parts: dict[tuple[str, str], set[str]] = defaultdict(set)
    hashes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for pin in pins:
        parts[_key(pin)].add(pin.part)
        hashes[_key(pin)].update(pin.hashes)
    return {
        (name, version): _component(
            PackageURL("pypi", name=name, version=version),
            parts[name, version],
            [HashType(alg=HashAlgorithm.SHA_256, content=each) for each in hashes[name, version]],
        )
        for name, version in parts
    }


def _component(
    purl: PackageURL, parts: Iterable[str], hashes: Iterable[HashType] = ()
) -> Component:
    return Component(
        type=ComponentType.LIBRARY,
        name=purl.name,
        version=purl.version,
        purl=purl,
        bom_ref=str(purl),
        hashes=hashes,
        properties=[Property(name=PART, value=part) for part in parts],
    )


def _swagger_ui() -> Component:
    origin = "functions/docs/assets/ORIGIN.md"
    found = re.search(r"`(swagger-ui-dist)` ([\d.]+)", (ROOT / origin).read_text())
    assert found, origin
    return _component(PackageURL("npm", name=found[1], version=found[2]), ["functions/docs"])


def _service() -> Component:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return Component(
        type=ComponentType.APPLICATION,
        name=project["name"],
        version=project["version"],
        bom_ref=project["name"],
    )


def written(bom: Bom) -> str:
    """Return the bill as JSON of CycloneDX 1.6."""
    return json.dumps(json.loads(JsonV1Dot6(bom).output_as_string()), indent=2, sort_keys=True)


if __name__ == "__main__":
    sys.stdout.write(written(bill_of_materials()) + "\n")
