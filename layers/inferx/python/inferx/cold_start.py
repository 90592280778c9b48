"""Importing without collecting garbage: to be imported before all that takes long.

Imports make objects by the hundred thousand, and hardly any garbage. Python looks through them
again and again meanwhile (`gc`, "Garbage Collector interface"), for a sixteenth of a cold start.
"""

import gc

gc.disable()


def finish() -> None:
    """Collect garbage from now on, without looking through what was imported."""
    gc.freeze()
    gc.enable()
