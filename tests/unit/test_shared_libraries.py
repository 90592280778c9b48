"""Libraries shortened for the inference layer compute the same as those of the wheels."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import orjson
import pytest

from tools import strip_symbols, unused_functions
from tools.shared_library import SharedLibrary

pytestmark = [pytest.mark.process, pytest.mark.slow]

INSTALLED = Path(np.__file__).parents[1]
PAGE = 0x1000
HEADERS = 0x8000

# Everything that numpy asks of BLAS and LAPACK, in all four types; printed bit by bit.
LINEAR_ALGEBRA = """
import sys
import numpy as np
from numpy import linalg

def flat(result):
    parts = result if isinstance(result, tuple) else (result,)
    return b"".join(np.asarray(part).tobytes() for part in parts)

draw = np.random.default_rng(0)
calls = [
    linalg.svd, linalg.eig, linalg.eigvals, linalg.qr, linalg.inv, linalg.slogdet, linalg.pinv,
    lambda m: linalg.lstsq(m, m[:, :3], rcond=None)[0], lambda m: linalg.solve(m, m[:, 0]),
    lambda m: linalg.cholesky(m @ m.conj().T + 90 * np.eye(len(m), dtype=m.dtype)),
    lambda m: linalg.eigh(m + m.conj().T), lambda m: m @ m[0], lambda m: m[0] @ m[1],
    lambda m: m @ m.T, lambda m: np.vdot(m, m), lambda m: m.T @ m[:, ::2],
]
for dtype in (np.float32, np.float64, np.complex64, np.complex128):
    matrix = draw.normal(size=(90, 90)).astype(dtype)
    if matrix.dtype.kind == "c":
        matrix += 1j * matrix.T
    for call in calls:
        print(flat(call(matrix)).hex())
print(np.__file__, file=sys.stderr)
"""


@pytest.fixture(scope="module")
def shortened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with numpy and Pillow as the layer has them."""
    folder = tmp_path_factory.mktemp("packages")
    for name in ("numpy", "numpy.libs", "PIL", "pillow.libs", "orjson"):
        shutil.copytree(INSTALLED / name, folder / name)
    for arguments in (["unused_functions", "numpy"], ["strip_symbols", "."]):
        subprocess.run(
            [sys.executable, "-m", f"tools.{arguments[0]}", folder / arguments[1]],
            env={**os.environ, "INFERX_ARCH": "native"},
            check=True,
        )
    return folder


def run(program: str, packages: Path) -> tuple[str, str]:
    """Return what a program prints on standard output and error, with packages of this folder."""
    ran = subprocess.run(
        [sys.executable, "-S", "-P", "-c", program],
        env={**os.environ, "PYTHONPATH": str(packages), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        check=True,
        text=True,
    )
    return ran.stdout, ran.stderr


def image(library: SharedLibrary) -> dict[int, bytes]:
    """Return each whole page that is loaded, by its address; without the file's own headers."""
    return {
        segment.address + start: library.content[(at := segment.offset + start) : at + PAGE]
        for segment in library.loaded
        for start in range(-segment.address % PAGE, segment.stored - PAGE + 1, PAGE)
        if segment.offset + start >= HEADERS
    }


def test_linear_algebra_gives_the_same_bits_without_the_functions_that_numpy_cannot_reach(
    shortened: Path,
) -> None:
    expected, _ = run(LINEAR_ALGEBRA, INSTALLED)
    given, imported = run(LINEAR_ALGEBRA, shortened)

    assert imported.startswith(str(shortened))
    assert given == expected


def test_openblas_is_half_as_large(shortened: Path) -> None:
    (whole,) = (INSTALLED / "numpy.libs").glob("*openblas*")

    assert (shortened / "numpy.libs" / whole.name).stat().st_size < whole.stat().st_size * 0.6


def test_images_are_decoded_and_resized_the_same_by_the_stripped_libraries(shortened: Path) -> None:
    program = """
import io, os, PIL.Image
picture = PIL.Image.frombytes("RGB", (64, 48), bytes(range(256)) * 36)
for kind in ("PNG", "JPEG"):
    file = io.BytesIO()
    picture.save(file, kind)
    opened = PIL.Image.open(io.BytesIO(file.getvalue()), formats=(kind,))
    print(opened.resize((20, 20), PIL.Image.Resampling.BILINEAR).tobytes().hex())
"""

    assert run(program, shortened)[0] == run(program, INSTALLED)[0]


def test_what_is_left_of_each_library_is_loaded_where_it_was(shortened: Path) -> None:
    for path in shortened.rglob("*.so*"):
        before = SharedLibrary.read(INSTALLED / path.relative_to(shortened))
        after = SharedLibrary.read(path)

        assert before is not None
        assert after is not None
        whole = image(before)
        for address, content in image(after).items():
            assert whole[address] == content


def test_a_file_that_is_no_library_stays_as_it_is(tmp_path: Path) -> None:
    script = tmp_path / "linker.so"
    script.write_bytes(b"GROUP ( libc.so.6 )")

    assert strip_symbols.strip(script) == 0
    assert unused_functions.shorten(script, []) == 0
    assert script.read_bytes() == b"GROUP ( libc.so.6 )"


def test_orjson_reads_and_writes_after_stripping(shortened: Path) -> None:
    program = "import orjson\nprint(orjson.dumps(orjson.loads('[1.5, null]')).decode())"

    assert orjson.loads(run(program, shortened)[0]) == [1.5, None]
