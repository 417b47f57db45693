"""Routes that check files and texts without a run."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from app.checks.examples import examples_in
from app.checks.sarif import to_sarif
from app.domain.artifacts import Artifact, SourceFile
from app.errors import ErrorKind
from app.web.api import Api
from app.web.parts import parts
from app.web.payloads import CheckBody, CheckReply, ExamplesBody, FoundExample, FoundExamples, SarifReply
from app.web.problems import FieldError, of_validation
from app.web.rates import generate_rate

api = Api("checking")


@api.route(
    "POST", "/check", body=CheckBody, reply=CheckReply, errors=(ErrorKind.RATE_LIMITED,), rate=generate_rate
)
def check(body: CheckBody) -> CheckReply:
    """Scan files and run their examples in the sandbox; nothing is kept."""
    return CheckReply.model_validate(parts().check(_sources(body)))


@api.route(
    "POST",
    "/check/sarif",
    body=CheckBody,
    reply=SarifReply,
    errors=(ErrorKind.RATE_LIMITED,),
    rate=generate_rate,
)
def check_as_sarif(body: CheckBody) -> SarifReply:
    """The same, as a SARIF 2.1.0 log for code hosts and editors."""
    log: dict[str, Any] = to_sarif(parts().check(_sources(body)))
    for run in log["runs"]:
        del run["originalUriBaseIds"]  # a folder of the server's, where these files do not lie
    return SarifReply(version=log["version"], runs=log["runs"])


@api.route("POST", "/examples", body=ExamplesBody, reply=FoundExamples)
def examples(body: ExamplesBody) -> FoundExamples:
    """The examples that requirements hold, as they would be run; nothing is started."""
    found = examples_in(body.requirements, language=body.language)
    return FoundExamples(
        examples=[
            FoundExample(text=e.text, setup=e.setup, call=e.call, expected=e.expected, raises=e.raises)
            for e in found
        ]
    )


def _sources(body: CheckBody) -> list[SourceFile]:
    try:
        files = [SourceFile(path=f.path, content=f.content) for f in body.files]
    except ValidationError as error:
        raise of_validation(error, CheckBody) from error
    if len({f.path for f in files}) < len(files):
        raise FieldError("files", "Two files have the same path.", "Give each its own.")
    Artifact.of(files)
    return files
