"""Leaves out of numpy's OpenBLAS what no library of numpy can reach.

OpenBLAS brings all of LAPACK for SciPy, and kernels for each generation of processors; a tenth is
numpy's. This is a linker's ``--gc-sections`` after the fact. The pages of functions that nothing
reaches are neither in the file nor in memory, and everything else stays at its address, so numpy
computes the same.
"""

import os
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from tools.library_calls import CallGraph
from tools.library_symbols import Symbols
from tools.shared_library import HEADER_BYTES, LOADED, Segment, SharedLibrary

_PAGE = 0x1000
_UNWINDING = 0x6474E550  # PT_GNU_EH_FRAME
# OpenBLAS chooses one of these tables by the processor; all of Lambda's have AVX2 (AWS Lambda
# Developer Guide, "Using AVX2 vectorization").
_BEFORE_AVX2 = ("gotoblas_PRESCOTT", "gotoblas_NEHALEM", "gotoblas_SANDYBRIDGE")
_VENDORS = ("GenuineIntel", "AuthenticAMD")  # for others it takes the oldest table


def holes(graph: CallGraph, reached: set[int]) -> list[tuple[int, int]]:
    """Return the whole pages that hold only functions that are not reached: from and to where."""
    kept = sorted((start, graph.ends[start]) for start in reached)
    kept_starts = [start for start, _ in kept]
    found: list[tuple[int, int]] = []
    for start, end in sorted(graph.ends.items()):
        if start in reached:
            continue
        after = bisect_right(kept_starts, start)
        if (after and kept[after - 1][1] > start) or (after < len(kept) and kept[after][0] < end):
            continue  # one symbol within another
        if found and graph.nothing_between(found[-1][1], start):
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return _whole_pages(found)


def _whole_pages(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    whole = [(-(-start // _PAGE) * _PAGE, end // _PAGE * _PAGE) for start, end in ranges]
    return [(start, end) for start, end in whole if start < end]


def without(library: SharedLibrary, gaps: list[tuple[int, int]]) -> SharedLibrary:
    """Return the library with its segments in pieces, and no header that leads to unwinding tables.

    Args:
        library: the whole one.
        gaps: from and to which address nothing is loaded, in order; whole pages.
    """
    segments: list[Segment] = []
    for segment in library.segments:
        if segment.type == LOADED:
            within = [gap for gap in gaps if segment.holds(gap[0])]
            segments += _pieces(segment, within)
        elif segment.type != _UNWINDING:
            segments.append(segment)
    return SharedLibrary(library.content, segments)


def _pieces(segment: Segment, gaps: list[tuple[int, int]]) -> Iterator[Segment]:
    place = segment.address
    end = segment.address + segment.stored
    for start, after in [*gaps, (end, end)]:
        moved = place - segment.address
        stored = start - place
        yield replace(
            segment,
            offset=segment.offset + moved,
            address=place,
            physical=segment.physical + moved,
            stored=stored,
            mapped=segment.mapped - moved if start == end else stored,
        )
        place = after


def shorten(path: Path, others: Iterable[Path], unused: Iterable[str] = ()) -> int:
    """Leave out what the other libraries cannot reach of this one; return the bytes saved.

    Args:
        path: the library, of C and Fortran: no exception passes through it.
        others: all that import from it.
        unused: tables of functions that are not called.
    """
    library = SharedLibrary.read(path)
    if library is None or library.machine != "x86-64":
        return 0
    symbols = Symbols(library.content)
    if not symbols.all:
        return 0
    graph = CallGraph(library, symbols)
    imported = {
        symbol.name
        for other in others
        for symbol in Symbols(other.read_bytes()).dynamic
        if not symbol.section
    }
    start, end = symbols.section(".eh_frame_hdr")[0], symbols.section(".eh_frame")[1]
    unwinding = _whole_pages([(start, end)])
    gaps = sorted([*unwinding, *holes(graph, graph.reached(imported, unused))])
    shortened = without(library, gaps)
    if 64 + len(shortened.segments) * HEADER_BYTES > symbols.first_offset:
        return 0
    packed = shortened.packed()
    path.write_bytes(packed)
    return len(library.content) - len(packed)


def main() -> None:
    """Shorten the OpenBLAS of the numpy at the path named on the command line."""
    numpy = Path(sys.argv[1])
    for path in numpy.with_name("numpy.libs").glob("*openblas*"):
        unused = _BEFORE_AVX2 if _runs_with_avx2() else ()
        shorten(path, sorted(numpy.rglob("*.so")), unused)


def _runs_with_avx2() -> bool:
    """Return whether the functions will: on Lambda always, on this machine if it is known to."""
    if os.environ.get("INFERX_ARCH") != "native":
        return True
    file = Path("/proc/cpuinfo")
    processor = file.read_text() if file.is_file() else ""
    return " avx2 " in processor and any(vendor in processor for vendor in _VENDORS)


if __name__ == "__main__":
    main()
