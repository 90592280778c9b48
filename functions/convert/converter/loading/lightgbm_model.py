"""Checks of LightGBM models, which are written again before LightGBM's own reader sees them.

That reader jumps by sizes that the text declares, and its predictor follows node numbers and
features without checking them. It gets a text made of the checked values and nothing else.
"""

import json
import re
from typing import Any

from converter.limits import TREE_DEPTH
from converter.loading.trees import too_deep
from inferx.errors import Refused

_DAMAGED = "The LightGBM model in the file is damaged: its parts do not fit each other."
_LINEAR = "The LightGBM model in the file has linear trees, which have no ONNX form here."

_WHOLE = re.compile(r"-?[0-9]{1,10}")
_REAL = re.compile(
    r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]{1,4})?|[-+]?(nan|inf)", re.IGNORECASE
)
_RANGE = re.compile(r"none|\[[^:\[\] ]+:[^:\[\] ]+\]|-?[0-9]+(:-?[0-9]+)*")
_OBJECTIVE = re.compile(r"[a-z_0-9]+( [a-z_0-9]+(:[-+.0-9a-z]+)?)*")
_HEADER = (
    *("version", "num_class", "num_tree_per_iteration", "label_index", "max_feature_idx"),
    *("objective", "feature_names", "feature_infos"),
)
_NODES = {
    **dict.fromkeys(("split_feature", "decision_type", "left_child", "right_child"), _WHOLE),
    **dict.fromkeys(("split_gain", "threshold", "internal_value", "internal_weight"), _REAL),
    "internal_count": _WHOLE,
}
_LEAVES = {"leaf_value": _REAL, "leaf_weight": _REAL, "leaf_count": _WHOLE}
_NEEDED = (
    *("split_feature", "decision_type", "left_child", "right_child", "threshold", "leaf_value"),
    *("cat_boundaries", "cat_threshold", "shrinkage"),
)
_MAX_COLUMNS = 10**7
_CATEGORICAL = 1  # a bit of the decision type
_CATEGORY_COLUMNS = re.compile(
    r"^\[categorical_feature: ([0-9]{1,8}(?:,[0-9]{1,8})*)\]$", re.MULTILINE
)
_CATEGORY_VALUES = "\npandas_categorical:"


def checked_text(text: str) -> str:
    """Return the text of the same model, made of its checked values.

    Raises:
        Refused: when LightGBM could read past its end, or outside its arrays while it predicts.
    """
    body, _, rest = text.partition("\nend of trees")
    head, *trees = body.split("\nTree=")
    header = _fields(head.removeprefix("tree\n"))
    columns = _check_header(header, len(trees))
    written = [_tree(number, tree, columns) for number, tree in enumerate(trees)]
    lines = ["tree", *(f"{name}={header[name]}" for name in _HEADER if name in header)]
    if "average_output" in header:
        lines.append("average_output")
    sizes = " ".join(str(len(tree.encode())) for tree in written)
    lines += [f"tree_sizes={sizes}", "", "".join(written) + "end of trees", ""]
    return "\n".join([*lines, *_category_columns(rest, columns)])


def categories_in(text: str) -> list[list[Any]] | None:
    """Return the values of a DataFrame's category columns, which Python's LightGBM appends.

    Raises:
        Refused: for anything but lists of plain values.
    """
    _, found, line = text.rpartition(_CATEGORY_VALUES)
    if not found:
        return None
    try:
        categories = json.loads(line)
    except ValueError as damage:
        raise Refused(_DAMAGED) from damage
    if categories is None:
        return None
    _require(isinstance(categories, list) and all(isinstance(part, list) for part in categories))
    plain = (str, int, float, bool, type(None))
    _require(all(type(value) in plain for part in categories for value in part))
    return list(categories)


def _category_columns(rest: str, columns: int) -> list[str]:
    """Return the parameters that say which columns are categories: the only ones that are kept."""
    found = _CATEGORY_COLUMNS.search(rest)
    if found is None:
        return []
    _require(all(int(column) < columns for column in found[1].split(",")))
    return ["parameters:", found[0], "end of parameters", ""]


def _fields(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in filter(None, text.split("\n")):
        name, _, value = line.partition("=")
        _require(name not in fields and value.isprintable())
        fields[name] = value
    return fields


def _check_header(header: dict[str, str], trees: int) -> int:
    """Return how many columns the model has."""
    classes, stage = _whole(header, "num_class"), _whole(header, "num_tree_per_iteration")
    columns = _whole(header, "max_feature_idx") + 1
    _require(0 < columns < _MAX_COLUMNS and 0 < classes == stage and trees % stage == 0)
    _require(header.get("version") in ("v2", "v3", "v4"))
    _whole(header, "label_index")
    names, ranges = (header.get(f"feature_{part}", "").split(" ") for part in ("names", "infos"))
    _require(len(names) == len(ranges) == columns and all(map(_RANGE.fullmatch, ranges)))
    if "objective" in header:  # there is no such line for one of the user's own
        _check_objective(header["objective"], classes)
    return columns


def _check_objective(objective: str, classes: int) -> None:
    """Check the name of an objective and its parameters, of which LightGBM reads the last."""
    _require(_OBJECTIVE.fullmatch(objective))
    name, *parameters = objective.split(" ")
    values = dict(parameter.partition(":")[::2] for parameter in parameters)
    _require(len(values) == len(parameters))
    _require("num_class" in values or "multi" not in name)
    _require(values.get("num_class", str(classes)) == str(classes))


def _tree(number: int, text: str, columns: int) -> str:
    """Check one tree and write it again."""
    named, _, rest = text.partition("\n")
    fields = _fields(rest)
    leaves, sets = _whole(fields, "num_leaves"), _whole(fields, "num_cat")
    _require(named == str(number) and leaves > 0 and sets >= 0)
    if fields.get("is_linear", "0") != "0":
        raise Refused(_LINEAR)
    kept = {name: _listed(fields, name, kind, leaves - 1) for name, kind in _NODES.items()}
    kept |= {name: _listed(fields, name, kind, leaves) for name, kind in _LEAVES.items()}
    _check_nodes(kept, leaves, columns)
    pairs = zip(kept["decision_type"] or (), kept["threshold"] or (), strict=True)
    _require(all(_names_a_set(decision, threshold, sets) for decision, threshold in pairs))
    if sets:
        kept |= _checked_sets(fields, sets)
    lists = [f"{name}={' '.join(values)}" for name, values in kept.items() if values is not None]
    shrinkage = _listed({"shrinkage": "1", **fields}, "shrinkage", _REAL, 1)
    sizes = [f"Tree={number}", f"num_leaves={leaves}", f"num_cat={sets}"]
    end = ["is_linear=0", f"shrinkage={' '.join(shrinkage or ())}", "", "", ""]
    return "\n".join([*sizes, *lists, *end])


def _check_nodes(kept: dict[str, list[str] | None], leaves: int, columns: int) -> None:
    """Check that children come after their parents and that each is one child only."""
    children: list[int] = []
    depths = [1] * leaves
    pairs = zip(kept["left_child"] or (), kept["right_child"] or (), strict=True)
    for parent, pair in enumerate(pairs):
        for child in map(int, pair):
            _require(parent < child < leaves - 1 if child >= 0 else -leaves <= child)
            children.append(child)
            if child >= 0:
                depths[child] = depths[parent] + 1
    _require(len(set(children)) == len(children))
    if max(depths) > TREE_DEPTH:
        raise too_deep("LightGBM")
    _require(all(0 <= int(feature) < columns for feature in kept["split_feature"] or ()))
    _require(all(0 <= int(decision) < 128 for decision in kept["decision_type"] or ()))


def _names_a_set(decision: str, threshold: str, sets: int) -> bool:
    return not int(decision) & _CATEGORICAL or float(threshold) in range(sets)


def _checked_sets(fields: dict[str, str], sets: int) -> dict[str, list[str] | None]:
    """Return the sets of categories, each of them inside the words that hold them."""
    bounds = _listed(fields, "cat_boundaries", _WHOLE, sets + 1) or []
    places = [int(bound) for bound in bounds]
    _require(places and places[0] == 0 and places == sorted(places))
    words = _listed(fields, "cat_threshold", _WHOLE, places[-1]) or []
    _require(all(0 <= int(word) < 2**32 for word in words))
    return {"cat_boundaries": bounds, "cat_threshold": words}


def _listed(
    fields: dict[str, str], name: str, kind: re.Pattern[str], count: int
) -> list[str] | None:
    """Return so many numbers as text; ``None`` where an older version did not write them."""
    values = fields.get(name, "").split()
    if not values and (name not in _NEEDED or count == 0):
        return None
    _require(len(values) == count and all(map(kind.fullmatch, values)))
    return values


def _whole(fields: dict[str, str], name: str) -> int:
    _require(_WHOLE.fullmatch(fields.get(name, "")))
    return int(fields[name])


def _require(fits: object) -> None:
    if not fits:
        raise Refused(_DAMAGED)
