"""A page from its template: in the reader's language, with the headers that let nothing foreign run in it."""

from __future__ import annotations

from functools import cache, partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from medicomut import __version__, words
from medicomut.agreement import available
from medicomut.api import csrf
from medicomut.budget.wording import say, write_keur
from medicomut.money import Lang
from medicomut.web import care, lifelines, navigation, weeks, written
from medicomut.web.languages import OWN_NAME, bound, translations
from medicomut.web.standing import back_here, standing
from medicomut.words import LANGUAGES

STATIC: Final = Path(__file__).parent / "static"
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SCRIPTS: Final = ("vendor/htmx.min.js", "site.js")
"""What pages run, where it was fetched (`make setup`): each page works without."""

KEPT_BY_NOBODY: Final = "no-store"
ASKED_AGAIN: Final = "no-cache"


def show(
    request: Request, lang: Lang, template: str, *, status: int = 200, cache_control: str = ASKED_AGAIN, **content: Any
) -> HTMLResponse:
    """Return the page of a template; `content` is what the template shows."""
    page, reader = environment(lang).get_template(template), standing(request)
    body = page.render(
        path=request.url.path,
        here=navigation.part_of(request.url.path),
        switches=navigation.switches(request),
        csrf=csrf.token_of(request),
        reader=reader,
        back=back_here(request),
        **content,
    )
    headers = {
        "Content-Security-Policy": POLICY,
        "Content-Language": lang,
        "Cache-Control": KEPT_BY_NOBODY if reader.signed_in else cache_control,
        "Vary": "HX-Request, Cookie",
    }
    return HTMLResponse(body, status, headers)


@cache
def environment(lang: Lang) -> Environment:
    """Return the templates in a language. What a template names and nobody gave is an error, never a blank."""
    made = Environment(
        loader=PackageLoader("medicomut.web"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # The extension adds this method to the environment.
    made.install_gettext_translations(translations(lang), newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {
        "lang": lang,
        "parts": navigation.PARTS,
        "languages": LANGUAGES,
        "own_name": OWN_NAME,
        "version": __version__,
        "asset": asset,
        "badges": written.BADGES,
        "bounds": written.BOUNDS,
        "job_states": written.JOB_STATES,
        "notation_names": written.NOTATIONS,
        "role_names": written.ROLES,
        "role_opens": written.ROLE_OPENS,
        "entry_states": written.ENTRY_STATES,
        "done_words": written.DONE,
        "scripts": [name for name in SCRIPTS if (STATIC / name).exists()],
    }
    made.filters |= {
        "eur": partial(written.amount, lang=lang),
        "day": partial(written.day, lang=lang),
        "moment": partial(written.moment, lang=lang),
        "days": partial(written.days, lang=lang),
        "number": partial(written.number, lang=lang),
        "percent": partial(written.percent, lang=lang),
        "rate": partial(written.percent, lang=lang, least=2),
        "as_read": lambda found, kind: written.as_read(found, kind, lang),
        "stated": lambda found, column: written.stated(found, column, lang),
        "cents_or_text": partial(written.cents_or_text, lang=lang),
        "local": lambda text: bound(text.in_language(lang), lang),
        "value": lambda found, unit: written.value(unit, found, lang),
        "figure": lambda found, unit: written.figure(found, unit, lang),
        "step": lambda found, name: written.step(found, name, lang),
        "care_name": lambda code: care.name(code, lang),
        "label": lambda key, kind: words.label(kind, key, lang),
        "plainly": lambda reason: bound(written.plainly(reason, lang), lang),
        "says": lambda key, kind: bound(words.says(kind, key, lang), lang),
        "keur": partial(write_keur, lang=lang),
        "word": written.spoken(say, lang),
        "host": lambda url: urlsplit(url).netloc,
        "clause_href": partial(clause_href, lang=lang),
    }
    made.globals |= weeks.SHOWN
    made.filters |= weeks.filters(lang)
    made.filters |= lifelines.filters(lang)
    return made


def clause_href(citation: str, lang: Lang) -> str | None:
    """Return the address of a clause cited as `be/amm/2020#14.4`; `None` for a text that has no page here."""
    owner, _, number = citation.partition("#")
    if owner not in available() or not number:
        return None
    part, _, block = number.partition(".")
    number = f"annex{block and '#' + block}" if part == "annex" else number
    return f"/{lang}/agreements/{owner}/{number}"


@cache
def asset(name: str) -> str:
    """Return the address of a file of ours; it changes with the content, so that no cache serves an old one."""
    return f"/static/{name}?v={blake2b((STATIC / name).read_bytes(), digest_size=4).hexdigest()}"
