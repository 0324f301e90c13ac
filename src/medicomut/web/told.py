"""Faults in the words of somebody who sent a file or filled in a form, in their language.

A fault says in English what was found, where, and how to mend it. The commonest are said here as a sentence of the
catalogues; what was found stands beside it as the fault says it, unless the sentence says it all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from medicomut.errors import Problem
from medicomut.web.written import N_

SENTENCES: Final[Mapping[str, str]] = {
    "unknown_media_type": N_(
        "This is no kind of file read here: send .csv, .xlsx, .parquet, .jsonl, or a FHIR message."
    ),
    "bad_upload": N_("No file of lines was chosen."),
    "too_many_jobs": N_("No more files are kept here. Delete those whose result you have."),
    "no_header": N_("The file is empty, or its first line is: the first line names the columns."),
    "no_lines": N_("There is no line below the header."),
    "not_utf8": N_("The letters cannot be read. Save the file as CSV UTF-8."),
    "bad_quotes": N_("A quotation mark is not closed, so that it cannot be said where a cell ends."),
    "too_many_fields": N_("Some lines have more cells than the header. Put a cell that holds the separator in quotes."),
    "repeated_column": N_("A column stands more than once in the header. Rename or remove all but one."),
    "bad_json_line": N_("A line is no JSON object."),
    "unreadable_file": N_("The file is not what its ending says, or is damaged. Save it again where it was made."),
    "unpacks_too_large": N_("The file unpacks to more than may be read here. Send it in parts."),
    "too_many_lines": N_("The file has more lines than may be checked at once. Send it in parts."),
    "missing_column": N_("A column that is needed is not named."),
    "column_taken": N_("This looks like a result: it has columns that the check adds. Send the file it was made from."),
    "column_twice": N_("The same column was chosen twice."),
    "practitioner_row": N_("A row of the table of practitioners cannot be used."),
    "job_broke_off": N_("The work on this file broke off. It may be damaged, or need more memory than allowed."),
    "job_timed_out": N_("The work on this file took too long. Send it in parts."),
    "too_many_rows": N_("A workbook cannot hold that many lines. Take CSV or Parquet."),
    "sign_in_refused": N_("The name or the password is not right. After several failures an account waits a while."),
    "missing_field": N_("Something is not filled in."),
    "bad_password": N_("A new password has 12 to 200 characters, does not hold the name and is not the old one."),
    "bad_account_name": N_("A name has 2 to 50 small letters, digits, points and dashes."),
    "account_exists": N_("There is an account of this name already."),
    "no_role": N_("Choose a role."),
    "unknown_role": N_("There is no such role."),
    "bad_token_name": N_("A name has up to 80 letters, digits and spaces."),
    "bad_lifetime": N_("A token is good for 1 to 730 days."),
    "not_recorded": N_("This cannot be recorded now, and so is not done. Try again later."),
    "store_unreachable": N_("Who has signed in cannot be looked up now. What needs no sign-in can still be read."),
    "bad_rate": N_("A rate is written with its percent sign, and lies within twenty percent above or below zero."),
    "bad_amount": N_("An amount is written in thousands of euro, as digits alone."),
    "unknown_occurrence": N_("No event known here is named by these words. Choose one from the list."),
    "bad_day": N_("A day is written as 2020-07-01."),
    "no_table": N_("No table was sent."),
    "no_list": N_("No list was sent."),
    "unknown_heading": N_("A heading is not understood."),
    "ambiguous_number": N_("A number is not written so that it can be read in one way only."),
    "too_few_counted": N_("In an arrondissement there are so few physicians of a group that nothing is shown."),
    "unknown_municipality": N_("There is no such municipality; write its NIS code."),
    "ambiguous_municipality": N_("Several municipalities bear this name; write its NIS code."),
    "base_unknown": N_("The yearly spending of this group is not known apart: give it, or change its whole group."),
    "base_contradicts": N_("The spending given does not fit what the annex prints for its line."),
    "two_masses": N_("The mass is given twice: as an amount and as a rate."),
    "growth_incomplete": N_("Growth needs both an index and a norm."),
    "unknown_group": N_("There is no such fee group."),
    "unknown_line": N_("There is no such line of the annex."),
    "too_many_scenarios": N_("No more scenarios stand side by side."),
    "too_many_demands": N_("These are more limits than are taken at once."),
    "bad_code": N_("This is no nomenclature code: its last digit is a check digit."),
    "code_missing": N_("A spending or a rate is given, but not for which code."),
    "rate_not_stated": N_("It is not known to which fee group this code belongs."),
    "line_is_computed": N_("The amount of this line follows from the rates of its groups."),
    "no_bases": N_("This agreement does not say on what its fee groups are indexed."),
    "unknown_setting": N_("There is nothing of this name to be set here."),
    "tie_of_one": N_("A letter ties two groups or more: this one stands at a single group."),
    "goal_without_answer": N_("What is aimed at here has no best answer."),
    "bad_spread": N_("The highest rate less the lowest is never below zero."),
    "too_many_settings": N_("These are more settings than are taken at once."),
    "scenario_too_large": N_("This file is larger than a scenario is."),
    "not_text": N_("This is no text in UTF-8."),
    "title_too_long": N_("The name is too long."),
    "no_scenario_file": N_("No scenario file was chosen."),
    "disk_full": N_("The server has no room for a file of this size. Try again later, or ask whoever runs it."),
    "bad_workbook": N_("A part of this workbook is packed in a way that cannot be read. Save it again."),
    "no_such_column": N_("The file has no column of that name."),
    "bad_notation": N_("There is no such way to write this column."),
    "repeated_key": N_("The same name stands twice in one object."),
    "no_file": N_("The file is not there."),
    "would_overwrite": N_("The result would take the place of a file that is read."),
    "cannot_hold": N_("This kind of file cannot hold these columns. Take Parquet."),
    "cannot_write": N_("The result cannot be written now. Try again later."),
    "more_faults": N_("There are more faults than are shown. Mend these first."),
    "no_jobs_here": N_("This server takes no files."),
    "plan_changed": N_("The register has changed since you looked. Look at the plan again."),
    "import_lost": N_("The rows that were looked at did not come with the form. Send the file again."),
    "already_checked": N_("This proposal was decided already."),
    "unknown_proposal": N_("There is no such proposal."),
    "same_person": N_("A correction takes two persons."),
    "letter_not_sent": N_("The letter is not sent yet. Declare once it is."),
    "finding_before_event": N_("The situation cannot be found before it occurs."),
    "letter_before_finding": N_("The letter cannot be sent before the situation is found."),
    "not_the_maker": N_("Only who proposed it can withdraw it."),
    "unknown_version": N_("There is no such declaration to correct."),
    "unknown_column": N_("A column is not known here."),
    "profession_missing": N_("The profession is not stated."),
    "contradicts_row": N_("Two rows of the file say of one practitioner what cannot both be declared at once."),
    "window_closed": N_("The last day to refuse or to accede partly is over."),
    "window_not_open": N_("The agreement is not published yet."),
    "nothing_to_change": N_("There are no declared hours that could be changed."),
    "hours_missing": N_("Both hours at tariff and hours off tariff are needed."),
    "timetable_not_valid": N_("These hours do not keep to the agreement."),
    "already_corrected": N_("This declaration is corrected already: correct the correction."),
    "outside_the_term": N_("The agreement does not hold on that day."),
    "not_active_then": N_("On that day there is no activity that could end."),
    "not_registered": N_("The register does not know this practitioner as active."),
    "not_published": N_("When this agreement was published is not known: give the day."),
    "version_conflict": N_("Somebody else declared in the meantime. Look at what holds now and declare again."),
    "hours_overlap": N_("Two rows hold the same time; nobody practises twice at once."),
    "no_hours": N_("A row begins and ends at the same time."),
    "past_the_week": N_("Hours that pass Sunday midnight are two rows."),
    "bad_time": N_("An hour is written as 09:00."),
    "unknown_profession": N_("Choose the profession."),
    "no_rows": N_("No hours are filled in."),
    "no_inami_number": N_("This is no INAMI number: it has 11 digits, two of which check the others."),
    "bad_number": N_("This is no INAMI number: it has 11 digits, two of which check the others."),
    "unknown_kind": N_("This is no declaration that can be imported."),
    "bad_profession": N_("A profession is written as gp or specialist."),
    "profession_differs": N_("The profession is not the one that the INAMI number says."),
    "bad_hours": N_("The hours cannot be read."),
    "hours_not_expected": N_("Hours do not belong to this declaration."),
    "agreement_missing": N_("The agreement is not stated."),
    "agreement_not_expected": N_("An agreement does not belong to this declaration."),
    "day_missing": N_("The day is not stated."),
    "day_not_expected": N_("A day does not belong to this declaration."),
    "unknown_place": N_("There is no such place; write its NIS code."),
    "ambiguous_place": N_("Several places bear this name; write its NIS code."),
    "place_differs": N_("The places stated do not lie in one another."),
}  # fmt: skip
"""A sentence for each code."""

SAY_ALL: Final = frozenset({
    "unknown_media_type", "bad_upload", "too_many_jobs", "no_header", "no_lines", "sign_in_refused", "bad_password",
    "bad_account_name", "account_exists", "no_role", "bad_token_name", "bad_lifetime", "not_recorded", "disk_full",
    "bad_workbook", "job_broke_off", "job_timed_out", "not_published", "unknown_occurrence",
})  # fmt: skip
"""The codes whose sentence leaves nothing to add in English."""


@dataclass(frozen=True, slots=True)
class Told:
    """A fault for a reader: a sentence of the catalogues (else empty), and what was found, in English."""

    sentence: str
    what: str
    mend: str
    where: Mapping[str, Any]


def told(problems: Iterable[Problem | Mapping[str, Any]]) -> list[Told]:
    """Return faults as a reader is told them: as they were raised, or as a job keeps them."""
    return [_told(found.to_dict() if isinstance(found, Problem) else found) for found in problems]


def _told(found: Mapping[str, Any]) -> Told:
    what, mend = ("", "") if found["code"] in SAY_ALL else (found["what"], found["mend"])
    return Told(SENTENCES.get(found["code"], ""), what, mend, found["where"] or {})
