"""The converter of deep networks on the local stack, where `.venv-deep` is there."""

import os
from typing import Any

from local import deep_environment
from local.deep_doorway import doorway
from local.differences import with_deep_doorway
from local.paths import ROOT

Template = dict[str, Any]

_FOLDER = ROOT / "local/deep_doorway"
_IMPORTED = ("functions/convert_deep", "layers/inferx/python", "layers/sandbox/python")


def parameters() -> dict[str, str]:
    """Return the template's parameters that turn the converter on; none without `.venv-deep`."""
    return {"ConvertDeepImageUri": "local"} if deep_environment.is_there() else {}


def deployed(template: Template) -> Template:
    """Return the CloudFormation template with the converter in a form that the emulator runs."""
    if not deep_environment.is_there():
        return template
    variables = {
        doorway.PYTHON: str(deep_environment.PYTHON),
        doorway.PATHS: os.pathsep.join(str(ROOT / folder) for folder in _IMPORTED),
        doorway.INVOCATION: str(_FOLDER / "invocation.py"),
    }
    return with_deep_doorway(template, (_FOLDER / "doorway.py").read_text(), variables)
