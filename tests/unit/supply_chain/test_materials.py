"""The bill of materials: valid CycloneDX, complete, and the same each time."""

import json
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tools.supply_chain.materials import PART, bill_of_materials, written
from tools.supply_chain.pins import shipped


def bill() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(written(bill_of_materials()))
    return content


def test_it_is_valid_by_the_schema_of_cyclonedx() -> None:
    content = written(bill_of_materials())

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(content) is None


def test_it_lists_every_pin_with_its_hashes_and_each_part_it_is_in() -> None:
    listed = {each["purl"]: each for each in bill()["components"]}

    for pin in shipped():
        component = listed[f"pkg:pypi/{pin.name}@{pin.version}"]
        assert {"name": PART, "value": pin.part} in component["properties"]
        hashes = {each["content"] for each in component.get("hashes", [])}
        assert set(pin.hashes) <= hashes


def test_it_lists_what_the_browser_gets() -> None:
    assert any(each["purl"].startswith("pkg:npm/swagger-ui-dist@") for each in bill()["components"])


def test_it_has_what_needs_what() -> None:
    needed = {each["ref"]: each.get("dependsOn", []) for each in bill()["dependencies"]}

    (onnxruntime,) = (ref for ref in needed if ref.startswith("pkg:pypi/onnxruntime@"))
    assert any(ref.startswith("pkg:pypi/flatbuffers@") for ref in needed[onnxruntime])


def test_two_bills_differ_in_their_number_and_time_alone() -> None:
    first, second = bill(), bill()

    for each in (first, second):
        each.pop("serialNumber")
        each["metadata"].pop("timestamp")
    assert first == second
