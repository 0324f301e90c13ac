"""Whatever is sent, an answer comes back that the official models accept, and nothing is raised."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from fhir_cases import NOW, bundle, doctors, extensions, of_type, one, valid, values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medicomut.errors import Problems
from medicomut.fhir.answer import process_message
from medicomut.fhir.exact import Resource, read_json, write_json
from medicomut.fhir.operations import claim_check, claim_submit
from medicomut.fhir.validate import validate
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.price import Pricer

RELAXED = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
"""The first answer reads the words of four languages, which takes longer than the others."""

ETARIFF = ("etariff_general_practice_holder", "etariff_several_services")
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.decimals(allow_nan=False, allow_infinity=False), st.text(),
    st.sampled_from(["", " ", "\x00", "\ud800", "0", "-1", "1e9", "2020-02-30", "999999", "Claim", "urn:uuid:x"]),
    st.lists(st.text(), max_size=2), st.dictionaries(st.text(), st.text(), max_size=2), st.builds(list),
)  # fmt: skip


def places(node: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a document."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [at, *(place for key, value in inner for place in places(value, (*at, key)))] if at else [
        place for key, value in inner for place in places(value, (*at, key))
    ]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, *bundles: str) -> Resource:
    """One of our requests with up to three places removed, doubled or replaced by something odd."""
    document = deepcopy(bundle(draw(st.sampled_from(bundles))))
    for _ in range(draw(st.integers(1, 3))):
        found = places(document)
        if not found:
            break
        *way, last = draw(st.sampled_from(found))
        holder: Any = document
        for key in way:
            holder = holder[key]
        kind = draw(st.sampled_from(["remove", "double", "replace"]))
        if kind == "remove":
            del holder[last]
        elif kind == "double" and isinstance(holder, list):
            holder.append(deepcopy(holder[int(last)]))
        else:
            holder[last] = draw(ODD)
    return document


@pytest.fixture(scope="module")
def priced(conditions: Conditions, fees: FeeTable) -> Pricer:
    return Pricer(conditions, fees, doctors("partial", "tue 09:00-13:00@A"))


def sound(answer: Resource) -> None:
    """A response or a reject whose references lead somewhere, whose sums hold, and which the guide allows."""
    header = one(valid(answer), "MessageHeader")
    assert header["eventCoding"]["code"] in {"etariffresponse-consult", "reject"}
    assert set(values(answer, "reference")) <= {entry["fullUrl"] for entry in answer["entry"]}
    assert [p for p in validate(answer, strict=True) if p.code != "missing_element"] == []
    for response in of_type(answer, "ClaimResponse"):
        for item in response["addItem"]:
            split = [e["valueMoney"]["value"] for name in ("reimbursement", "patientfee")
                     for e in extensions(item, f"be-ext-mycarenet-item-{name}")]  # fmt: skip
            assert len(split) in {0, 2}
            assert not split or sum(split) == item["net"]["value"]


@RELAXED
@given(request_=mutated(*ETARIFF), strict=st.booleans())
def test_any_mutation_of_a_tariff_request_is_answered(priced: Pricer, request_: Resource, strict: bool) -> None:
    sound(process_message(request_, priced, strict, now=NOW))


@RELAXED
@given(message=mutated("eattest_general_practice", *ETARIFF), alone=st.booleans(), strict=st.booleans())
def test_any_mutation_of_a_claim_is_answered(priced: Pricer, message: Resource, alone: bool, strict: bool) -> None:
    entries = message.get("entry")
    last = entries[-1] if isinstance(entries, list) and entries else {}
    claim = last.get("resource") if isinstance(last, dict) else None
    sent = claim if alone and isinstance(claim, dict) else message
    for operation in (claim_check, claim_submit):
        assert valid(operation(sent, priced, strict, now=NOW))["resourceType"] in {
            "Parameters", "ClaimResponse", "OperationOutcome",
        }  # fmt: skip


@RELAXED
@given(st.recursive(ODD, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10))
def test_a_document_that_has_nothing_of_fhir(priced: Pricer, document: Any) -> None:
    for kind in ("Bundle", "Claim", 7):
        body = document if isinstance(document, dict) else {"entry": document, "item": document}
        valid(claim_submit(body | {"resourceType": kind}, priced))
        sound(process_message(body | {"resourceType": kind}, priced, now=NOW))


# --- JSON ---------------------------------------------------------------------------------------------------


@given(st.binary() | st.text())
def test_no_body_makes_reading_fail_otherwise_than_by_a_named_fault(body: bytes | str) -> None:
    found: list[str] = []
    try:
        document = read_json(body)
    except Problems as refused:
        found = [problem.code for problem in refused.problems]
    else:
        assert isinstance(document, dict)
    assert set(found) <= {"bad_json", "not_utf8", "repeated_key"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"\xff{}", "not_utf8"), (b"[]", "bad_json"), (b'{"a": NaN}', "bad_json"), (b'{"a"', "bad_json"),
        (b'{"a": 1, "a": 2}', "repeated_key"), (b"[" * 100_000, "too_deep"),
    ],
)  # fmt: skip
def test_a_body_that_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(Problems) as refused:
        read_json(body)
    assert [problem.code for problem in refused.value.problems] == [code]


@given(st.integers(0, 10**11))
def test_an_amount_is_written_with_two_decimals_and_read_back_exactly(cents: int) -> None:
    written = f'{{"value":{cents // 100}.{cents % 100:02}}}'.encode()
    assert write_json(read_json(written)) == written


def test_a_long_number_is_read_and_written_and_one_without_end_refused() -> None:
    """No amount has so many digits; 1e999999999 would have a billion of them once it is reckoned with."""
    digits = b"9" * 60
    assert write_json(read_json(b'{"n":' + digits + b"}")) == b'{"n":' + digits + b"}"
    for number in (b"9" * 61, b"1e999999999", b"0." + b"1" * 60):
        with pytest.raises(Problems) as refused:
            read_json(b'{"n":' + number + b"}")
        assert [problem.code for problem in refused.value.problems] == ["number_too_long"]
