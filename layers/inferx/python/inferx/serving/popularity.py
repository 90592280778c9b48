"""How often models were asked for, with the latest requests counting most.

Source: D. Lee et al., "LRFU: A Spectrum of Policies that Subsumes the Least Recently Used and Least
Frequently Used Policies", IEEE Transactions on Computers 50 (12), 2001.
"""

_HALF_LIFE = 100
"""After so many requests for others, one request counts half."""

_GROWTH = 2 ** (1 / _HALF_LIFE)
_LARGEST = 1e200
_MOST = 10_000


class Popularity:
    """Counts of requests that age.

    The newest request adds more than the one before instead of all counts being multiplied by
    less: only their proportions matter.
    """

    def __init__(self) -> None:
        self._weight = 1.0
        self._counts: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._counts)

    def __getitem__(self, model_id: str) -> float:
        return self._counts.get(model_id, 0.0)

    def count(self, model_id: str) -> None:
        """Count one request."""
        self._weight *= _GROWTH
        self._counts[model_id] = self._counts.get(model_id, 0.0) + self._weight
        if self._weight > _LARGEST:
            self._counts = {each: count / _LARGEST for each, count in self._counts.items()}
            self._weight /= _LARGEST
        if len(self._counts) > _MOST:
            # Half of them at once, so that this is seldom.
            least = sorted(self._counts, key=self._counts.__getitem__)[: _MOST // 2]
            for each in least:
                del self._counts[each]
