"""The bounds that speak of estimators; those on files and processes are the sandbox's."""

from inferx.feature_runs import MAX_FEATURES

LOADED_OBJECTS = 5_000_000
"""How many objects a loaded model may consist of."""

FEATURES = MAX_FEATURES
"""How many columns a model may take: a request of more would hardly fit into 6 MB."""

TREE_DEPTH = 10_000
"""How deep a decision tree may be: onnxruntime opens one by recursion, and twice that ends it."""
