import { Database } from "bun:sqlite";
import type { Bench } from "../bench.ts";
import { type BenchHome, makeHome } from "./bench-home.ts";
import { addTasks } from "./task-rows.ts";

/** A fresh board on which `count` tasks are ready for the shell profile. @param config null: default settings */
export async function buildReadyBoard(
  bench: Bench,
  count: number,
  config: string | null = null,
): Promise<BenchHome> {
  const board = await makeHome(bench, config);
  const nowS = Math.floor(Date.now() / 1000);
  const tasks = { status: "ready", assignee: "shell", nowS };
  const db = new Database(board.database, { strict: true });
  try {
    db.transaction(() => addTasks(db, { first: 1, last: count }, tasks)).immediate();
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    db.close();
  }
  return board;
}
