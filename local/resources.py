"""`make resources`: the resources that `sam deploy` makes, listed in docs/operations.md.

SAM makes several of one in the template: a role for each function, a version, an alias. This is
what the change set shows.
"""

import copy
import re
import sys
from typing import Any

from local.build import TEMPLATE
from local.packages import CODE_PROPERTIES
from local.paths import ROOT
from local.translation import read, transformed

DOCUMENT = ROOT / "docs/operations.md"

_PLACE = re.compile(r"(<!-- resources: .*? -->\n).*?(\n<!-- /resources -->)", re.DOTALL)
# SAM ends the names of layers and versions with a digest of what is in them.
_DIGEST = re.compile(r"[0-9a-f]{10}$")


def table(translated: dict[str, Any]) -> str:
    """Return the resources of a CloudFormation template by type, as Markdown."""
    by_type: dict[str, list[str]] = {}
    for name, resource in translated["Resources"].items():
        shown = f"`{_DIGEST.sub('…', name)}`"
        if "Condition" in resource:
            shown += f" (if `{resource['Condition']}`)"
        by_type.setdefault(resource["Type"], []).append(shown)
    lines = ["| type | | logical ids |", "|---|---|---|"]
    lines += [
        f"| `{kind}` | {len(names)} | {', '.join(sorted(names))} |"
        for kind, names in sorted(by_type.items())
    ]
    return "\n".join(lines)


def packaged(template: dict[str, Any]) -> dict[str, Any]:
    """Return SAM's template with its code in S3, as `sam package` leaves it; nothing is sent."""
    changed = copy.deepcopy(template)
    for resource in changed["Resources"].values():
        if resource["Type"] in CODE_PROPERTIES:
            resource["Properties"][CODE_PROPERTIES[resource["Type"]]] = "s3://bucket/key"
    return changed


def with_table(document: str, content: str) -> str:
    """Return a document with the table in its place."""
    return _PLACE.sub(lambda found: f"{found[1]}\n{content}\n{found[2]}", document)


def main() -> None:
    """Write the table into the document; with `--check`, exit with 1 if another one is there."""
    document = DOCUMENT.read_text()
    wanted = with_table(document, table(transformed(packaged(read(TEMPLATE)), {})))
    if sys.argv[1:] == ["--check"]:
        if document != wanted:
            sys.exit("docs/operations.md lists other resources: run `make resources`.")
    else:
        DOCUMENT.write_text(wanted)


if __name__ == "__main__":
    main()
