"""`.venv-sam/bin/python -m local.roles`: each function's role as SAM makes it, as JSON.

SAM adds managed policies and statements to what template.yaml has. What is translated here is what
AWS's transform makes of the template, before anything is changed for the emulator.
"""

import json
import os
import sys
from typing import Any

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from local.emulator import REGION
from local.paths import ROOT
from local.translation import read


def roles() -> dict[str, Any]:
    """Return each function's role by the function's logical id, intrinsic functions included."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)  # names the partition of its ARNs
    made = Translator({}, Parser()).translate(_with_code(), {})["Resources"]
    return {
        name: made[resource["Properties"]["Role"]["Fn::GetAtt"][0]]["Properties"]
        for name, resource in made.items()
        if resource["Type"] == "AWS::Lambda::Function"
    }


def _with_code() -> dict[str, Any]:
    """Return the template with all code in S3, where `sam package` puts it: roles need none."""
    template = read(ROOT / "template.yaml")
    for resource in template["Resources"].values():
        for place in ("CodeUri", "ContentUri"):
            if place in resource.get("Properties", {}):
                resource["Properties"][place] = "s3://bucket/code.zip"
    return template


if __name__ == "__main__":
    json.dump(roles(), sys.stdout)
