"""The image of the converter of deep networks, as `sam local` can use it."""

import subprocess

from local.failure import Failure
from local.image import LOCAL_URI, NAME

FUNCTION = "ConvertDeepFunction"

_FOR_SAM = f"{NAME}:sam"
# `sam local` adds Lambda's emulator to the image by commands that only root may run.
_AS_ROOT = f"FROM {LOCAL_URI}\nUSER root\n"


def prepared() -> str:
    """Return the name of the image that `sam local` is to run.

    Raises:
        Failure: there is no image to make it of.
    """
    build = ["docker", "build", "--quiet", "--tag", _FOR_SAM, "-"]
    ended = subprocess.run(build, input=_AS_ROOT, text=True, check=False, capture_output=True)
    if ended.returncode:
        raise Failure(f"There is no image {LOCAL_URI}: `make image` builds it.")
    return _FOR_SAM
