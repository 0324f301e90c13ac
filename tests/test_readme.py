"""The README tells the truth: its commands run, and print what it says they print; so do its neighbours."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import medicomut
from medicomut.cli.main import app

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TABLES = dict(re.findall(r"^`([a-z]+\.csv)`[^`]*\n\n```csv\n(.*?)```", README, re.MULTILINE | re.DOTALL))
CONSOLE = "\n".join(re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL))
EXAMPLES = re.findall(r"^\$ (.+?(?<!\\))\n(.*?)(?=^\$ |\Z)", CONSOLE, re.MULTILINE | re.DOTALL)
LEFT_OUT = "…"
"""Alone on a line of an example: what the command prints there is left out."""

ENGLISH = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8", "COLUMNS": "80"}


def squeezed(text: str) -> str:
    """Take the white space out: how wide a terminal is and how a table is padded does not matter."""
    return "".join(text.split())


def shown(output: str) -> re.Pattern[str]:
    """Return what an example says is printed, with anything where it leaves something out."""
    parts = re.split(rf"^{LEFT_OUT}$", output, flags=re.MULTILINE)
    return re.compile(".+".join(re.escape(squeezed(part)) for part in parts))


def test_the_readme_shows_price_check_and_verify() -> None:
    """The three a reader tries first; each example is one command and what it prints."""
    commands = [shlex.split(command.replace("\\\n", " ")) for command, _ in EXAMPLES]
    assert [command[:2] for command in commands] == [
        ["medicomut", "price"], ["medicomut", "price"], ["medicomut", "check"], ["medicomut", "agreement"],
    ]  # fmt: skip
    assert README.count("\n$ ") == len(EXAMPLES)
    assert set(TABLES) == {"doctors.csv", "lines.csv"}


@pytest.mark.parametrize(("command", "output"), EXAMPLES)
def test_an_example_prints_what_the_readme_says(
    command: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the late consultation of 21:01 to the findings of 2020: run in a folder with the README's own tables."""
    for name, content in TABLES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    program, *arguments = shlex.split(command.replace("\\\n", " "))
    assert program == "medicomut"
    result = CliRunner().invoke(app, arguments, env=ENGLISH)
    assert result.exit_code == 0, result.output
    assert shown(output).fullmatch(squeezed(result.stdout)), result.stdout


def test_an_example_with_a_wrong_cent_would_be_found() -> None:
    """The comparison forgives white space and what is left out, and nothing else."""
    assert shown("Fee   €22.22\n…\nheld.\n").fullmatch(squeezed("Fee €22.22\nmore\nheld."))
    assert not shown("Fee   €22.22\n…\nheld.\n").fullmatch(squeezed("Fee €22.23\nmore\nheld."))
    assert not shown("Fee   €22.22\n").fullmatch(squeezed("Fee €22.22\nmore\nheld."))


def test_the_readme_names_every_command_and_no_other() -> None:
    commands = get_command(app).commands
    works = README.split("\nWorks:\n")[1].split("\nNot yet:")[0]
    assert set(re.findall(r"`medicomut ([a-z]+)`", works)) == set(commands)


def test_the_make_commands_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)(?:`|$)", README, re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


def test_every_room_stands_in_the_readme() -> None:
    package = ROOT / "src" / "medicomut"
    rooms = {path.name for path in package.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert set(re.findall(r"^\| `([a-z]+)/` \|", README, re.MULTILINE)) == rooms


@pytest.mark.parametrize("page", ["README.md", "docs/decisions/README.md"])
def test_every_link_to_a_file_leads_to_one(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


def test_the_licence_is_the_eupl_from_title_to_appendix() -> None:
    """The text of 2016 has 15 articles and an appendix of ten compatible licences."""
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\nEUPL © the European Union 2007, 2016\n")
    articles, appendix = re.split(r"^ *Appendix$", text, flags=re.MULTILINE)
    assert re.findall(r"^([0-9]+)\. [A-Z]", articles, re.MULTILINE) == [str(n) for n in range(1, 16)]
    assert len(re.findall(r"^— ", appendix, re.MULTILINE)) == 10
    assert text.rstrip().endswith("require the production of a new EUPL version.")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (project["license"], project["license-files"]) == ("EUPL-1.2", ["LICENSE"])


def test_the_changelog_says_what_is_not_released_yet() -> None:
    """Keep a Changelog: a section a version, the unreleased one first, each with at least one entry."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[([^\]]+)\]", text, re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert headings[1:] == [] or headings[1] == medicomut.__version__
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        kinds = re.findall(r"^### (\w+)\n- ", section, re.MULTILINE)
        assert kinds
        assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
