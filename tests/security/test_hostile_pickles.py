from pathlib import Path

import pytest

from converter.loading import load_estimator
from inferx.errors import Refused
from tests.security.attacks import all_attacks

ATTACKS = dict(all_attacks())


@pytest.mark.parametrize("name", ATTACKS)
def test_hostile_file_is_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(ATTACKS[name])

    with pytest.raises(Refused) as refusal:
        load_estimator(path)

    assert refusal.value.detail.endswith(".")


def test_the_suite_holds_what_public_scanners_are_tested_with() -> None:
    assert len(ATTACKS) >= 300
