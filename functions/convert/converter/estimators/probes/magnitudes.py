"""Numbers of every magnitude that the model's own numbers suggest."""

from typing import Any

import numpy as np

from converter.estimators.columns import NUMBER
from converter.estimators.layout import Layout, Rows
from converter.estimators.probes.rows import are_codes, repeated

_FROM_SCALE = tuple(10.0**power for power in range(-6, 3))
_LIMITS = (2.0**24, 2.0**31, 2.0**53)
"""Up to where float32, 32-bit integers and float64 keep every whole number."""
_REACH = 10.0
"""How many spreads beyond its centre a column's large numbers go."""
_COLUMNS = 1_024
"""Of how many columns numbers are made: each takes a tenth of a millisecond."""


def of_magnitudes(
    layout: Layout, typical: Rows, number: int, draw: np.random.Generator
) -> Rows | None:
    """Make rows with unusually small, large and whole numbers: in one column, then in all.

    Of very many columns, some that are spread over all of them get such numbers.
    """
    numbers = [place for place, column in enumerate(layout.columns) if column.kind == NUMBER]
    if len(numbers) > _COLUMNS:
        chosen = np.linspace(0, len(numbers) - 1, _COLUMNS).astype(int)
        numbers = [numbers[place] for place in chosen]
    ladders = {place: _ladder(typical[place]) for place in numbers if not are_codes(typical[place])}
    if not ladders:
        return None
    rows = repeated(typical, number)
    places = list(ladders)
    for row in range(number // 2):
        place = places[row % len(places)]
        rows[place][row] = ladders[place][row // len(places) % len(ladders[place])]
    for place, ladder in ladders.items():
        rows[place][number // 2 :] = draw.choice(ladder, number - number // 2)
    return rows


def _ladder(values: Any) -> Any:
    """Return numbers from zero to far beyond a column's typical values."""
    finite = values[np.isfinite(values)]
    centre = float(np.median(finite)) if len(finite) else 0.0
    spread = float(np.std(finite)) if len(finite) else 1.0
    steps = np.array(_FROM_SCALE) * (spread or 1.0)
    far = abs(centre) + _REACH * spread
    beyond = [limit + step for limit in _LIMITS if limit <= far for step in (-1, 0, 1, 2)]
    ladder = np.array(
        [
            0.0,
            -0.0,
            1e-30,
            -1e-30,
            5e-324,
            1.0,
            centre,
            *np.round(centre + spread * np.array([-1, 0, 1])),
            *(round(centre + spread / 3, digits) for digits in (1, 2, 3)),
            *(centre + steps),
            *(centre - steps),
            *steps,
            *beyond,
            *np.negative(beyond),
        ]
    )
    return ladder[ladder >= 0] if len(finite) and finite.min() >= 0 else ladder
