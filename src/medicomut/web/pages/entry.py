"""Signing in, the change of a password, signing out: `/auth` for people, with what fails told in their language."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from medicomut.api import sign_in
from medicomut.api.access import authorise, seldom
from medicomut.api.problems import STATUS
from medicomut.api.sign_in import Asker
from medicomut.errors import Problems
from medicomut.web.languages import Language
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
from medicomut.web.signing import ask_to_sign_in
from medicomut.web.standing import standing
from medicomut.web.told import told

router = pages()
entering = pages()
"""The one route that is no page of a session: it begins one."""

To = Annotated[str, Query(max_length=500)]


@router.get("/sign-in")
async def form(request: Request, lang: Language, to: To = "", said: str = "") -> Response:
    """Show where one can sign in; who has signed in is led on."""
    there = _there(to, lang)
    if standing(request).signed_in:
        return RedirectResponse(there, 303)
    return ask_to_sign_in(request, lang, there, signed_out=said == "out")


@entering.post("/sign-in", dependencies=[Depends(authorise("read", begins_session=True)), Depends(seldom)])
async def enter(request: Request, lang: Language) -> Response:
    """Begin a session with a local account and lead to the page that asked for it."""
    sent = await request.form()
    try:
        return await sign_in.local(request)
    except Problems as refused:
        status = STATUS.get(refused.problems[0].code, 422)
        there = _there(str(sent.get("return_to", "")), lang)
        name = str(sent.get("name", ""))[:100]
        return ask_to_sign_in(request, lang, there, status=status, problems=refused.problems, name=name)


def _there(to: str, lang: Language) -> str:
    try:
        return sign_in.local_path(to) if to else f"/{lang}/secretariat"
    except Problems:
        return f"/{lang}/secretariat"


@router.get("/password")
async def password_form(request: Request, lang: Language, who: Asker, to: To = "") -> Response:
    """Show the form for a new password."""
    del who
    return show(request, lang, "password.html", cache_control=KEPT_BY_NOBODY, to=_there(to, lang), problems=[])


@router.post("/password", dependencies=[Depends(seldom)])
async def change(request: Request, lang: Language, who: Asker) -> Response:
    """Set a new password and lead on."""
    sent = await request.form()
    try:
        return await sign_in.password(request, who)
    except Problems as refused:
        to = _there(str(sent.get("return_to", "")), lang)
        return show(request, lang, "password.html", status=STATUS.get(refused.problems[0].code, 422),
                    cache_control=KEPT_BY_NOBODY, to=to, problems=told(refused.problems))  # fmt: skip


@router.post("/sign-out")
async def leave(request: Request, lang: Language, who: Asker) -> Response:
    """End the session; where a provider began it, say where to end it there too."""
    answer = await sign_in.logout(request, who)
    there = answer.headers["location"]
    if there == "/":
        answer.headers["location"] = f"/{lang}/sign-in?said=out"
        return answer
    # A form may lead to no other server (the policy of the pages): the way there is a link.
    page = ask_to_sign_in(request, lang, f"/{lang}/", signed_out=True, end_there=there, gone=True)
    page.raw_headers += [header for header in answer.raw_headers if header[0] == b"set-cookie"]
    return page
