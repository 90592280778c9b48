"""Programs that call one model with its example, ready to run: curl, Python, JavaScript.

Each reads the API key from the environment and needs nothing that does not come with its language.
The example goes into each by that language's own rules for quotes, so that no name or text of a
model can end its string.
"""

import json
import shlex
from collections.abc import Mapping
from typing import Any

KEY = "INFERX_API_KEY"

# What may end a line of JavaScript, or of a terminal, though JSON leaves it as it is.
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def curl(url: str, example: Mapping[str, Any]) -> str:
    """Return a command for a POSIX shell."""
    return (
        f"curl -sS {shlex.quote(url)} \\\n"
        f'  -H "Authorization: Bearer ${KEY}" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f"  --data-raw {shlex.quote(_json(example))}\n"
    )


def python(url: str, example: Mapping[str, Any]) -> str:
    """Return a program for Python 3, with its standard library only."""
    return f"""\
import json
import os
import urllib.request

example = {example!r}
request = urllib.request.Request(
    {url!r},
    data=json.dumps(example).encode(),
    headers={{
        "Authorization": f"Bearer {{os.environ['{KEY}']}}",
        "Content-Type": "application/json",
    }},
)
with urllib.request.urlopen(request) as response:
    print(json.load(response))
"""


def javascript(url: str, example: Mapping[str, Any]) -> str:
    """Return a program for Node.js from 18 on.

    The body is a string: as an object, a whole number of many digits would be rounded.
    """
    return f"""\
fetch({_javascript_string(url)}, {{
  method: "POST",
  headers: {{
    Authorization: `Bearer ${{process.env.{KEY}}}`,
    "Content-Type": "application/json",
  }},
  body: {_javascript_string(_json(example))},
}})
  .then((response) => response.json())
  .then((prediction) => console.log(JSON.stringify(prediction)));
"""


def _json(example: Mapping[str, Any]) -> str:
    """Return JSON that can be read: in ASCII only where something in it cannot be printed."""
    written = json.dumps(example, ensure_ascii=False)
    return written if written.isprintable() else json.dumps(example)


def _javascript_string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").translate(_LINE_ENDS)
    return f"'{escaped}'"
