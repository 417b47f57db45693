// @ts-check
/**
 * Shapes shared by the modules: what the server sends, and what the fold makes of it.
 *
 * @typedef {object} Envelope
 * @property {number} v
 * @property {number} seq
 * @property {string} session_id
 * @property {string} run_id
 * @property {string} type
 * @property {string} agent
 * @property {string} message
 * @property {string} ts
 * @property {number | null} turn
 * @property {number} epoch
 * @property {any} data
 *
 * @typedef {object} Finding
 * @property {string} id
 * @property {string} rule
 * @property {"blocker" | "major" | "minor" | "info"} severity
 * @property {string} source
 * @property {string} path
 * @property {string} text
 * @property {string} symbol
 * @property {number | null} line
 * @property {Level} level  what it asks of the user
 * @property {string} cwe  such as "CWE-89", or empty
 * @property {string} fix  how to mend it, or empty
 *
 * @typedef {"block" | "ask" | "badge" | "ok"} Level
 *
 * @typedef {object} ExampleEntry
 * @property {string} text
 * @property {"user" | "requirements" | "proposed"} origin
 * @property {boolean} ok
 * @property {string} evidence
 * @property {string} [call]
 * @property {string} [got]
 * @property {string} [expected]
 * @property {string} [error]
 * @property {string[]} [traceback]
 * @property {Record<string, string>} [locals]
 *
 * @typedef {object} CheckResult
 * @property {string} name
 * @property {"pass" | "fail" | "skipped"} status
 * @property {boolean} required
 * @property {number} ms
 * @property {string} reason
 * @property {string} evidence
 * @property {Finding[]} findings
 * @property {string} sandbox  what executed the code, or empty
 * @property {number} executed
 * @property {number} passed
 * @property {Record<string, number>} metrics
 * @property {any} data  further facts, by check
 *
 * @typedef {{ artifact_hash: string, result: CheckResult }} Check
 *
 * @typedef {object} TurnView
 * @property {number} turn
 * @property {number} epoch
 * @property {string} agent
 * @property {Envelope} started
 * @property {string} text
 * @property {string} reasoning
 * @property {boolean} complete
 * @property {number | null} seconds
 * @property {string | null} firstPiece  time of the first delta, for the speed shown while streaming
 * @property {Check[]} checks
 * @property {any[]} usage
 * @property {Envelope[]} notes
 * @property {Envelope[]} versions
 *
 * @typedef {object} RunView
 * @property {string} runId
 * @property {Envelope | null} created
 * @property {Map<number, TurnView>} turns
 * @property {Envelope | null} gate
 * @property {Envelope[]} decisions
 * @property {Envelope | null} finished
 * @property {Envelope[]} notes
 *
 * @typedef {"verified" | "checked" | "not_verified"} Verdict
 * @typedef {"queued" | "running" | "waiting" | "approved" | "rejected" | "cancelled" | "budget" | "failed"} Status
 *
 * @typedef {object} Version
 * @property {string} key
 * @property {string} runId
 * @property {number} runNumber
 * @property {number} version
 * @property {string} hash
 * @property {{ path: string, bytes: number, sha256: string }[]} files
 * @property {boolean} kept  false: it did not become the best version
 * @property {string} reason  why it was kept or not, or empty
 * @property {string} agent
 * @property {boolean} ready  its turn has finished, so its files can be fetched
 * @property {CheckResult[]} results
 * @property {Verdict | "unchecked"} verdict
 * @property {import("./model/report.js").Shortcoming[]} shortcomings  why it is not verified
 *
 * @typedef {object} SessionRow
 * @property {string} session_id
 * @property {string} title
 * @property {string} language
 * @property {Status} status
 * @property {Verdict | null} verdict
 * @property {string} run_id
 * @property {string} created
 * @property {string} updated
 *
 * @typedef {object} CheckedFinding
 * @property {string} id
 * @property {string} rule
 * @property {Level} level
 * @property {Finding["severity"]} severity
 * @property {string} source
 * @property {number | null} line
 * @property {string} message
 * @property {string | null} [cwe]
 * @property {string | null} [fix]
 *
 * @typedef {object} CheckedFile
 * @property {string} path
 * @property {string | null} language
 * @property {string} sha256
 * @property {Level} level
 * @property {CheckedFinding[]} findings
 * @property {{ name: string, status: CheckResult["status"], ms: number, evidence: string }[]} checks
 *
 * @typedef {{ files: CheckedFile[], verdict: Verdict }} CheckReply
 *
 * @typedef {{ text: string, call: string, expected: string | null, raises: string | null }} FoundExample
 * @typedef {{ path: string, content: string, sha256: string, bytes: number }} SourceFile
 * @typedef {{ kind: string, message: string, hint: string }} Warning
 *
 * @typedef {object} KeyStatus
 * @property {boolean} set
 * @property {string | null} last4
 * @property {string | null} source
 *
 * @typedef {object} ModelInfo
 * @property {string} name
 * @property {boolean} installed
 * @property {number | null} size_bytes
 * @property {number | null} context_length
 * @property {string} note
 *
 * @typedef {object} ProviderInfo
 * @property {string} id
 * @property {string} title
 * @property {boolean} needs_key
 * @property {KeyStatus | null} key
 * @property {string} state
 * @property {string} detail
 * @property {string} remedy
 * @property {string | null} default_model
 * @property {ModelInfo[]} models
 *
 * @typedef {object} RunRequest
 * @property {string} requirements
 * @property {string} language
 * @property {{ name: string, content: string }[]} [context]
 * @property {string[]} [examples]
 * @property {{ name: string, content: string }[]} [tests]
 * @property {number} [max_iterations]
 * @property {string} [provider]
 * @property {string} [model]
 * @property {string} [session_id]
 */

export {};
