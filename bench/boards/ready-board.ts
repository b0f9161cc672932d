import { Database } from "bun:sqlite";
import type { Bench } from "../bench.ts";
import { type BenchHome, makeHome } from "./bench-home.ts";
import { addTasks } from "./task-rows.ts";

/**
 * A fresh board with `count` tasks for the shell profile.
 * @param config null: default settings
 * @param status `blocked` where `makeReady` lets them go later
 */
export async function buildReadyBoard(
  bench: Bench,
  count: number,
  config: string | null = null,
  status: "ready" | "blocked" = "ready",
): Promise<BenchHome> {
  const board = await makeHome(bench, config);
  const nowS = Math.floor(Date.now() / 1000);
  const tasks = { status, assignee: "shell", nowS };
  const db = new Database(board.database, { strict: true });
  try {
    db.transaction(() => addTasks(db, { first: 1, last: count }, tasks)).immediate();
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    db.close();
  }
  return board;
}
