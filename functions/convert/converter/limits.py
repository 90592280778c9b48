"""The bounds that speak of estimators; those on files and processes are the sandbox's."""

LOADED_OBJECTS = 5_000_000
"""How many objects a loaded model may consist of."""

FEATURES = 100_000
"""How many columns a model may take: probe rows for them have to fit in memory."""
