"""The API's OpenAPI document: made of the functions' own routes, and of what is described here."""

import sys
from pathlib import Path

# The layer's package, which no environment installs.
sys.path.insert(0, str(Path(__file__).parents[1] / "layers/inferx/python"))
