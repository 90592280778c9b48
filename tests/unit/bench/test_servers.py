"""What the other servers are asked for."""

import itertools
from pathlib import Path

import pytest

from bench import servers
from bench.subject import Subject

ROWS = [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]


@pytest.fixture
def all_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, servers.Server]:
    ports = itertools.count(1)  # unit tests open no sockets
    monkeypatch.setattr("bench.processes.free_port", lambda: next(ports))
    return {each.name: each for each in servers.of(Subject(tmp_path, ROWS))}


def test_the_budgets_are_those_of_scikit_learn_and_mlserver(
    all_servers: dict[str, servers.Server],
) -> None:
    budgets = {each.name: each.budget for each in all_servers.values() if each.budget}

    assert budgets == {"FastAPI + scikit-learn": 1 / 5, "MLServer": 1 / 8}


def test_mlserver_is_asked_for_probabilities_as_the_others_are(
    all_servers: dict[str, servers.Server],
) -> None:
    body = all_servers["MLServer"].body(ROWS)

    assert body["inputs"][0]["shape"] == [2, 4]
    assert [each["name"] for each in body["outputs"]] == ["predict", "predict_proba"]


@pytest.mark.parametrize(("name", "workers"), [("MLServer", 0), ("MLServer with its pool", 1)])
def test_mlserver_has_its_pool_where_its_name_has_it(
    all_servers: dict[str, servers.Server], name: str, workers: int
) -> None:
    settings = (all_servers[name].folder / "settings.json").read_text()

    assert f'"parallel_workers": {workers}' in settings
