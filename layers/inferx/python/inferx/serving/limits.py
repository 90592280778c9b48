"""How much one request may ask for."""

from typing import NamedTuple

from inferx.errors import TooLarge


class Limits(NamedTuple):
    """The bounds of one request.

    Attributes:
        rows: how many rows it may hold.
        body_bytes: how many bytes its body may have, decompressed.
    """

    rows: int
    body_bytes: int

    def check_rows(self, rows: int) -> None:
        """Return if one request may hold so many rows.

        Raises:
            TooLarge: there are more.
        """
        if rows > self.rows:
            raise TooLarge(
                f"One request takes at most {self.rows:,} rows, and this one has {rows:,}."
            )

    def check_body(self, size: int) -> None:
        """Return if a request's body may have so many bytes.

        Raises:
            TooLarge: there are more.
        """
        if size > self.body_bytes:
            raise TooLarge(f"A request takes at most {self.body_bytes:,} bytes.")


HTTP = Limits(rows=10_000, body_bytes=6_000_000)
"""The limits of requests over HTTP: larger ones belong into a batch job."""
