"""`make demo`: a synthetic register and a file of lines of care, made, checked, summed up, and shown in the portal."""

from __future__ import annotations

import shutil
import socket
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from medicomut.cli.common import named_errors

HOST = "127.0.0.1"
NAMES = ("practitioners.csv", "lines.csv", "checked.csv", "fees", "served", "register", "store")
"""What the demonstration writes; it clears nothing else away."""


@named_errors
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the files, made anew each time.")] = Path("out/demo"),
    practitioners: Annotated[int, typer.Option(min=1, help="How many practitioners.")] = 2_000,
    lines: Annotated[int, typer.Option(min=1, help="How many lines of care.")] = 200_000,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the portal; another where it is taken.")] = 8000,
    register: Annotated[
        bool, typer.Option("--register/--no-register", help="Make the register of 60,588 practitioners too.")
    ] = True,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the portal at the end.")] = True,
) -> None:
    """Make a synthetic register and synthetic lines of care, check them, show a summary, and serve the portal."""
    from medicomut.cli import check, synth
    from medicomut.tariff.book import AGREEMENT

    _make_room(out)
    people_file, lines_file, checked_file, fees_folder, served, kept, store = (out / name for name in NAMES)
    typer.echo(f"The agreement {AGREEMENT}, held against itself\n\n{_verified(AGREEMENT)}")
    typer.echo("\nA synthetic register and synthetic lines of care, no person behind any of them\n")
    synth.fees(fees_folder)
    typer.echo(
        f"The fees that no source publishes are made up by this demonstration and marked synthetic in {fees_folder}:\n"
        "no amount in euro below is a finding about real care.\n"
    )
    synth.practitioners(people_file, practitioners, 1)
    synth.lines(lines_file, people_file, lines, 1, fees=fees_folder)
    typer.echo("\nThe lines checked\n")
    check.check(lines_file, practitioners=people_file, out=checked_file, fees=fees_folder)
    typer.echo(f"\nThe files are in {out}. Open {checked_file.name} in a spreadsheet, or ask why one line came out so:")
    typer.echo(
        f"  .venv/bin/medicomut check {lines_file} --practitioners {people_file} --fees {fees_folder} "
        f"--explain {_a_line_to_ask_about(checked_file)}"
    )
    url = register_of_2024(kept) if register else None
    if serve:
        _serve(served, people_file, lines_file, fees_folder, port, url, _signing_in(store, practitioner=register))


def register_of_2024(folder: Path) -> str:
    """Make the synthetic register of 2024 in a folder, show how many of it adhere, and return its URL."""
    from medicomut.cli import register_stats

    folder.mkdir()
    url = f"sqlite:///{folder / 'register.db'}"
    typer.echo("\nA synthetic register that adheres as doctors did in 2024\n")
    register_stats.demo(url)
    register_stats.stats(url, "region,profession", "2024-03-18")
    typer.echo(f"Ask it: .venv/bin/medicomut register stats --by region,profession --url {url}")
    return url


def _signing_in(folder: Path, *, practitioner: bool) -> str:
    """Make a store with accounts to sign in with, tell their one-time passwords, and return its URL.

    Two of the secretariat, since a correction takes two persons, and a synthetic practitioner of the register.
    """
    from medicomut.accession.demonstration import people
    from medicomut.cli.identity import opened, recorded

    folder.mkdir()
    url = f"sqlite:///{folder / 'store.db'}"
    roles = {"secretary": "secretariat", "colleague": "secretariat"}
    roles |= {people()[0].number: "practitioner"} if practitioner else {}
    typer.echo("\nTo sign in, with a one-time password that the portal asks you to change:")
    with opened(url, make=True) as desk:
        for name, role in roles.items():
            with recorded(desk, "create", f"account/{name}"):
                password = desk.accounts.add(name, [role])
            typer.echo(f"  {name:12} {password}  ({role})")
    typer.echo("Without signing in you see the checked file; who signs in sees their own files.")
    return url


def _make_room(out: Path) -> None:
    from medicomut.errors import Place, Problem, Problems

    out.mkdir(parents=True, exist_ok=True)
    others = sorted(path.name for path in out.iterdir() if path.name not in NAMES)
    if others:
        raise Problems([Problem("folder_in_use", f"the folder holds {', '.join(others[:3])}", Place(file=str(out)),
                                "the demonstration clears its folder", "name a folder of its own")])  # fmt: skip
    for path in out.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _serve(data: Path, people: Path, lines: Path, fees: Path, port: int, register: str | None, store: str) -> None:
    """Serve the portal on this machine, open to whoever is on it, with the lines as a job; Ctrl-C ends it.

    The register's clock stands at the last evening of its window.
    """
    from datetime import timedelta

    from medicomut.accession.demonstration import AGREEMENT, PUBLISHED, REFUSED
    from medicomut.api.access import OPEN
    from medicomut.api.job_store import JobStore
    from medicomut.api.settings import Settings
    from medicomut.cli.serve import listen

    jobs = JobStore(data)
    folder = jobs.begin()
    for file in (lines, people):
        shutil.copyfile(file, folder / file.name)
    jobs.submit(folder, owner=OPEN.name, lines=lines.name, people=people.name, result="result.parquet",
                title=f"synthetic-{lines.name}")  # fmt: skip
    port = _free(port)
    typer.echo(f"\nThe portal, with these lines as a checked file: http://{HOST}:{port}/\nCtrl-C ends it.")
    settings = Settings(data=data, store=store, open=True, fees=fees, practitioners=people)
    if register:
        settings = replace(
            settings, practitioners=None, register=register, publications={AGREEMENT: PUBLISHED},
            trial_now=REFUSED + timedelta(hours=1),
        )  # fmt: skip
    listen(settings, HOST, port)


def _free(port: int) -> int:
    """Return the port, or another one where somebody listens at it already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that a server has just left is free
        try:
            probe.bind((HOST, port))
        except OSError:
            probe.bind((HOST, 0))
        found: int = probe.getsockname()[1]
    return found


def _verified(agreement: str) -> str:
    from medicomut.agreement import load, verify

    report = verify(load(agreement)).to_dict("en")
    counts = (("printed totals", "totals"), ("pro-ratas of the year", "prorata"), ("internal references", "references"))
    held = "\n".join(f"  {report[key]['held']} of {report[key]['of']} {name} hold" for name, key in counts)
    return f"{held}\n  {len(report['findings'])} contradictions, gaps and errata of the text are named"


def _a_line_to_ask_about(checked: Path) -> int:
    """Return the first line with an excess, else the first."""
    import polars as pl

    excess = pl.scan_csv(checked).filter(pl.col("verdict") == "excess").select("line_id").head(1).collect()
    return int(excess.item()) if len(excess) else 0


if __name__ == "__main__":
    typer.run(demo)
