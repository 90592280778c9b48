"""Stand-ins for objects that a pickle has named but not described yet.

A pickle creates an object (REDUCE) before it sets its state (BUILD). Library code must never see an
array, a dtype or a native object without its state, so none is created before the state is read.
Until then a stand-in holds its place, and no check accepts the stand-in as the object.
"""

from collections.abc import Callable


class Pending:
    """The place of an object until its state is read; a model that still holds one is refused."""

    __slots__ = ("complete", "places")

    def __init__(self, complete: Callable[[object], object]) -> None:
        self.complete = complete
        self.places: list[int] = []


class Memo(dict[int, object]):
    """The unpickler's memo, in which finished objects replace their stand-ins."""

    def __setitem__(self, place: int, part: object) -> None:
        if type(part) is Pending:
            part.places.append(place)
        super().__setitem__(place, part)

    def replace(self, pending: Pending, made: object) -> None:
        """Put ``made`` in each place that still holds ``pending``."""
        for place in pending.places:
            if self[place] is pending:
                super().__setitem__(place, made)
