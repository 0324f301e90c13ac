"""What an eAttest says was charged: each item's fee and supplement, and whether the sums hold.

`net` is the amount within the legal fee and the supplement comes on top of it, so a charge is their sum
(`docs/decisions/0001-charge-of-an-eattest.md`).
"""

from __future__ import annotations

import re
from typing import Final

from medicomut.fhir.elements import Element
from medicomut.fhir.message import Message
from medicomut.money import format_eur

ITEM_SUPPLEMENT: Final = "be-ext-eattestation-item-supplement"
SUPPLEMENT: Final = "be-ext-eattestation-supplement"
NORM: Final = "be-cs-claim-norm-code"
NO_NORM: Final = "0"
_WHOLE = re.compile(r"([0-9]{1,9})(?:\.0+)?")


def charges(message: Message, claim: Element) -> list[int | None]:
    """Return the charge of each item in cents, None where it is not known; a fault or warning then says why.

    An item that states no supplement had none only if the other items account for the whole supplement of the
    claim. An item of several units has no charge of its own: the agreement fixes the fee of one service.
    Warnings where the guide's sums do not hold: `total_differs`, `supplement_differs`, `net_differs`.
    """
    items = claim.all("item")
    nets = [_net(message, item) for item in items]
    stated = [_supplement(item) is not None for item in items]
    supplements = [message.money(_supplement(item)) for item in items]
    _check_total(message, claim, nets)
    accounted = _supplement_accounted(message, claim, stated, supplements)
    norms = _norms(claim)
    found: list[int | None] = []
    for item, net, supplement, is_stated in zip(items, nets, supplements, stated, strict=True):
        if not is_stated and not accounted:
            what = "no supplement is stated, and the claim's does not show that there was none"
            message.warn("supplement_not_stated", item, what, "state it, 0 where there was none", field="extension")
        if not is_stated and accounted:
            supplement = 0  # noqa: PLW2901  (the claim says so)
        single = _single_unit(message, item)
        _warn_of_norm(message, item, norms)
        found.append(net + supplement if net is not None and supplement is not None and single else None)
    return found


def _supplement(item: Element) -> Element | None:
    extension = item.extension(ITEM_SUPPLEMENT)
    return (extension.first("valueMoney") or extension) if extension is not None else None


def _net(message: Message, item: Element) -> int | None:
    """Return the item's amount within the legal fee; the price of one unit stands in for a missing `net`."""
    price, units = item.first("unitPrice"), _units(item)
    unit = message.money(price)
    if item.first("net") is None:
        if price is None or units is None:
            what = "neither net nor a unit price with a quantity is stated"
            message.fault("missing_amount", item, what, "state the amount within the legal fee", field="net")
        return unit * units if unit is not None and units is not None else None
    net = message.money(item.first("net"))
    if net is not None and unit is not None and units is not None and net != unit * units:
        what = f"net is {_eur(net)}, the unit price times {units} is {_eur(unit * units)}"
        message.warn("net_differs", item, what, "correct one of them; net was taken", field="net")
    return net


def _units(item: Element) -> int | None:
    """Return how many times the service was given; None where it is not a whole number."""
    quantity = item.text("quantity", "value")
    if quantity is None:
        return 1 if item.first("quantity") is None else None
    whole = _WHOLE.fullmatch(quantity)
    return int(whole[1]) if whole else None


def _single_unit(message: Message, item: Element) -> bool:
    if _units(item) == 1:
        return True
    what = f"the quantity is {item.text('quantity', 'value') or 'empty'}"
    message.fault(
        "several_units",
        item,
        what,
        "give one item for each service",
        why="a line of care is one service; the charge is left out",
        field="quantity",
    )
    return False


def _norms(claim: Element) -> dict[str, list[str]]:
    """Return the application norms a claim states, by the sequence under which its items name them."""
    found: dict[str, list[str]] = {}
    for info in claim.all("supportingInfo"):
        norms = [norm for norm in info.codes("code", system=NORM) if norm != NO_NORM]
        if norms and (sequence := info.text("sequence")) is not None:
            found.setdefault(sequence, []).extend(norms)
    return found


def _warn_of_norm(message: Message, item: Element, norms: dict[str, list[str]]) -> None:
    """Warn of an application norm: it can change the fee, and what each code does to it is not held here."""
    named = dict.fromkeys(sequence.value for sequence in item.all("informationSequence"))
    for norm in [norm for sequence in named for norm in norms.get(sequence or "", ())]:
        what = f"the item states application norm {norm}"
        mend = "check the fee by hand; the full fee is compared"
        message.warn("norm_not_read", item, what, mend, field="informationSequence")


def _check_total(message: Message, claim: Element, nets: list[int | None]) -> None:
    element = claim.first("total")
    total, known = message.money(element), [net for net in nets if net is not None]
    if element is None:
        what = "no total is stated, so the sum of the items cannot be checked"
        message.warn("missing_total", claim, what, "state the sum of the items' net", field="total")
    elif total is not None and len(known) == len(nets) and total != sum(known):
        what = f"the total is {_eur(total)}, the items' net add up to {_eur(sum(known))}"
        message.warn("total_differs", element, what, "correct the total or an item")


def _supplement_accounted(message: Message, claim: Element, stated: list[bool], supplements: list[int | None]) -> bool:
    """Whether the supplements that the items state add up to the claim's."""
    extension = claim.extension(SUPPLEMENT)
    if extension is None:
        what = "no supplement is stated for the whole claim"
        why = "the guide requires it of physicians and dentists"
        message.warn("missing_supplement", claim, what, "state it, 0 where there was none", why=why, field="extension")
        return False
    whole = message.money(extension.first("valueMoney") or extension)
    known = [supplement for supplement in supplements if supplement is not None]
    if whole is None or len(known) != sum(stated):
        return False
    if whole != sum(known):
        what = f"the claim's supplement is {_eur(whole)}, the items' add up to {_eur(sum(known))}"
        message.warn("supplement_differs", extension, what, "correct the claim's supplement or an item's")
    return whole == sum(known)


def _eur(amount: int) -> str:
    return format_eur(amount, "en")
