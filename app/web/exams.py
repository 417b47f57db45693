"""Routes about exams of models: start, look at, cancel, and the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import AppError, ErrorKind
from app.session.exam.results import Result
from app.web.api import Api
from app.web.exam_payloads import (
    EvidenceReply,
    ExamBody,
    ExamJob,
    ExamProblem,
    ExamReply,
    ExamResult,
    StartExamBody,
)
from app.web.parts import identity, must_own, parts

if TYPE_CHECKING:
    from app.session.exam.desk import Job

api = Api("exams")
_CHANGING = (ErrorKind.FORBIDDEN, ErrorKind.CONFLICT, ErrorKind.CONFIG)


@api.route("POST", "/models/exam", body=StartExamBody, reply=ExamReply, errors=_CHANGING)
def start_exam(body: StartExamBody) -> ExamReply:
    """Examine a model: form of its answers, speed, true window, ability and repair. Answered at once.

    One at a time, and of a local model only while no run goes on with one; that shows in the job.
    """
    must_own("models")
    parts().check_model(body.provider, body.model)
    parts().desk.start(body.provider, body.model, body.seconds)
    return _reply(body)


@api.route("GET", "/models/exam", query=ExamBody, reply=ExamReply, errors=(ErrorKind.CONFIG,))
def show_exam(query: ExamBody) -> ExamReply:
    """How the exam of a model stands, and the last result."""
    return _reply(query)


@api.route(
    "GET",
    "/models/exam/evidence",
    query=ExamBody,
    reply=EvidenceReply,
    errors=(ErrorKind.NOT_FOUND, ErrorKind.CONFIG),
)
def show_evidence(query: ExamBody) -> EvidenceReply:
    """What the last result of a model rests on."""
    result = _result(query)
    if result is None:
        raise AppError(ErrorKind.NOT_FOUND, f"{query.model} was not examined.", "Examine it first.")
    exam = result.exam
    return EvidenceReply(digest=exam.digest, when=exam.when, trials=list(exam.trials))


@api.route("POST", "/models/exam/cancel", body=ExamBody, reply=ExamReply, errors=_CHANGING)
def cancel_exam(body: ExamBody) -> ExamReply:
    """Stop the exam of a model; an earlier result stays. Does nothing where none goes on."""
    must_own("models")
    parts().desk.cancel(body.provider, body.model)
    return _reply(body)


def _result(which: ExamBody) -> Result | None:
    parts().check_model(which.provider, None)
    return parts().exams.of(which.provider, which.model)


def _reply(which: ExamBody) -> ExamReply:
    job = parts().desk.job(which.provider, which.model)
    result = _result(which)
    return ExamReply(
        provider=which.provider,
        model=which.model,
        job=_job(job) if job else None,
        result=_figures(result) if result else None,
        may_start=parts().access.owns(identity()),
    )


def _job(job: Job) -> ExamJob:
    told = job.error.to_dict() if job.error else None
    return ExamJob(
        state=job.state,
        part=job.part,
        title=job.title,
        done=job.done,
        of=job.of,
        seconds_left=job.seconds_left,
        problem=ExamProblem.model_validate({k: told[k] for k in ExamProblem.model_fields}) if told else None,
    )


def _figures(result: Result) -> ExamResult:
    shown = result.exam.model_dump(exclude={"trials", "provider", "model"})
    return ExamResult.model_validate(
        shown
        | {
            "ability": result.exam.ability,
            "stale": result.stale,
            "advice": result.advice,
            "best_for": result.best_for,
        }
    )
