"""Random encoders of categories, alone and behind an imputer."""

from typing import Any

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, TargetEncoder

from tools.conversion.fuzz.choices import pick


def encoder(draw: np.random.Generator) -> Any:
    """Draw an encoder, its options independent of each other."""
    return pick(draw, _one_hot, _one_hot, _ordinal, _by_target)(draw)


def behind_imputer(draw: np.random.Generator, absent: Any) -> Any:
    """Draw an encoder behind an imputer of what stands for a missing value."""
    imputer = SimpleImputer(
        missing_values=absent,
        add_indicator=draw.random() < 0.15,
        **pick(
            draw,
            {"strategy": "most_frequent"},
            {"strategy": "constant", "fill_value": pick(draw, "missing", "", "pro", "É")},
            {"strategy": "constant"},
        ),
    )
    return make_pipeline(imputer, encoder(draw))


def _one_hot(draw: np.random.Generator) -> Any:
    return OneHotEncoder(
        handle_unknown=pick(draw, "ignore", "ignore", "infrequent_if_exist", "warn", "error"),
        drop=pick(draw, None, None, "first", "if_binary"),
        sparse_output=pick(draw, True, False),
        **_infrequent(draw),
    )


def _ordinal(draw: np.random.Generator) -> Any:
    unknown: dict[str, Any] = pick(
        draw,
        {},
        {"handle_unknown": "use_encoded_value", "unknown_value": pick(draw, -1, np.nan, 99)},
    )
    return OrdinalEncoder(
        encoded_missing_value=pick(draw, np.nan, np.nan, -1, -2, 50), **unknown, **_infrequent(draw)
    )


def _by_target(draw: np.random.Generator) -> Any:
    return TargetEncoder(random_state=0, cv=2, smooth=pick(draw, "auto", 0.0, 5.0))


def _infrequent(draw: np.random.Generator) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    chosen: dict[str, Any] = pick(
        draw,
        plain,
        plain,
        {"min_frequency": pick(draw, 5, 0.1)},
        {"max_categories": pick(draw, 2, 3)},
        {"min_frequency": 3, "max_categories": 4},
    )
    return chosen
