"""The process that works on a job's files, told and telling in JSON: mostly `medicomut check`.

It runs in the job's folder, reads what to do from its first line of input, writes a line for each step, and ends
when its input does: the server that started it is gone, and the next one begins the job again. Whatever reads what
somebody sent happens here, within the bounds of a job, and never in the server.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import struct
import sys
import threading
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from medicomut.errors import Place, Problem, Problems

if TYPE_CHECKING:
    from medicomut.engines.files import Source

NICENESS = 10
MESSAGES = (".json", ".xml")

REGISTER_TABLE: Final = "register.csv"
"""The table of practitioners that a worker writes from the register, where none was sent."""

PIECE: Final = 1 << 20
LOCAL_HEADER: Final = 30
_LENGTHS: Final = struct.Struct("<HH")
"""Of the name and of what follows it: the last two fields of the header before a member of an archive."""


def main() -> None:
    """Do the job named on standard input."""
    asked = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    _be_modest(asked["memory"])
    try:
        _tell(TASKS[asked["task"]](asked))
    except Problems as found:
        _tell({"problems": [problem.to_dict() for problem in found.problems]})
    except MemoryError:
        _tell({"problems": [_too_large(f"the job needs more than {asked['memory']} bytes of memory").to_dict()]})


def _tell(content: dict[str, Any]) -> None:
    print(json.dumps(content), flush=True)


def _end_with_the_server() -> None:
    sys.stdin.read()
    os._exit(1)


def _be_modest(memory: int) -> None:
    """Leave the processor to requests, and never take more memory than allowed."""
    if os.name != "posix":
        return
    import resource  # noqa: PLC0415 - there is none elsewhere

    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def _too_large(what: str) -> Problem:
    return Problem("unpacks_too_large", what, mend="send it in parts")


def _check(asked: dict[str, Any]) -> dict[str, Any]:
    from medicomut.engines.job import check_file  # noqa: PLC0415 - after the limits are set
    from medicomut.engines.people import read_practitioners  # noqa: PLC0415
    from medicomut.tariff.conditions import Conditions  # noqa: PLC0415
    from medicomut.tariff.fee_table import FeeTable  # noqa: PLC0415
    from medicomut.tariff.fees import FeeSchedule  # noqa: PLC0415
    from medicomut.tariff.price import Pricer  # noqa: PLC0415

    lines, people = _files(asked)
    schedule = FeeSchedule.load(Path(asked["fees"])) if asked["fees"] else FeeSchedule.load()
    conditions, fees = Conditions(asked["readings"]), FeeTable(schedule)
    table = read_practitioners(people) if people else None
    source = _opened(lines, asked["columns"], asked["written"])
    _refuse_many(source.rows or 0, lines, asked["most"])

    def progress(done: int) -> None:
        _refuse_many(done, lines, asked["most"])
        _tell({"done": done, "total": source.rows})

    summary = check_file(source, Path(asked["result"]), conditions, fees, table, progress)
    return {"summary": summary.to_dict(), "receipt": Pricer(conditions, fees).receipt}


def _files(asked: dict[str, Any]) -> tuple[Path, Path | None]:
    """Return the file of lines and that of practitioners; raises `Problems` where one would unpack too large."""
    lines, people = Path(asked["lines"]), Path(asked["people"]) if asked["people"] else None
    if people is not None and people.name == REGISTER_TABLE and not people.exists():
        _write_table(people, asked["register"], asked["known_at"])
    for path in filter(None, (lines, people)):
        refuse_bomb(path, asked["unpacked"])
    return lines, people


def _write_table(path: Path, register: str, known_at: str) -> None:
    """Write from when to when everybody in the register had which status, as known at an instant."""
    from medicomut.accession.status import term_of  # noqa: PLC0415 - after the limits are set
    from medicomut.accession.status_table import COLUMNS, status_rows  # noqa: PLC0415
    from medicomut.accession.window import signed_window  # noqa: PLC0415
    from medicomut.agreement import available, load  # noqa: PLC0415
    from medicomut.store import Ledger, open_existing  # noqa: PLC0415
    from medicomut.store.register import Register  # noqa: PLC0415

    terms = [term_of(load(named)) for named in available()]
    engine = open_existing(register)
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        histories = Register(Ledger(engine), signed_window).histories(datetime.fromisoformat(known_at))
        writer.writerows(status_rows(histories, terms))
    engine.dispose()
    part.replace(path)


def _opened(lines: Path, columns: dict[str, str], written: dict[str, str]) -> Source:
    """Open a file of lines, or an eAttest or eTariff request; raises `Problems`."""
    from medicomut import fhir  # noqa: PLC0415 - after the limits are set
    from medicomut.engines import files  # noqa: PLC0415

    if lines.suffix not in MESSAGES:
        return files.open_lines(lines, columns=columns, written=written)
    bundle = fhir.read_bundle(lines)
    if not bundle.lines:
        raise Problems(bundle.problems or [Problem("no_lines", "it holds no line of care", Place(file=str(lines)))])
    return files.from_rows(lines, bundle.lines)


def _preview(asked: dict[str, Any]) -> dict[str, Any]:
    from medicomut.engines.browse import preview  # noqa: PLC0415 - after the limits are set
    from medicomut.engines.people import read_practitioners  # noqa: PLC0415

    lines, people = _files(asked)
    found = preview(_opened(lines, {}, {}))
    if found["rows"] == 0:
        raise Problems([Problem("no_lines", "there is no line below the header", Place(file=str(lines)))])
    _refuse_many(found["rows"] or 0, lines, asked["most"])
    return {"preview": found | {"people": len(read_practitioners(people)) if people else None}}


def _make(asked: dict[str, Any]) -> dict[str, Any]:
    from medicomut.engines import browse, downloads  # noqa: PLC0415 - after the limits are set

    result, name = Path(asked["result"]), Path(asked["file"])
    if name.name == browse.TABLE:
        browse.write(result, Path(asked["people"]) if asked["people"] else None)
    else:
        downloads.write(result, name)
    return {"made": name.name}


def _declarations(asked: dict[str, Any]) -> dict[str, Any]:
    from medicomut.engines.declarations import declaration_rows  # noqa: PLC0415 - after the limits are set

    path, _ = _files(asked)
    rows = declaration_rows(path)
    _refuse_many(len(rows), path, asked["most"])
    return {"rows": rows}


TASKS = {"check": _check, "preview": _preview, "make": _make, "declarations": _declarations}
"""What may be asked: the check; what the file looks like; another file made of the result; rows for the register."""


def _refuse_many(rows: int, lines: Path, most: int) -> None:
    if rows > most:
        raise Problems(
            [Problem("too_many_lines", f"more than {most} lines", Place(file=str(lines)), mend="send parts")]
        )


def refuse_bomb(path: Path, most: int) -> None:
    """Raise `Problems` (`unpacks_too_large`) for a workbook that unpacks to more than `most` bytes.

    A workbook is an archive, read whole. How large its members say they are proves nothing: each is unpacked, piece
    by piece and kept nowhere, until it ends or the limit is passed. Also `bad_workbook`, for a member packed in a way
    that workbooks do not have (ISO/IEC 29500-2, C.3). Parquet is read in pieces, within the memory of the job.
    """
    if path.suffix.lower() != ".xlsx":
        return
    size = 0
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            for member in archive.infolist():
                for piece in _unpacked(file, member):
                    size += len(piece)
                    if size > most:
                        raise Problems([_too_large(f"the workbook unpacks to more than {most} bytes")])
    except (zipfile.BadZipFile, NotImplementedError):
        return  # the reader of workbooks names what is wrong with it


def _unpacked(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what a member of an archive unpacks to, in pieces of `PIECE` bytes at most, as far as it can be read."""
    try:
        file.seek(member.header_offset)
        name, extra = _LENGTHS.unpack(file.read(LOCAL_HEADER)[-_LENGTHS.size :])
    except (OSError, ValueError, struct.error):
        return  # it lies nowhere in the file; the members after it are looked at all the same
    file.seek(name + extra, os.SEEK_CUR)
    packed = iter(partial(file.read, PIECE), b"")
    if member.compress_type == zipfile.ZIP_STORED:
        yield from _first(member.compress_size, packed)
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        what = "a part of the workbook is packed in a way that workbooks do not have"
        raise Problems([Problem("bad_workbook", what, mend="save it again")])
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    with contextlib.suppress(zlib.error):  # broken from here on: it unpacks to no more
        for piece in _first(member.compress_size, packed):
            rest = piece
            while rest and not inflating.eof:
                yield inflating.decompress(rest, PIECE)
                rest = inflating.unconsumed_tail
        while not inflating.eof and (piece := inflating.decompress(b"", PIECE)):
            yield piece


def _first(count: int, pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        if count <= 0:
            return
        yield piece[:count]
        count -= len(piece)


if __name__ == "__main__":
    main()
