"""What is no request, or none that can be read: named, and nothing stops the reader."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from line_cases import BUNDLES, Bundle, changed

from medicomut.fhir import is_bundle, read_bundle
from medicomut.tariff.vocabulary import LINE_COLUMNS

# --- what is no request -----------------------------------------------------------------------------------


def _event(bundle: Bundle, code: str) -> None:
    bundle["entry"][0]["resource"]["eventCoding"]["code"] = code


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (lambda bundle, _: _event(bundle, "eattest-cancel"), ["unknown_event"]),
        (lambda bundle, _: bundle["entry"][0]["resource"].update(response={"code": "ok"}), ["response"]),
        (lambda bundle, _: bundle["entry"].pop(0), ["missing_message_header"]),
        (lambda bundle, _: bundle.update(resourceType="Parameters"), ["not_a_bundle"]),
        (lambda bundle, _: bundle.pop("resourceType"), ["not_a_bundle"]),
        (lambda bundle, _: bundle["entry"].pop(), ["missing_claim", "unknown_reference"]),
        (lambda bundle, _: bundle.pop("id"), ["missing_id"]),
        (lambda _, claim: claim.update(status="cancelled"), ["claim_not_active"]),
        (lambda _, claim: claim.update(item=[], total={"value": 0, "currency": "EUR"}), ["missing_item"]),
        (lambda bundle, _: bundle["entry"][3]["resource"].pop("identifier"), ["missing_patient"]),
        (lambda _, claim: claim.pop("patient"), ["missing_patient"]),
    ],
)
def test_what_cannot_be_used_is_named(
    change: Callable[[Bundle, Bundle], object], faults: list[str], tmp_path: Path
) -> None:
    codes = [problem.code for problem in read_bundle(changed(tmp_path, change)).problems]
    assert [code for code in codes if code != "supplement_differs"] == faults


def test_a_response_is_told_from_an_unknown_event(tmp_path: Path) -> None:
    def response(bundle: Bundle, _: Bundle) -> None:
        _event(bundle, "eattestresponse-create")
        bundle["entry"][0]["resource"]["response"] = {"identifier": "1", "code": "ok"}

    read = read_bundle(changed(tmp_path, response))
    assert ([p.code for p in read.problems], read.lines, read.kind) == (["response"], [], None)


def test_two_claims_in_one_message_are_both_given(tmp_path: Path) -> None:
    def again(bundle: Bundle, _: Bundle) -> None:
        another = json.loads(json.dumps(bundle["entry"][-1]))
        another["resource"]["id"] = "another"
        another["fullUrl"] = "urn:uuid:another"
        bundle["entry"].append(another)

    read = read_bundle(changed(tmp_path, again))
    assert [problem.code for problem in read.problems] == ["several_claims"]
    assert len({line["line_id"] for line in read.lines}) == 4


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"resourceType": "Bundle", "entry": [', "bad_json"),
        (b'{"resourceType": "Bundle", "id": "a", "id": "b"}', "repeated_key"),
        (b'{"resourceType": "Bundle", "x": NaN}', "bad_json"),
        (b"[]", "bad_json"),
        (b'{"resourceType": "Bundle", "x": "\xff"}', "not_utf8"),
        (b'<Bundle xmlns="http://hl7.org/fhir"><id value="a"/>', "bad_xml"),
        (b'<!DOCTYPE x [<!ENTITY a "a">]><Bundle xmlns="http://hl7.org/fhir"/>', "doctype"),
        (b'<Bundle xmlns="urn:another"/>', "not_a_bundle"),
        (b'{"resourceType": "Bundle", "entry": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"),
    ],
)
def test_a_file_that_is_no_document(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "document"
    path.write_bytes(content)
    read = read_bundle(path)
    assert ([problem.code for problem in read.problems], read.lines) == ([code], [])


def _nodes(part: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    members = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [path, *(node for key, value in members for node in _nodes(value, (*path, key)))]


STRANGE: tuple[Any, ...] = (None, "", 0, [], {}, "x", [None], {"a": 1}, {"resourceType": "Claim"}, True)
MODEL = json.loads((BUNDLES / "etariff_several_services.json").read_text())


@given(st.lists(st.tuples(st.sampled_from(_nodes(MODEL)[1:]), st.sampled_from(STRANGE)), min_size=1, max_size=3))
def test_no_bundle_however_strange_stops_the_reader(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[tuple[str | int, ...], object]]
) -> None:
    bundle = json.loads(json.dumps(MODEL))
    for path, value in changes:
        with suppress(LookupError, TypeError):  # an earlier change took this part away
            reduce(lambda part, key: part[key], path[:-1], bundle)[path[-1]] = deepcopy(value)
    file = tmp_path_factory.mktemp("strange") / "bundle.json"
    file.write_text(json.dumps(bundle))
    read = read_bundle(file)
    assert all(set(line) <= set(LINE_COLUMNS) for line in read.lines)
    assert read.lines or read.problems


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.json"
    assert not is_bundle(path)
    assert [problem.code for problem in read_bundle(path).problems] == ["missing_file"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'\xef\xbb\xbf{"resourceType" : "Bundle"}', True),
        (b'{"entry": [' + b" " * 200_000 + b'], "resourceType": "Bundle"}', True),
        (b'<?xml version="1.0"?>\n<!-- x --><Bundle xmlns="http://hl7.org/fhir">', True),
        (b'<f:Bundle xmlns:f="http://hl7.org/fhir"/>', True),
        (b"<!-- x --><?p?>\n" * 3_000 + b"<Bundle>", True),
        (b"<!---->" * 9_000 + b"<x", False),
        (b"<NOMEN_FEECODES><fee_code>1</fee_code></NOMEN_FEECODES>", False),
        (b'{"code": "101032", "date": "2020-02-04"}\n{"code": "101032", "date": "2020-02-05"}\n', False),
        (b"code,date\n101032,2020-02-04\n", False),
        (b"", False),
    ],
)
def test_a_bundle_is_told_from_other_files_by_its_look(content: bytes, expected: bool, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert is_bundle(path) is expected
