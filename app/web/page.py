"""The page's own files, served without Flask: they are there before the rest of the server is loaded."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import NotFound
from werkzeug.utils import send_from_directory
from werkzeug.wrappers import Response

from app.errors import AppError, ErrorKind
from app.web.access import IDENTITY, Identity
from app.web.page_index import Index, address, as_chosen, of_version
from app.web.problems import problem_response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FOLDERS: Final = ("css", "js", "images", "vendor")
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_PACKED: Final = ("text/html", "text/css", "text/javascript", "image/svg+xml")
_LEVEL: Final = 6  # of packing
_WHOLE: Final = 200
_UNFINISHED: Final = """\
The page's libraries are not installed yet (ui/vendor is missing).
Start the program with `python3 main.py`, which installs them, and reload this page.
"""


class Page:
    """`/` and `/ui/...` from a folder; everything else goes to `app`.

    choices: returns those of whoever asks, as far as that is known, so that the page is drawn in its theme.
    """

    def __init__(
        self, app: WSGIApplication, folder: Path, choices: Callable[[Identity | None], Mapping[str, str]]
    ) -> None:
        self._app = app
        self._folder = folder
        self._index = Index(folder)
        self._choices = choices
        self._packed: dict[str, bytes] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        name = self._file(path)
        if name is None:
            return self._app(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            error = AppError(ErrorKind.INVALID_REQUEST, "Files are only read.", "Use GET.")
            return problem_response(error, 405)(environ, start_response)
        return self._answer(name, environ)(environ, start_response)

    def _file(self, path: str) -> str | None:
        if path == "/":
            return "index.html"
        if path == "/favicon.ico":
            return "images/favicon.svg"
        return path.removeprefix("/ui/") if path.startswith("/ui/") else None

    def _answer(self, name: str, environ: WSGIEnvironment) -> Response:
        if name == "index.html" and not (self._folder / "vendor").is_dir():
            return Response(_UNFINISHED, 503, content_type="text/plain; charset=utf-8")
        name, version = address(name)
        if name == "index.html":
            html = as_chosen(self._index.html(), self._choices(environ.get(IDENTITY)))
            response = Response(html, content_type="text/html; charset=utf-8")
            response.vary.update(("Cookie", "Authorization"))
            response.add_etag()
            response.make_conditional(environ)
        elif name.partition("/")[0] not in _FOLDERS or ".." in name.split("/"):
            return _missing(name)
        else:
            try:
                response = send_from_directory(self._folder, name, environ)
            except NotFound:
                return _missing(name)
        # Without a version in its address it is asked about each time and answered with 304: an update of the
        # program is seen at once.
        response.headers["Cache-Control"] = _FOR_EVER if version else "no-cache"
        if version and name.endswith(".js") and response.status_code == _WHOLE:
            response.direct_passthrough = False
            response.set_data(of_version(response.get_data(), version))
        return self._pack(response, environ)

    def _pack(self, response: Response, environ: WSGIEnvironment) -> Response:
        """Shorter, for those who can read it."""
        if response.mimetype not in _PACKED or response.status_code != _WHOLE:
            return response
        response.vary.add("Accept-Encoding")
        if "gzip" not in environ.get("HTTP_ACCEPT_ENCODING", ""):
            return response
        response.direct_passthrough = False
        content = response.get_data()
        key = hashlib.sha256(content).hexdigest()
        if key not in self._packed:
            self._packed[key] = gzip.compress(content, _LEVEL)
        response.set_data(self._packed[key])
        response.headers["Content-Encoding"] = "gzip"
        return response


def _missing(name: str) -> Response:
    return problem_response(AppError(ErrorKind.NOT_FOUND, f"There is no file {name}.", ""))
