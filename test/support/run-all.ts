import type { FileLock } from "../../native-shims/index.ts";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import type { TickReport } from "../../src/dispatcher/report/report.ts";
import { runUntilIdle } from "../../src/dispatcher/resident/loop.ts";
import { WakeUp } from "../../src/dispatcher/resident/wake-up.ts";
import type { TestBoard } from "./board.ts";
import { person } from "./board.ts";

/** Works a board off with a dispatcher of its own; the reports of all its ticks. What `onReport` throws ends it. */
export async function runAll(
  { context }: TestBoard,
  dueWithinMs = 3_000,
  {
    withoutLock = false,
    onReport = () => {},
  }: {
    readonly withoutLock?: boolean;
    readonly onReport?: (report: TickReport, reports: readonly TickReport[]) => void;
  } = {},
): Promise<TickReport[]> {
  const reports: TickReport[] = [];
  const wakeUp = new WakeUp();
  const dispatcher = new Dispatcher(context, {
    onWorkerExit: wakeUp.now,
    ...(withoutLock ? { tryLock: noLock } : {}),
  });
  try {
    await runUntilIdle([dispatcher], wakeUp, {
      intervalMs: 20,
      dueWithinMs,
      nowMs: () => Date.now(),
      onReport: (report) => {
        reports.push(report);
        onReport(report, reports);
      },
      onError: (_, error) => {
        throw error;
      },
    });
  } finally {
    dispatcher.close();
  }
  return reports;
}

/** A lock that excludes no one: for tests of what must hold without it. */
function noLock(path: string): FileLock {
  return { path, writeNote: () => {}, release: () => {}, [Symbol.dispose]: () => {} };
}

/** Creates a task for the shell profile; its id. */
export async function createShellTask(
  { store }: TestBoard,
  body: string,
  more: Partial<Parameters<TestBoard["store"]["createTask"]>[0]> = {},
): Promise<string> {
  const { task } = await store.createTask({ title: "task", body, assignee: "shell", ...more }, person);
  return task.id;
}
