"""HDF5 files with links, foreign storage or false sizes are refused before a dataset is read."""

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from inferx.errors import Refused
from tests.security.deep.keras import forged


def _external_link(file: h5py.File) -> None:
    file["odd"] = h5py.ExternalLink("/etc/passwd", "/")


def _soft_link(file: h5py.File) -> None:
    file["odd"] = h5py.SoftLink("/layers")


def _second_name(file: h5py.File) -> None:
    file["odd"] = file[next(iter(file))]


def _cycle(file: h5py.File) -> None:
    file.create_group("odd")["again"] = file["/"]


def _virtual(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4,))
    file.create_virtual_dataset("odd", layout)


def _external_storage(file: h5py.File) -> None:
    file.create_dataset("odd", (4,), "f4", external=[("/etc/passwd", 0, 16)])


def _references(file: h5py.File) -> None:
    file.create_dataset("odd", (1,), h5py.ref_dtype)


def _variable_lengths(file: h5py.File) -> None:
    file.create_dataset("odd", (1,), h5py.vlen_dtype(np.float32))


def _compound(file: h5py.File) -> None:
    file.create_dataset("odd", (1,), np.dtype([("a", "f4"), ("b", "f4")]))


def _named_type(file: h5py.File) -> None:
    file["odd"] = np.dtype("f4")


def _too_large(file: h5py.File) -> None:
    file.create_dataset("odd", (1 << 40,), "f4", chunks=(1 << 10,))


def _bomb(file: h5py.File) -> None:
    file.create_dataset("odd", (64 << 20,), "f4", chunks=(1 << 16,), compression="gzip")


def _plug_in(file: h5py.File) -> None:
    layout = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    layout.set_chunk((4,))
    layout.set_filter(32_000, h5py.h5z.FLAG_OPTIONAL, (1,))
    space = h5py.h5s.create_simple((4,))
    h5py.h5d.create(file.id, b"odd", h5py.h5t.NATIVE_FLOAT, space, layout)


def _deep(file: h5py.File) -> None:
    group = file
    for _ in range(80):
        group = group.create_group("odd")


def _odd_attribute(file: h5py.File) -> None:
    file.attrs.create("odd", file["/"].ref, dtype=h5py.ref_dtype)


_EDITS: list[tuple[Callable[[h5py.File], None], str]] = [
    (_external_link, "'/odd' is a link to another place"),
    (_soft_link, "'/odd' is a link to another place"),
    (_second_name, "is a second link to an object"),
    (_cycle, "'/odd/again' is a second link"),
    (_virtual, "'/odd' keeps its values in another file"),
    (_external_storage, "'/odd' keeps its values in another file"),
    (_references, "'/odd' does not hold plain numbers"),
    (_variable_lengths, "'/odd' does not hold plain numbers"),
    (_compound, "'/odd' does not hold plain numbers"),
    (_named_type, "'/odd' is neither a group nor a dataset"),
    (_too_large, "datasets are larger than 1536 MB"),
    (_bomb, "'/odd' declares more than 100 times"),
    (_plug_in, "'/odd' is compressed with a plug-in"),
    (_deep, "nests them too deeply"),
    (_odd_attribute, "neither numbers nor text"),
]


@pytest.mark.parametrize(("edit", "words"), _EDITS)
def test_hostile_weights_in_an_archive_are_refused(
    edit: Callable[[h5py.File], None], words: str, tmp_path: Path
) -> None:
    path = forged.with_weights(tmp_path, edit)

    with pytest.raises(Refused, match=words):
        forged.read_source(path)


@pytest.mark.parametrize(("edit", "words"), _EDITS)
def test_hostile_h5_file_is_refused(
    edit: Callable[[h5py.File], None], words: str, tmp_path: Path
) -> None:
    with forged.hdf5(tmp_path) as file:
        edit(file)

    with pytest.raises(Refused, match=words):
        forged.read_source(tmp_path / "source")


def test_weights_without_an_architecture_are_explained(tmp_path: Path) -> None:
    forged.honest().save_weights(tmp_path / "model.weights.h5")

    with pytest.raises(Refused, match=r"weights and no architecture.*load_weights"):
        forged.read_source(tmp_path / "model.weights.h5")


def test_old_weights_without_an_architecture_are_explained(tmp_path: Path) -> None:
    with forged.hdf5(tmp_path) as file:
        del file.attrs["model_config"]
        file.attrs["layer_names"] = ["first"]

    with pytest.raises(Refused, match="weights and no architecture"):
        forged.read_source(tmp_path / "source")


def test_hdf5_of_another_program_is_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "source", "w") as file:
        file["table"] = np.zeros(3)

    with pytest.raises(Refused, match="holds no Keras model"):
        forged.read_source(tmp_path / "source")


def test_truncated_hdf5_is_refused(tmp_path: Path) -> None:
    with forged.hdf5(tmp_path):
        pass
    content = (tmp_path / "source").read_bytes()
    (tmp_path / "source").write_bytes(content[: len(content) // 2])

    with pytest.raises(Refused, match="damaged"):
        forged.read_source(tmp_path / "source")


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    with forged.hdf5(tmp_path) as file:
        group = file["model_weights/first"]
        name = group.attrs["weight_names"][0]
        del group[name]
        group[name] = np.zeros((9, 9), np.float32)

    with pytest.raises(Refused, match=r"'first', a weight of the shape \[9, 9\]"):
        forged.read_source(tmp_path / "source")
