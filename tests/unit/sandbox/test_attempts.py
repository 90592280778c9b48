"""The attempts of `make confinement`: all that the filter refuses, and the rows of the document."""

import re

from sandbox.forbidden_calls import FORBIDDEN, OF_ITSELF_ONLY, WITH_SECOND_ARGUMENT
from tools.confinement.attempts import ATTEMPTS, OF_LANDLOCK_ALONE
from tools.confinement.table import Tried
from tools.template import ROOT

NAMES = [each.name for each in ATTEMPTS]
_ROW = re.compile(r"^\| ([^|]+) \|(?: [^|]+ \|){3}$", re.MULTILINE)


def found(**outcomes: str) -> Tried:
    layers = ("none", "filter", "Landlock", "capabilities", "limits", "privacy", "parent")
    return Tried(landlock=False, outcomes={"send": dict.fromkeys(layers, "") | outcomes})


def test_every_refused_call_is_tried() -> None:
    words = set(re.findall(r"\w+", " ".join(NAMES)))

    assert {*FORBIDDEN, *OF_ITSELF_ONLY, *WITH_SECOND_ARGUMENT} - words == set()


def test_the_document_has_a_row_for_each_attempt() -> None:
    text = (ROOT / "docs/security.md").read_text()
    _, _, table = text.partition("| tried | as root | as a plain user | in the container |\n")

    assert _ROW.findall(table.partition("\n\n")[0].partition("\n")[2]) == NAMES


def test_what_landlock_alone_refuses_is_among_the_attempts() -> None:
    assert set(NAMES) >= OF_LANDLOCK_ALONE


def test_an_attempt_is_refused_by_each_layer_that_suffices() -> None:
    tried = found(all="EPERM", filter="EPERM", capabilities="EPERM")

    assert tried.refusal("send") == "filter, no capability (EPERM)"
    assert tried.faults() == []


def test_an_attempt_that_is_refused_without_layers_is_refused_by_the_users_rights() -> None:
    tried = found(all="EPERM", none="EPERM", filter="EPERM", Landlock="EPERM")

    assert tried.refusal("send") == "user (EPERM)"


def test_layers_that_refuse_only_together_are_named_together() -> None:
    tried = found(
        **{"all": "EPERM", "but limits": "", "but capabilities": "", "but filter": "EPERM"}
    )

    assert tried.refusal("send") == "no capability with limit (EPERM)"


def test_an_attempt_that_succeeds_is_a_fault() -> None:
    tried = found(all="")

    assert tried.refusal("send") == "nothing"
    assert tried.faults() == ["a confined process may: send"]
