"""Numbers that carry a check: INAMI numbers, NISS, nomenclature codes; each check says why a number is wrong.

python-stdnum knows the NISS; the INAMI number and the nomenclature code are ours, it has neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from medicomut.errors import Problem, Problems

Profession = Literal["gp", "specialist"]
Setting = Literal["ambulatory", "hospital"]

# Numbers issued since 1 April 2019 (nurses, midwives: since 2012) may carry a check under the second modulus.
INAMI_MODULI: Final = (97, 89)
# First six digits of the numbers we make up. The register reserves no range for tests, so a number of this
# block may exist: it stands for a synthetic person only in files that say so.
SYNTHETIC_FIRST, SYNTHETIC_COUNT = 190_000, 10_000


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of checking a number.

    `normalised` holds the bare digits of a valid number. `kind` is the modulus that holds (`97`, `89`) for an
    INAMI number, `national` or `bis` for a NISS, the setting for a nomenclature code. For a wrong number,
    `code` (`length`, `not_digits`, `profession_digit`, `check_digit`, `birth_date`) and the sentence `why`
    tell what is wrong.
    """

    valid: bool
    normalised: str | None = None
    kind: str | None = None
    code: str | None = None
    why: str | None = None


def check_inami(text: str) -> Check:
    """Check an INAMI number, T SSSSS CC QQQ: profession, serial, check digits, competence.

    CC is 97 (or 89) less the remainder of the first six digits. Separators are ignored.
    Source: INAMI, structure of the number and the note on modulus 89 of 1 April 2019.
    """
    digits, fault = _digits(text, 11, "an INAMI number")
    if fault is not None:
        return fault
    if digits[0] == "0":
        return _wrong("profession_digit", "an INAMI number starts with a profession, 1 to 9, found 0")
    six, found = int(digits[:6]), int(digits[6:8])
    for modulus in INAMI_MODULI:
        if found == modulus - six % modulus:
            return Check(valid=True, normalised=digits, kind=str(modulus))
    expected = " or ".join(f"{m - six % m:02d} (modulus {m})" for m in INAMI_MODULI)
    return _wrong("check_digit", f"digits 7 and 8 are {expected}, found {found:02d}")


def profession_of(inami: str) -> Profession | None:
    """Return what a doctor's INAMI number says of its holder: its last three digits are the competence.

    001 to 009 is general practice, 010 and above a specialty (trainees included). None for a number that is
    not valid, is not a doctor's (first digit 1), or has competence 000 (no title).
    Source: INAMI competence codes.
    """
    number = check_inami(inami).normalised
    if number is None or number[0] != "1" or number.endswith("000"):
        return None
    return "gp" if int(number[8:]) < 10 else "specialist"


def synthetic_inami(serial: int, competence: str) -> str:
    """Make up a doctor's INAMI number that is valid under modulus 97, in the block 1 90000 to 1 99999.

    `serial` runs from 0 to 9999; `competence` is three digits. Raises `Problems` (`synthetic_range`).
    """
    if not 0 <= serial < SYNTHETIC_COUNT or len(competence) != 3 or not _is_digits(competence):
        raise Problems(
            [
                Problem(
                    code="synthetic_range",
                    what=f"serial {serial} with competence {competence!r} is outside the synthetic block",
                    why="made-up numbers stay in one block, so that they are recognised",
                    mend=f"use a serial from 0 to {SYNTHETIC_COUNT - 1} and a competence of three digits",
                )
            ]
        )
    six = SYNTHETIC_FIRST + serial
    return f"{six}{97 - six % 97:02d}{competence}"


def is_synthetic_inami(inami: str) -> bool:
    """Whether a valid number lies in the block of `synthetic_inami`."""
    number = check_inami(inami).normalised
    return number is not None and 0 <= int(number[:6]) - SYNTHETIC_FIRST < SYNTHETIC_COUNT


def check_niss(text: str) -> Check:
    """Check a NISS, of the national register or BIS (month raised by 20 or 40); separators are ignored.

    Its last two digits are 97 less the remainder of the first nine, a 2 before them for births from 2000.
    """
    from stdnum.be import bis, nn  # noqa: PLC0415  (needed by registers only)

    digits, fault = _digits(text, 11, "a NISS")
    if fault is not None:
        return fault
    for kind, module in (("national", nn), ("bis", bis)):
        if module.is_valid(digits):
            return Check(valid=True, normalised=digits, kind=kind)
    first, found = digits[:9], int(digits[9:])
    expected = [97 - int(century + first) % 97 for century in ("", "2")]
    if found not in expected:
        return _wrong(
            "check_digit",
            f"the last two digits are {expected[0]:02d} (born before 2000) or {expected[1]:02d} (from 2000), "
            f"found {found:02d}",
        )
    return _wrong(
        "birth_date",
        f"{digits[:6]} is no past date of birth (YYMMDD; for a BIS number the month is raised by 20 or 40)",
    )


def check_nomenclature(text: str) -> Check:
    """Check a nomenclature code: its sixth digit is the remainder of the first five divided by 7.

    No public text states the rule; every code of the agreement of 2020 and every public code seen obeys it.
    """
    digits, fault = _digits(text, 6, "a nomenclature code")
    if fault is not None:
        return fault
    root, found = divmod(int(digits), 10)
    if found != root % 7:
        return _wrong("check_digit", f"the sixth digit of {digits[:5]}x is {root % 7}, found {found}")
    return Check(valid=True, normalised=digits, kind="ambulatory" if root % 2 else "hospital")


def setting_of(code: str) -> Setting:
    """Return where a code is attested: an odd root (first five digits) is ambulatory, an even one hospital.

    Raises `Problems` (`bad_nomenclature_code`).
    """
    return "ambulatory" if _root(code) % 2 else "hospital"


def twin(code: str) -> str:
    """Return the code of the next root: the hospital code of a service whose ambulatory code is given.

    It is 11 higher, or 4 where the check digit wraps (597726 gives 597730). This is arithmetic: whether the
    nomenclature uses the twin is not known here, nor whether `code` is itself a hospital code (`setting_of`).
    Raises `Problems` (`bad_nomenclature_code`).
    """
    root = _root(code) + 1
    if root > 99_999:
        raise _bad_code(code, "no root follows 99999")
    return f"{root:05d}{root % 7}"


def _root(code: str) -> int:
    check = check_nomenclature(code)
    if check.normalised is None:
        raise _bad_code(code, str(check.why))
    return int(check.normalised[:5])


def _bad_code(code: str, why: str) -> Problems:
    return Problems([Problem(code="bad_nomenclature_code", what=f"{code!r}: {why}", mend="check it for a slip")])


def _digits(text: str, length: int, name: str) -> tuple[str, Check | None]:
    bare = text.translate(str.maketrans("", "", " .-/"))
    if not _is_digits(bare):
        return bare, _wrong("not_digits", f"{name} is made of digits, found {text!r}")
    if len(bare) != length:
        return bare, _wrong("length", f"{name} has {length} digits, found {len(bare)}")
    return bare, None


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _wrong(code: str, why: str) -> Check:
    return Check(valid=False, code=code, why=why)
