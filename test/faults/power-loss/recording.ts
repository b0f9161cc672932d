import { Database } from "bun:sqlite";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeTestBoard } from "../../support/board.ts";
import type { Fact } from "./facts.ts";

/** A write that was acknowledged, and the length of the log at that moment. */
interface Acknowledgement {
  readonly walBytes: number;
  readonly facts: readonly Fact[];
}

/** A board's files as a process left them, and what that process had been told of its writes. */
export interface Recording {
  readonly database: Buffer;
  readonly wal: Buffer;
  readonly acknowledgements: readonly Acknowledgement[];
}

const program = join(import.meta.dir, "recorder-program.ts");

/**
 * Lets a process work a fresh board in the empty folder `home`, as if the power went right after its last write:
 * the database is as it was in the beginning, and all that was written stands in the log.
 */
export async function record(home: string, tasks: number): Promise<Recording> {
  const { store, context } = await makeTestBoard({ home });
  store.close();
  const { database } = context.paths;
  const atFirst = readFileSync(database);
  // A reader of the empty log keeps every checkpoint from the database, so that no part of the log is written over.
  const pin = new Database(database, { readwrite: true, create: false });
  pin.run("BEGIN");
  pin.query("SELECT count(*) FROM tasks").get();
  const acknowledgements = join(home, "acknowledgements");
  try {
    await runRecorder([process.execPath, program, home, acknowledgements, String(tasks)]);
    // By a process of its own: a descriptor that we close would drop the pin (I10).
    const copied = Bun.spawnSync(["cp", database, `${database}-wal`, join(home, "kanban")]);
    if (!copied.success) throw new Error(`the files were not copied: ${copied.stderr}`);
  } finally {
    pin.close();
  }
  const atLast = readFileSync(join(home, "kanban", "kanban.db"));
  if (!atLast.equals(atFirst)) throw new Error("a checkpoint has run: the log alone does not tell the story");
  return {
    database: atFirst,
    wal: readFileSync(join(home, "kanban", "kanban.db-wal")),
    acknowledgements: readAcknowledgements(acknowledgements),
  };
}

async function runRecorder(command: string[]): Promise<void> {
  const child = Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  const [code, stderr] = await Promise.all([child.exited, child.stderr.text()]);
  if (code !== 0) throw new Error(`the recorder ended with ${code}: ${stderr}`);
}

function readAcknowledgements(path: string): Acknowledgement[] {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Acknowledgement);
}
