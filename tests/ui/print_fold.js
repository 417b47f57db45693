// Prints the page's fold of an event log, for comparing it with the terminal's: node print_fold.js EVENTS.jsonl
import { readFileSync } from "node:fs";
import { fold } from "../../ui/js/model/projection.js";

const lines = readFileSync(process.argv[2], "utf8").split("\n").filter(Boolean);
const runs = [...fold(lines.map((line) => JSON.parse(line))).values()];
const seqs = (events) => events.map((event) => event.seq);
const turn = (view) => [
  view.turn,
  view.epoch,
  view.agent,
  view.started.seq,
  view.text,
  view.reasoning,
  view.complete,
  view.seconds,
  view.checks,
  view.usage,
  view.notes.map((note) => note.message),
  seqs(view.versions),
];
const told = runs.map((run) => [
  run.runId,
  run.created?.seq ?? null,
  [...run.turns.values()].map(turn),
  run.gate?.seq ?? null,
  seqs(run.decisions),
  run.finished?.seq ?? null,
  seqs(run.notes),
]);
process.stdout.write(JSON.stringify(told));
