import { afterEach, describe, expect, test } from "bun:test";
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { type Answer, CommandLine } from "../cli/command-line.ts";
import { hashBoard } from "../store/sqlite/board.ts";
import { eventually } from "../support/eventually.ts";
import { processesOf } from "../support/processes.ts";

const config = '[dispatch]\ninterval = "30ms"\nlaunch_grace = "200ms"\n';
const residents: Bun.Subprocess[] = [];

afterEach(async () => {
  for (const resident of residents.splice(0)) {
    resident.kill("SIGKILL");
    await resident.exited;
  }
});

/** A board of some size with a resident that works it, and a worker that waits to be let go. */
async function makeWatchedBoard() {
  const kanbun = await CommandLine.init(config);
  const database = join(kanbun.home, "kanban.db");
  const [begun, go, over] = ["begun", "go", "over"].map((name) => join(kanbun.home, "..", name));
  {
    await using store = await kanbun.open("write");
    for (let index = 0; index < 12; index++)
      await store.createTask({ title: `t${index}`, body: "x".repeat(6_000) }, { actor: "tester" });
  }
  const task = await kanbun.create(
    "held",
    "--run",
    `echo begun >>${begun}; until [ -e ${go} ]; do sleep 0.02; done; touch ${over}`,
  );
  const resident = kanbun.spawn(["dispatch", "--watch"]);
  residents.push(resident);
  const said: string[] = [];
  void resident.stderr.pipeTo(
    new WritableStream({ write: (chunk) => void said.push(new TextDecoder().decode(chunk)) }),
  );
  void resident.stdout.cancel();
  await eventually("the worker begins", () => existsSync(begun ?? ""));
  const starts = () => readFileSync(begun ?? "", "utf8");
  const workers = () => processesOf(kanbun.home).filter((pid) => pid !== resident.pid);
  const endWorker = async () => {
    writeFileSync(go ?? "", "");
    await eventually("the worker ends by itself", () => existsSync(over ?? ""));
    await eventually("no process of it is left", () => workers().length === 0);
  };
  return { kanbun, database, task, resident, said: () => said.join(""), starts, endWorker };
}

/** The resident may be in a tick of its own at that moment: then a dispatch looks at nothing. */
async function answerUnskipped(kanbun: CommandLine, command: readonly string[]): Promise<Answer> {
  for (;;) {
    const answer = await kanbun.json(command);
    const isSkipped = answer.data?.boards?.some((board: { skipped_locked: boolean }) => board.skipped_locked);
    if (!isSkipped) return answer;
  }
}

function overwrite(database: string): void {
  const descriptor = openSync(database, "r+");
  writeSync(descriptor, Buffer.alloc(30 * 4096, "not what a page looks like "), 0, 30 * 4096, 2 * 4096);
  closeSync(descriptor);
}

describe("a database that is damaged under a resident", () => {
  test.each([
    ["cut short", (database: string) => truncateSync(database, 3 * 4096)],
    ["written over", overwrite],
  ])("by being %s is called damaged by whoever reads it, and its worker is left alone", async (_, damage) => {
    const { kanbun, database, resident, said, starts, endWorker } = await makeWatchedBoard();
    damage(database);
    for (const command of [["create", "another"], ["dispatch"], ["dispatch", "--until-idle"]]) {
      const { code, error } = await answerUnskipped(kanbun, command);
      expect({ command, code, kind: error?.kind }).toEqual({ command, code: 1, kind: "damaged" });
      expect(error?.message).toContain(database);
      expect(error?.hint).toContain("kanbun doctor");
    }
    await endWorker();
    expect(starts()).toBe("begun\n");
    // What it has in memory may be all that it needs: it ends as soon as it has to read what is damaged.
    resident.kill("SIGTERM");
    if ((await resident.exited) !== 0) expect(said()).toContain(`${database} is damaged`);
  });
});

describe("a database that is moved away under a resident", () => {
  test("is not made again, and worked on when it is back", async () => {
    const { kanbun, database, task, resident, said, endWorker } = await makeWatchedBoard();
    renameSync(database, `${database}.away`);
    await eventually("the resident says so", () => said().includes("was moved or replaced"));
    expect(await kanbun.json(["list"])).toMatchObject({ code: 3, error: { kind: "not_found" } });
    expect(existsSync(database)).toBe(false);
    expect(resident.exitCode).toBeNull();
    renameSync(`${database}.away`, database);
    await endWorker();
    await eventually("the resident goes on", async () => (await kanbun.task(task)).status === "done");
  });

  test("and replaced by another is left alone by it, until a new dispatcher comes", async () => {
    const other = await CommandLine.init(config);
    const task = await other.create("of the other", "--run", "exit 0");
    const { kanbun, database, resident, said, endWorker } = await makeWatchedBoard();
    for (const name of ["kanban.db", "kanban.db-wal", "kanban.db-shm"])
      if (existsSync(join(kanbun.home, name)))
        renameSync(join(kanbun.home, name), join(kanbun.home, "..", name));
    renameSync(join(other.home, "kanban.db"), database);
    const before = hashBoard(database);
    await eventually("the resident says so", () => said().includes("was moved or replaced"));
    await endWorker();
    resident.kill("SIGTERM");
    await resident.exited;
    expect(hashBoard(database)).toBe(before);
    await kanbun.ok("dispatch", "--until-idle");
    expect((await kanbun.task(task)).status).toBe("done");
  });
});
