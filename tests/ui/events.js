// Event logs for the tests, in few words.

/** Numbers events of one session as they come. */
export function sessionLog(sessionId = "5e") {
  let seq = 0;
  return (type, more = {}) => ({
    v: 1,
    seq: ++seq,
    session_id: sessionId,
    run_id: "r1",
    type,
    agent: "code_generator",
    message: "",
    ts: new Date(1_700_000_000_000 + seq * 1000).toISOString(),
    turn: 1,
    epoch: 1,
    data: {},
    ...more,
  });
}

/** The result of a check, passed unless told otherwise. */
export function result(more = {}) {
  return {
    name: "syntax",
    status: "pass",
    required: true,
    ms: 1,
    reason: "",
    evidence: "",
    findings: [],
    sandbox: "",
    executed: 0,
    passed: 0,
    metrics: {},
    data: {},
    ...more,
  };
}

/** A finding that asks nothing unless told otherwise. */
export function finding(more = {}) {
  return {
    id: "f1",
    rule: "rule",
    severity: "minor",
    source: "tool",
    path: "a.py",
    text: "something",
    symbol: "",
    line: 3,
    level: "ok",
    cwe: "",
    fix: "",
    ...more,
  };
}
