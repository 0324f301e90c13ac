"""What a name in a statement's expression stands for: a parameter as printed, or a cell of the annex."""

from fractions import Fraction

from medicomut.agreement.model import Agreement, Parameter, Value

# How many of what is kept make one of what is printed: cents to the euro, hundredths to the percent.
_SCALE = {"eur": Fraction(1, 100), "percent": Fraction(100)}
_NO_NUMBER = ("date", "month", "time", "codes")


def printed_number(unit: str, value: Value) -> Fraction:
    """Return a value as printed, in its own unit: cents as euro, 39/2000 as 1.95 percent."""
    if not isinstance(value, int | Fraction):
        raise TypeError(f"{value!r} ({unit}) is not a number")
    return Fraction(value) * _SCALE.get(unit, 1)


def name_fault(agreement: Agreement, name: str) -> str | None:
    """Return why ``name`` stands for no number in ``agreement``, or ``None`` when it does."""
    if name.startswith("annex."):
        return None if name in annex_cells(agreement) else f"the annex has no cell {name!r}"
    found = [parameter for parameter in agreement.parameters if parameter.id == name]
    if not found:
        return f"no parameter {name!r}"
    return _parameter_fault(found[0])


def _parameter_fault(parameter: Parameter) -> str | None:
    if parameter.unit in _NO_NUMBER:
        return f"parameter {parameter.id!r} is a {parameter.unit}, not a number"
    if len(parameter.values) != 1:
        return f"parameter {parameter.id!r} has {len(parameter.values)} values, so which one is not said"
    return None


def names(agreement: Agreement) -> dict[str, Fraction]:
    """Return the number each name stands for.

    Whoever looks up another name has not checked with ``name_fault``.
    """
    numbers = {
        parameter.id: printed_number(parameter.unit, parameter.values[0].value)
        for parameter in agreement.parameters
        if _parameter_fault(parameter) is None
    }
    return numbers | annex_cells(agreement)


def annex_cells(agreement: Agreement) -> dict[str, Fraction]:
    """Return every cell of the annex by name, in thousands of euro; an empty cell is 0."""
    if agreement.annex is None:
        return {}
    rows = {f"annex.{block.id}.{line.id}": line.printed for block in agreement.annex.blocks for line in block.lines}
    rows |= {f"annex.{block.id}.total": block.total for block in agreement.annex.blocks}
    rows |= {
        "annex.balance" if total.minus else f"annex.total.{total.id}": total.printed for total in agreement.annex.totals
    }
    return {
        f"{row}.{column}": Fraction(amount or 0)
        for row, printed in rows.items()
        for column, amount in (("in_year", printed.in_year), ("annual", printed.annual))
    }
