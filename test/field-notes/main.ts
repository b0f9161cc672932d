// `bun run field-notes`: runs the tests that carry the number of a row of the field notes in their title, and says for
// each row whether its promise holds. With --json one document. Exit code 0: every row that can hold today does.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { beyond, later } from "./promises.ts";
import {
  judgeRows,
  type RowResult,
  readReport,
  rowPattern,
  type TestResult,
  unknownRows,
} from "./results.ts";

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const startedAt = performance.now();
const { tests, exitCode, output } = await runTests();
const rows = judgeRows(tests);
const unknown = unknownRows(tests);
const isKept = rows.every(({ result }) => result === "pass" || result === "later");
const ok = isKept && unknown.length === 0 && exitCode === 0;
const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
console.log(
  values.json ? JSON.stringify({ ok, seconds, rows: rows.map(withRemarks), unknown }) : renderText(),
);
if (!ok && exitCode !== 0) console.error(output);
process.exit(ok ? 0 : 1);

async function runTests(): Promise<{ tests: TestResult[]; exitCode: number; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), "kanbun-field-notes-"));
  const report = join(folder, "report.xml");
  try {
    const child = Bun.spawn(
      [
        ...[process.execPath, "test", "--reporter=junit", `--reporter-outfile=${report}`],
        ...["--test-name-pattern", rowPattern.source],
      ],
      { cwd: resolve(import.meta.dir, "../.."), stdin: "ignore", stdout: "ignore", stderr: "pipe" },
    );
    const said = await child.stderr.text();
    const exitCode = await child.exited;
    return { tests: readReport(readFileSync(report, "utf8")), exitCode, output: lastLines(said) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is not about tests that passed, at most the last 200 lines of it. */
function lastLines(text: string): string {
  const lines = text.split("\n").filter((line) => line !== "" && !/^\((pass|skip)\)|\.test\.ts:$/.test(line));
  return lines.slice(-200).join("\n");
}

function withRemarks(row: RowResult) {
  return { ...row, later: later[row.row] ?? null, beyond: beyond[row.row] ?? null };
}

function renderText(): string {
  const width = Math.max(...rows.map(({ promise }) => promise.length));
  const line = (row: string, tests: string, result: string, promise: string, remark: string) =>
    `${row.padEnd(5)}${promise.padEnd(width + 2)}${tests.padStart(5)}  ${result.padEnd(8)}${remark}`.trimEnd();
  const lines = rows.flatMap(({ row, promise, passed, failed, result }) => [
    line(row, String(passed + failed.length), result, promise, later[row] ?? beyond[row] ?? ""),
    ...failed.map((title) => `       failed: ${title}`),
  ]);
  const count = (wanted: RowResult["result"]) => rows.filter(({ result }) => result === wanted).length;
  const counts = (["pass", "fail", "missing", "later"] as const).map(
    (result) => `${count(result)} ${result}`,
  );
  return [
    line("row", "tests", "", "promise", ""),
    ...lines,
    ...unknown.map((row) => `a test is named after ${row}, which is no row`),
    "",
    `${ok ? "ok" : "NOT OK"}: ${counts.join(", ")} (${seconds} s)`,
  ].join("\n");
}
