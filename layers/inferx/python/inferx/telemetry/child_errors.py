"""What a child process wrote to its standard error, reduced to what may be logged."""

import re

_CALL = re.compile(r'^ +File "([^"\n]{1,300})", line (\d{1,7}), in ([\w<>]{1,100})$', re.MULTILINE)
_TYPE = re.compile(r"^([A-Za-z_][\w.]{0,100}(?:Error|Exception|Interrupt|Exit))\b", re.MULTILINE)
_KEPT = 40


def traceback_of(text: str) -> list[str]:
    """Return the calls and the error types of the Python tracebacks in a text.

    The messages of the errors are left out: they may quote the file that the child was reading.
    The child may have written anything, so each line is bounded in form and size, and none proves
    what happened in it.
    """
    calls = [f"{file}:{line} {name}" for file, line, name in _CALL.findall(text)]
    return calls[-_KEPT:] + _TYPE.findall(text)[-_KEPT:]
