"""One of several, at random."""

from typing import Any

import numpy as np


def pick(draw: np.random.Generator, *options: Any) -> Any:  # whatever they are
    """Return one of the options."""
    return options[int(draw.integers(len(options)))]
