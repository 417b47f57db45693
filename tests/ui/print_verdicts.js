// Prints the page's verdict on each report, and whether it names a reason: node print_verdicts.js REPORTS.jsonl
import { readFileSync } from "node:fs";
import { newestReport, shortcomings, verdictOf } from "../../ui/js/model/report.js";

const lines = readFileSync(process.argv[2], "utf8").split("\n").filter(Boolean);
const told = lines.map((line) => {
  const { results, safety_enabled: safe } = JSON.parse(line);
  const read = newestReport(results.map((result) => ({ artifact_hash: "", result })));
  return [verdictOf(read, safe), shortcomings(read, safe).length > 0];
});
process.stdout.write(JSON.stringify(told));
