"""Each hostile file is read in a folder of its own, where it would leave its mark."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deep.torch_files.reading import read
from inferx.errors import Refused
from inferx.input_hints import InputHints
from sandbox.formats import detect
from tests.security.deep.torch.forging import MARKER, written


@pytest.fixture
def refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], str]]:
    """Return the sentence with which a file is refused, nothing of it having run."""
    monkeypatch.chdir(tmp_path)

    def refused(content: bytes) -> str:
        path = written(content, tmp_path)
        with pytest.raises(Refused) as refusal:
            read(path, detect(path), InputHints())
        assert len(refusal.value.detail) <= 500
        return refusal.value.detail

    yield refused
    assert not (tmp_path / MARKER).exists()
