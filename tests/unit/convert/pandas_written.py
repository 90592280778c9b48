"""Encoders of category_encoders with pandas objects in them, pickled as these libraries do."""

from typing import Any

import numpy as np

from tests.unit.convert.writing import by_name, dumped

MODULES = {
    "BinaryEncoder": "binary",
    "CatBoostEncoder": "cat_boost",
    "CountEncoder": "count",
    "LeaveOneOutEncoder": "leave_one_out",
    "OneHotEncoder": "one_hot",
    "OrdinalEncoder": "ordinal",
    "TargetEncoder": "target_encoder",
}


class Encoder:
    """Stands for a fitted encoder: its attributes."""

    def __init__(self, **state: Any) -> None:
        vars(self).update({"handle_unknown": "value", "handle_missing": "value", **state})

    def fit(self, rows: Any, _: Any = None) -> "Encoder":
        """Do nothing: a pipeline takes no step without this method."""
        del rows
        return self

    def transform(self, rows: Any) -> Any:
        """Do nothing, as above."""
        return rows


KINDS: dict[str, type[Encoder]] = {name: type(name, (Encoder,), {}) for name in MODULES}


def new_index() -> None:
    """Stand for a function of pandas: only its name is written, as of the next two."""


def new_block() -> None:
    """Stand for ``_unpickle_block``."""


def new_manager() -> None:
    """Stand for ``BlockManager``."""


class Index:
    """Stands for the labels of rows or columns."""

    def __init__(self, labels: list[Any]) -> None:
        self.labels = np.fromiter(labels, dtype=object, count=len(labels))

    def __reduce__(self) -> Any:
        return new_index, (Index, {"data": self.labels, "name": None})


class Manager:
    """Stands for the values of a Series with their labels."""

    def __init__(self, values: Any, index: Index) -> None:
        self.values, self.index = values, index

    def __getstate__(self) -> Any:
        return [self.index], [self.values], [self.index], {}


class Series:
    """Stands for a Series, from label to value."""

    def __init__(self, values: dict[Any, Any]) -> None:
        self._mgr = Manager(np.array(list(values.values())), Index(list(values)))


class Block:
    """Stands for the values of some columns."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def __reduce__(self) -> Any:
        return new_block, (self.values, slice(0, len(self.values), 1), 2)


class Managers:
    """Stands for the columns of a data frame."""

    def __init__(self, columns: dict[str, list[float]], labels: list[Any]) -> None:
        self.columns, self.labels = columns, labels

    def __reduce__(self) -> Any:
        block = Block(np.array(list(self.columns.values())))
        return new_manager, ((block,), [Index(list(self.columns)), Index(self.labels)])


class DataFrame:
    """Stands for a data frame."""

    def __init__(self, columns: dict[str, list[float]], labels: list[Any]) -> None:
        self._mgr = Managers(columns, labels)


def pickled(model: Any) -> bytes:
    """Pickle a model by the names that the two libraries have for what is in it."""
    return dumped(
        model,
        written={
            **{
                kind: by_name(f"category_encoders.{MODULES[name]}", name)
                for name, kind in KINDS.items()
            },
            DataFrame: by_name("pandas", "DataFrame"),
            Index: by_name("pandas", "Index"),
            Manager: by_name("pandas.core.internals.managers", "SingleBlockManager"),
            Series: by_name("pandas", "Series"),
            new_block: by_name("pandas._libs.internals", "_unpickle_block"),
            new_index: by_name("pandas.core.indexes.base", "_new_Index"),
            new_manager: by_name("pandas.core.internals.managers", "BlockManager"),
        },
    )
