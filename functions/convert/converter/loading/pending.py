"""Stand-ins for what a pickle has named but not described yet.

Pickles make an object first and give it its state later (REDUCE, then BUILD). An array, a dtype or
a native object without its state is something that library code must never see, so none is made
until the state is there: until then a stand-in holds its place, which nothing takes for the object.
"""

from collections.abc import Callable


class Pending:
    """The place of an object until its state arrives; a model that still holds one is refused."""

    __slots__ = ("complete", "places")

    def __init__(self, complete: Callable[[object], object]) -> None:
        self.complete = complete
        self.places: list[int] = []


class Memo(dict[int, object]):
    """The unpickler's memo, which forgets a stand-in as soon as the object it stood for exists."""

    def __setitem__(self, place: int, part: object) -> None:
        if type(part) is Pending:
            part.places.append(place)
        super().__setitem__(place, part)

    def replace(self, pending: Pending, made: object) -> None:
        """Put ``made`` in each place that still holds ``pending``."""
        for place in pending.places:
            if self[place] is pending:
                super().__setitem__(place, made)
