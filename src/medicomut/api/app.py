"""The application: every route, what stands before them, and what is loaded once."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import Depends, FastAPI, Request
from starlette.responses import Response
from starlette_compress import CompressMiddleware, add_compress_type

from medicomut import __version__
from medicomut.api import (
    admin,
    agreements,
    audit,
    budget,
    budget_asked,
    check,
    commitments,
    correcting,
    disputes,
    fees,
    fhir,
    health,
    jobs,
    metrics,
    observatory,
    observing,
    openapi,
    price,
    problems,
    procedures,
    register,
    sign_in,
    vectors,
)
from medicomut.api.access import Entrance, authorise, refuse_unnamed
from medicomut.api.answers import public
from medicomut.api.batches import Batches
from medicomut.api.direct import PastTheRouter
from medicomut.api.guard import Guard
from medicomut.api.job_files import JobFiles
from medicomut.api.job_runner import JobRunner
from medicomut.api.job_store import JobStore
from medicomut.api.registered import FromRegister, Registered
from medicomut.api.room import Room
from medicomut.api.settings import Settings
from medicomut.api.trail import Trail
from medicomut.identity.desk import Desk
from medicomut.store import Ledger, open_store

SMALLEST_COMPRESSED = 1_000
for kind in ("text/csv", "application/fhir+json", "application/problem+json", "application/x-ndjson"):
    add_compress_type(kind)

TAGS = [
    {"name": "price", "description": "One line of care: does the fee bind, who pays what, and why."},
    {"name": "check", "description": "A small batch of lines in one request."},
    {"name": "jobs", "description": "Files of lines: submit, follow, download, delete."},
    {"name": "agreements", "description": "Clauses, parameters, index rates, verification. Public, cached."},
    {"name": "fees", "description": "Fees by code and interval, with their sources. Public, cached."},
    {"name": "budget", "description": "Means and uses, scenarios, rates under limits. Public, nothing is kept."},
    {"name": "register", "description": "Timetables judged, window, quorum, adhesion, status, declarations."},
    {
        "name": "procedures",
        "description": "The life of an agreement, deadlines, denunciation, letters, commitments, disputes.",
    },
    {"name": "observatory", "description": "Published figures, their contradictions, access to care, data sets."},
    {"name": "vectors", "description": "Inputs and expected outputs, to prove another implementation by."},
    {"name": "fhir", "description": "FHIR R4: eTariff and eAttest, doctors, fees, terminology, the audit trail."},
    {"name": "audit", "description": "Who read or changed what: as lines, and verified."},
    {"name": "sign-in", "description": "Who asks: providers of identity, local accounts, sessions."},
    {"name": "admin", "description": "Accounts and service tokens, for the secretariat."},
    {"name": "health", "description": "For whoever runs the server."},
]


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application; its data are loaded when it starts."""
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        refuse_unnamed(app)
        app.state.room = Room(chosen)
        app.state.batches = Batches(app.state.room)
        app.state.solving = budget_asked.solving()
        app.state.judging = observing.judging()
        app.state.store = open_store(chosen.store) if chosen.store else None
        app.state.trail = Trail(Ledger(app.state.store)) if app.state.store else None
        app.state.registered = Registered(chosen, app.state.store) if chosen.register else None
        if app.state.registered:
            app.state.room.ask(FromRegister(app.state.registered))
        desk = Desk(app.state.store, chosen.providers) if app.state.store else None
        app.state.entrance = Entrance(chosen, desk)
        runner = app.state.runner = JobRunner(JobStore(chosen.data), chosen) if chosen.data else None
        trail = app.state.trail
        watched = metrics.watch(runner.store.counts if runner else None, (lambda: trail.lost) if trail else None)
        app.state.files = JobFiles(app.state.runner.store, chosen) if app.state.runner else None
        # What is loaded stays: the collector need not look at it again in the middle of a request.
        gc.collect()
        gc.freeze()
        app.state.batches.start()
        if app.state.trail:
            app.state.trail.start()
        if app.state.runner:
            app.state.runner.start()
        yield
        metrics.unwatch(watched)
        await to_thread.run_sync(app.state.batches.stop)
        if app.state.runner:
            await app.state.runner.stop()
            await app.state.files.stop()
        if app.state.registered:
            app.state.registered.close()
        if app.state.trail:
            await to_thread.run_sync(app.state.trail.stop)
            app.state.store.dispose()
        gc.unfreeze()

    app = FastAPI(
        title="medicomut",
        version=__version__,
        summary="The physician-insurer agreement: what it says, what a line of care costs, and why.",
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        openapi_tags=TAGS,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        # Figures are our own (metrics.py); nothing is sent anywhere, whatever the environment says.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    for door in (
        price,
        check,
        jobs,
        agreements,
        budget,
        register,
        correcting,
        procedures,
        commitments,
        disputes,
        fees,
        observatory,
        vectors,
        fhir,
        audit,
        sign_in,
        admin,
        health,
    ):
        app.include_router(door.router)
    app.include_router(audit.fhir_router)
    problems.install(app)
    app.add_middleware(PastTheRouter, routes=[*price.router.routes, *check.router.routes])
    app.add_middleware(CompressMiddleware, minimum_size=SMALLEST_COMPRESSED, brotli=False)
    app.add_middleware(Guard, settings=chosen)

    @app.get("/openapi.json", include_in_schema=False, dependencies=[Depends(authorise("read"))])
    async def described(request: Request) -> Response:
        return public(request, await openapi.described(app), [], {})

    return app
