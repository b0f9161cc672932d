import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { identifyProcess, type ProcessRef, probeProcess, signalProcess } from "../../native-shims/index.ts";
import { kanbunCommand, makeTestBoard } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { processesOf } from "../support/processes.ts";
import { createShellTask } from "../support/run-all.ts";

const service = resolve(import.meta.dir, "../races/orphan-repro/service-program.ts");
const tasks = 12;

test("an orphan of a service and two other dispatchers work off one board, each task once", async () => {
  const board = await makeTestBoard();
  const env = { ...process.env, HOME: board.home, KANBUN_HOME: board.home };
  const start = (command: string[]) =>
    Bun.spawn(command, { env, stdio: ["ignore", "pipe", "ignore"], windowsHide: true });

  const parent = start([process.execPath, service, ...kanbunCommand, "dispatch", "--watch"]);
  const { value } = await parent.stdout.getReader().read();
  const orphan = identifyProcess(Number.parseInt(new TextDecoder().decode(value), 10)) as ProcessRef;
  parent.kill("SIGKILL");
  await parent.exited;
  expect(probeProcess(orphan)).toBe("alive");
  using _ = { [Symbol.dispose]: () => void signalProcess(orphan, "SIGKILL") };

  for (let i = 0; i < tasks; i++)
    await createShellTask(
      board,
      `mkdir '${board.home}/'"$KANBUN_TASK" || echo twice > '${board.home}/twice'`,
    );
  const others = [1, 2].map(() => start([...kanbunCommand, "dispatch", "--until-idle"]));
  for (const other of others) expect(await other.exited).toBe(0);
  await eventually(
    "all is done",
    async () =>
      (await board.store.getCounts()).byStatus.done === tasks && processesOf(board.home).length === 1,
  );
  const runs = await Promise.all(
    (await board.store.listTasks({})).map((task) => board.store.listRuns(task.id)),
  );
  const outcomes = runs.map((of) =>
    of.map(({ outcome, error }) => [outcome, error].filter(Boolean).join(": ")),
  );
  expect(outcomes).toEqual(Array(tasks).fill(["completed"]));
  expect(existsSync(join(board.home, "twice"))).toBe(false);
  expect(probeProcess(orphan)).toBe("alive");
  signalProcess(orphan, "SIGKILL");
  await eventually("the orphan is gone", () => probeProcess(orphan) === "dead");
});
