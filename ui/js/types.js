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
 * @property {string} [printed]  by the program during the call
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
 * @property {number} lastSeq  of the newest event that is told of it
 * @property {string} text
 * @property {string} reasoning
 * @property {boolean} complete
 * @property {number | null} seconds
 * @property {string | null} firstPiece  time of the first delta, for the speed shown while streaming
 * @property {{ begun: Envelope, firstPiece: string | null, before: number } | null} call  the model call that is
 *   going on; before: characters that the turn had said until then
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
 * @property {{ note: Envelope, turns: TurnView[] }[]} superseded  what each rewinding dropped
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
 * @typedef {object} Hit  a place in a session that holds the words
 * @property {"requirements" | "message" | "feedback" | "finding" | "file"} kind
 * @property {string} run_id
 * @property {number | null} turn
 * @property {number} seq
 * @property {string} agent
 * @property {string} path
 * @property {number | null} line
 * @property {string} artifact_hash
 * @property {{ text: string, match: boolean }[]} excerpt
 *
 * @typedef {{ session: SessionRow, title: boolean, hits: Hit[], more: number }} Found
 *
 * @typedef {object} Capsule
 * @property {string} title
 * @property {string} made
 * @property {Record<string, number>} redacted
 * @property {Envelope[]} events
 * @property {{ artifact_hash: string, files: SourceFile[] }[]} versions
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
 * @property {string} variable
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
 * @typedef {object} Setting
 * @property {string} key
 * @property {any} value
 * @property {any} default
 * @property {"program" | "user" | "environment" | "command_line"} layer
 * @property {string} source
 * @property {number | null} minimum
 * @property {number | null} maximum
 * @property {boolean} above  the minimum itself is not allowed
 * @property {boolean} whole
 * @property {boolean} nullable
 *
 * @typedef {object} ConfigReply
 * @property {Setting[]} settings
 * @property {Record<string, string[]>} addresses
 * @property {boolean} may_change
 * @property {string} folder
 * @property {string} home
 * @property {string | null} problem
 *
 * @typedef {{ ok: boolean, cause: string, message: string, hint: string, model: string, ms: number }} Trial
 * @typedef {{ measured: boolean, calls: number, minutes_low: number | null, minutes_high: number | null,
 *   tokens: number | null, why: string, provider: string, model: string, rounds_measured: number,
 *   round_seconds: [number, number] | null, max_seconds: number, max_tokens: number }} Forecast
 *
 * @typedef {object} ModelCall
 * @property {number} number
 * @property {string} run_id
 * @property {number} turn
 * @property {boolean} counts  false: its turn was rewound
 * @property {boolean} texts
 * @property {string} agent
 * @property {number} round
 * @property {number} attempt
 * @property {string} provider
 * @property {string} model
 * @property {string} host
 * @property {string} started
 * @property {any} usage
 * @property {"stop" | "length" | "cancelled" | "error"} finish_reason
 * @property {number | null} window
 * @property {string} window_kind
 * @property {number} max_tokens
 * @property {any} cost
 * @property {{ message: string } | null} error
 * @property {string[]} notes
 *
 * @typedef {object} CallTexts
 * @property {Record<string, unknown>} options
 * @property {{ role: string, content: string, extra: Record<string, unknown> }[]} messages
 * @property {string} answer
 * @property {string} reasoning
 * @property {number} cut
 *
 * @typedef {{ call: ModelCall, sent: CallTexts | null }} WholeCall
 * @typedef {{ model?: string, temperature?: number }} AgentChoice
 *
 * @typedef {{ kind: string, message: string, hint: string, retryable: boolean }} Trouble
 *
 * @typedef {object} PullJob
 * @property {string} id
 * @property {string} provider
 * @property {string} model
 * @property {"waiting" | "pulling" | "trying" | "done" | "failed" | "cancelled" | "interrupted"} state
 * @property {number} bytes_done
 * @property {number} bytes_total  0 until it is known
 * @property {number} rate  bytes a second
 * @property {number | null} eta_seconds
 * @property {string} source
 * @property {boolean} probe
 * @property {{ seconds: number, tokens_per_second: number | null, answer: string } | null} probed
 * @property {Trouble | null} problem
 *
 * @typedef {object} LocalModel
 * @property {string} provider
 * @property {string} name
 * @property {boolean} installed
 * @property {number} size_bytes
 * @property {number | null} context_length
 * @property {number | null} window
 * @property {{ verdict: "yes" | "tight" | "no", needed: number, weights: number, cache: number | null, work: number,
 *   window: number, free: number, most: number } | null} fit
 * @property {{ tokens_per_second: number, calls: number | null } | null} speed  calls: null: of its exam
 * @property {string} note
 *
 * @typedef {object} Library
 * @property {{ cores: number, memory_total: number, memory_available: number, disk_free: number, disk: string,
 *   online: boolean, gpus: { name: string, memory_total: number, memory_free: number, unified: boolean }[] }} machine
 * @property {LocalModel[]} models
 * @property {{ provider: string, running: boolean }[]} engines
 * @property {{ provider: string, model: string, why: string, installed: boolean } | null} automatic
 * @property {boolean} may_change
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
 * @property {Record<string, AgentChoice>} [agents]
 * @property {string} [session_id]
 */

export {};
