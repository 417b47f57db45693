"""Routes about the models on this machine: what there is, downloads as jobs, and deleting."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from app.errors import AppError, ErrorKind
from app.web.api import Api
from app.web.library import library
from app.web.parts import identity, must_own, parts
from app.web.pull_payloads import JobReply, JobsReply, LibraryReply, ProviderBody, PullBody

if TYPE_CHECKING:
    from app.models.pulls import Pulls

api = Api("pulls")
_WHICH = (ErrorKind.CONFIG, ErrorKind.MODEL_MISSING, ErrorKind.FORBIDDEN)
_JOB = (ErrorKind.NOT_FOUND, ErrorKind.CONFLICT, ErrorKind.FORBIDDEN)


def jobs_reply(pulls: Pulls) -> JobsReply:
    """All jobs, as a page is told of them."""
    return JobsReply(jobs=pulls.jobs())


@api.route("GET", "/models/library", reply=LibraryReply)
def show_library() -> LibraryReply:
    """What this machine has, which models are on it or can be fetched, and whether they fit.

    Speeds are measured in runs on this machine; one that was never used has none.
    """
    return library(parts(), may_change=parts().access.owns(identity()))


@api.route("GET", "/models/jobs", reply=JobsReply)
def list_jobs() -> JobsReply:
    """Downloads under way, stopped, failed or interrupted; the event `pulls` of Socket.IO tells the same."""
    return jobs_reply(parts().pulls)


@api.route("POST", "/models/pull", body=PullBody, reply=JobReply, errors=_WHICH)
def pull_model(body: PullBody) -> JobReply:
    """Download a model in the server, or go on with a download that stopped. Answered at once.

    Where the model is being downloaded already, this is the same job. With `probe` a short real call follows.
    """
    must_own("models")
    return JobReply(job=parts().pulls.start(body.provider, body.model, probe=body.probe))


@api.route("POST", "/models/jobs/<job_id>/cancel", reply=JobReply, errors=_JOB)
def cancel_job(job_id: str) -> JobReply:
    """Stop a download. What has arrived is kept: `POST /api/models/pull` goes on from there."""
    must_own("models")
    return JobReply(job=parts().pulls.cancel(job_id))


@api.route("DELETE", "/models/jobs/<job_id>", errors=_JOB)
def forget_job(job_id: str) -> None:
    """Take a download that has stopped off the list, and throw away what has arrived of it."""
    must_own("models")
    parts().pulls.forget(job_id)


@api.route("POST", "/models/start", body=ProviderBody, errors=(*_WHICH, ErrorKind.TRANSIENT))
def start_engine(body: ProviderBody) -> None:
    """Start the engine of a provider on this machine, so that its models can be listed."""
    must_own("models")
    asyncio.run(parts().shelf.start(body.provider))


@api.route("DELETE", "/models/<provider>/<path:model>", errors=(*_WHICH, ErrorKind.CONFLICT))
def delete_model(provider: str, model: str) -> None:
    """Delete a model from this machine. 409 while a run uses it or it is being downloaded."""
    must_own("models")
    name = parts().shelf.spell(provider, model)
    if title := parts().use.at_work().get((provider, name)):
        raise AppError(
            ErrorKind.CONFLICT,
            f"{name} is being used by the run of {title!r}.",
            "Stop that run, or wait until it is done.",
        )
    if parts().pulls.busy_with(provider, name):
        raise AppError(ErrorKind.CONFLICT, f"{name} is being downloaded.", "Cancel the download first.")
    asyncio.run(parts().shelf.remove(provider, name))
