"""The repository's promises to contributors, read from its files."""

import os
import re
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.template import ROOT, function_folders, template

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *(ROOT / "docs").glob("*.md"),
]
# A command in a sentence begins with a backtick; in a code block, with the line.
COMMAND = re.compile(r"(?:^|`|&& )make ([a-z][a-z-]*)", re.MULTILINE)
RULE = re.compile(r"^([a-z][a-z-]*):(.*)$", re.MULTILINE)
TOP_LEVEL = {
    *("bench", "docs", "events", "functions", "layers", "local", "tests", "tools"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "SECURITY.md"),
    *("pyproject.toml", "requirements-dev.in", "requirements-dev.txt"),
    *("samconfig.toml", "template.yaml"),
}
EDITS_OF_SYS_PATH = re.compile(
    r"sys\.path\s*(\+=|=|\.(append|extend|insert|remove|pop))|syspath_prepend|sys\.path\[.*\] ="
)


def tracked(*patterns: str) -> list[Path]:
    """Return the repository's files that match, those not added yet with them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def targets() -> dict[str, str]:
    """Return the Makefile's targets and what `make help` shows of each."""
    found: dict[str, str] = {}
    for name, rest in RULE.findall((ROOT / "Makefile").read_text()):
        found[name] = found.get(name) or rest.partition("## ")[2]
    return found


def read_yaml(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text())


def test_the_top_level_holds_only_what_belongs_there() -> None:
    top = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in top if not name.startswith(".")} == TOP_LEVEL


def test_make_help_shows_every_target() -> None:
    assert [name for name, shown in targets().items() if not shown] == []


def test_every_target_is_phony() -> None:
    text = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)

    assert sorted(phony.split()) == sorted(targets())


def test_contributing_lists_every_make_target() -> None:
    listed = set(COMMAND.findall((ROOT / "CONTRIBUTING.md").read_text()))

    assert targets().keys() - listed == set()


def test_documents_name_only_make_targets_that_exist() -> None:
    for document in DOCUMENTS:
        assert set(COMMAND.findall(document.read_text())) <= targets().keys(), document


def test_operations_explains_exactly_the_templates_parameters() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    alarms = {name for name in rows if name in template()["Resources"]}

    explained = [name for name in rows if name[0].isupper() and name not in alarms]

    assert sorted(explained) == sorted(template()["Parameters"])


def test_every_decision_has_a_dated_heading_and_one_paragraph() -> None:
    title, introduction, *rest = (ROOT / "docs/decisions.md").read_text().strip().split("\n\n")
    headings, paragraphs = rest[::2], rest[1::2]

    assert title == "# Decisions"
    assert "\n\n" not in introduction
    dates = [re.match(r"## (\d{4}-\d\d-\d\d) · \S", heading) for heading in headings]
    assert all(dates)
    moments = [date.fromisoformat(found[1]) for found in dates if found]
    assert moments == sorted(moments)
    assert not [text for text in paragraphs if text.startswith("#")]
    assert len(headings) == len(paragraphs)


def test_nothing_edits_sys_path() -> None:
    wrong = [
        path
        for path in tracked("*.py", "*.sh", "Makefile", "*.toml")
        if path != Path(__file__) and EDITS_OF_SYS_PATH.search(path.read_text())
    ]

    assert wrong == []


def test_every_function_is_part_of_the_editable_checkout() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    (listed,) = re.findall(r"dev-mode-dirs = \[(.*?)\]", text, re.DOTALL)

    for folder in function_folders().values():
        assert f'"{folder.relative_to(ROOT)}"' in listed


def test_dependabot_watches_every_folder_with_dependencies() -> None:
    updates = {
        each["package-ecosystem"]: each for each in read_yaml(".github/dependabot.yml")["updates"]
    }

    for ecosystem, pattern in (("pip", "*requirements*.in"), ("npm", "*package.json")):
        folders = {f"/{path.parent.relative_to(ROOT)}".rstrip(".") for path in tracked(pattern)}
        assert folders <= set(updates[ecosystem]["directories"])
    assert updates["github-actions"]["directory"] == "/"


def test_make_lock_pins_every_list_of_requirements() -> None:
    pins = (ROOT / "local/pins.py").read_text()

    for path in tracked("*requirements*.in"):
        assert f'"{path.relative_to(ROOT).with_suffix("")}"' in pins
        assert path.with_suffix(".txt").is_file()


def test_the_workflow_runs_what_a_contributor_can_run() -> None:
    job = read_yaml(".github/workflows/ci.yml")["jobs"]["check"]

    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]


def test_commits_are_checked_by_the_tools_of_the_development_environment() -> None:
    (repository,) = read_yaml(".pre-commit-config.yaml")["repos"]

    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        program, *arguments = hook["entry"].split()
        assert hook["language"] == "system"
        assert program.startswith(".venv/bin/") or (program, *arguments) == ("make", "types")


def test_the_changelog_begins_with_what_is_not_released() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()

    assert re.findall(r"^## \[(.*?)\]", text, re.MULTILINE)[0] == "Unreleased"
    kinds = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def dry_run(*arguments: str) -> str:
    """Return the commands that make would run."""
    shown = subprocess.run(
        ["make", "--dry-run", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},  # without the variables of a make that runs this test
        capture_output=True,
        text=True,
        check=True,
    )
    return shown.stdout


@pytest.mark.process
def test_some_tests_need_neither_the_stack_nor_the_coverage_floors() -> None:
    some = dry_run("test", "ARGS=tests/unit/local")
    everything = dry_run("test")

    assert "pytest tests/unit/local" in some
    assert "local up" not in some
    assert "coverage_floors" not in some
    assert "local up" in everything
    assert "coverage_floors" in everything


@pytest.mark.process
def test_check_runs_style_types_and_unit_tests_without_the_stack() -> None:
    commands = dry_run("check")

    for part in ("ruff format --check", "ruff check", "mypy", "not slow and not process"):
        assert part in commands
    assert "local up" not in commands
