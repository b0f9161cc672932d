import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { identifyProcess, probeProcess } from "../../../native-shims/index.ts";
import { Dispatcher } from "../../../src/dispatcher/dispatcher.ts";
import { makeTestBoard, person, type TestBoard } from "../../support/board.ts";
import { eventually } from "../../support/eventually.ts";
import { makeTestHome } from "../../support/home.ts";
import { createShellTask, runAll } from "../../support/run-all.ts";

const fixture = (name: string) => resolve(import.meta.dir, "../../fixtures", name);

/** `[profiles.<name>]`; strings of JSON are strings of TOML. */
const profile = (name: string, command: string[], more = "") =>
  `[profiles.${name}]\ncommand = ${JSON.stringify(command)}\n${more}`;

const batch = ["cmd", "/d", "/q", "/c", "call", "{body_file}"];

function logOf({ context }: TestBoard, run = 1): string {
  return readFileSync(join(context.paths.runs, String(run), "output.log"), "utf8");
}

// Skipped elsewhere: it is about the shim of Windows.
describe.skipIf(process.platform !== "win32")("a worker on Windows", () => {
  test("gets each argument as it is, whatever a command line would make of it", async () => {
    const words = [
      "two words",
      'a "quote"',
      "C:\\folder\\",
      'back\\"slash',
      "%PATH%",
      "^",
      "a&b|c<d>(e)",
      "!x!",
      "äöü €",
      "",
    ];
    const command = [process.execPath, fixture("say-arguments.ts"), ...words, "{title}"];
    const board = await makeTestBoard({ config: profile("words", command) });
    const title = 'do "this" & %that%';
    await createShellTask(board, "", { assignee: "words", title });
    await runAll(board);
    expect(
      JSON.parse(
        logOf(board)
          .split("\n")
          .find((line) => line.startsWith("[")) ?? "",
      ),
    ).toEqual([...words, title]);
  });

  test("runs a batch file, also in a home whose path holds what cmd takes for its own", async () => {
    const home = join(makeTestHome(), "a&b (ü) ^c");
    mkdirSync(home);
    const board = await makeTestBoard({ home, config: profile("batch", batch, "max_retries = 1\n") });
    const task = await createShellTask(board, "echo hello\nexit 75", { assignee: "batch" });
    const reports = await runAll(board, 0);
    expect(reports.flatMap((report) => report.rateLimited).map((run) => run.taskId)).toEqual([task]);
    expect(logOf(board).trim()).toBe("hello");
  });

  test("finds kanbun on its PATH from a batch file", async () => {
    const board = await makeTestBoard({ config: profile("batch", batch, 'completes = "by-verdict"\n') });
    const task = await createShellTask(board, 'call kanbun complete --summary "this & that | it"', {
      assignee: "batch",
    });
    await runAll(board);
    expect((await board.store.listRuns(task)).map((run) => run.summary)).toEqual(["this & that | it"]);
  });

  test("that could not be passed on as one command line fails to spawn, and says what to use instead", async () => {
    const command = [process.execPath, fixture("say-arguments.ts"), "{body}"];
    const board = await makeTestBoard({ config: profile("words", command) });
    const task = await createShellTask(board, "x".repeat(40_000), { assignee: "words", maxRetries: 1 });
    await runAll(board);
    const [run] = await board.store.listRuns(task);
    expect(run?.outcome).toBe("spawn_failed");
    expect(run?.error).toContain('use stdin = "body"');
  });

  test("ends with all it started, also what carries no mark of its run", async () => {
    const board = await makeTestBoard({
      config: profile("leaver", [process.execPath, fixture("leave-unmarked.ts")]),
    });
    const task = await createShellTask(board, "", { assignee: "leaver" });
    await using dispatcher = new DisposableDispatcher(board.context);
    await dispatcher.tick();
    const unmarked = await eventually("its child", () =>
      identifyProcess(Number.parseInt(tryRead(board), 10) || 0),
    );
    await board.store.cancelTask(task, null, person);
    await eventually("the run is over", async () => {
      await dispatcher.tick();
      return (await board.store.listLiveRuns()).length === 0;
    });
    await eventually("its child is gone", () => probeProcess(unmarked) === "dead");
  });
});

class DisposableDispatcher extends Dispatcher implements AsyncDisposable {
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function tryRead(board: TestBoard): string {
  try {
    return logOf(board);
  } catch {
    return "";
  }
}
