"""``make bench``: what predictions cost, each figure beside its floor or a peer in one run."""

import sys
from pathlib import Path

# The layer's package, which no environment installs.
sys.path.insert(0, str(Path(__file__).parents[1] / "layers/inferx/python"))
