import { Database } from "bun:sqlite";

/** One thing that a board was seen to know, in words: what was acknowledged and what is found are compared as texts. */
export type Fact = string;

export const createdFact = (task: string, title: string, bodyLength: number): Fact =>
  `task ${task} ${JSON.stringify(title)} with a body of ${bodyLength}`;
export const commentFact = (task: string, body: string): Fact =>
  `comment on ${task}: ${JSON.stringify(body)}`;
export const claimFact = (task: string, run: number): Fact => `run ${run} of ${task} was opened`;
export const endFact = (task: string, run: number, outcome: string): Fact =>
  `run ${run} of ${task} ended: ${outcome}`;
export const doneFact = (task: string): Fact => `${task} is done`;

/** What a database is found to be after a loss of power. */
export interface Found {
  readonly facts: ReadonlySet<Fact>;
  /** What SQLite and the invariant I3 have to object; empty for a sound board. */
  readonly flaws: readonly string[];
}

/** Reads a board past all code of ours, so that no error of ours can hide a loss. */
export function readFound(path: string): Found {
  using db = new Database(path, { readwrite: true, create: false });
  const rows = <Row>(sql: string) => db.query<Row, []>(sql).all();
  const facts = new Set<Fact>();
  for (const task of rows<{ id: string; title: string; body: number; status: string }>(
    "SELECT id, title, length(coalesce(body, '')) AS body, status FROM tasks",
  )) {
    facts.add(createdFact(task.id, task.title, task.body));
    if (task.status === "done") facts.add(doneFact(task.id));
  }
  for (const comment of rows<{ task_id: string; body: string }>("SELECT task_id, body FROM task_comments"))
    facts.add(commentFact(comment.task_id, comment.body));
  for (const run of rows<{ id: number; task_id: string; outcome: string | null }>(
    "SELECT id, task_id, outcome FROM task_runs",
  )) {
    facts.add(claimFact(run.task_id, run.id));
    if (run.outcome !== null) facts.add(endFact(run.task_id, run.id, run.outcome));
  }
  const integrity = rows<{ integrity_check: string }>("PRAGMA integrity_check").map(
    (row) => row.integrity_check,
  );
  // I3: current_run_id is set exactly while one run of the task is open. Half a transaction would show here.
  const torn = rows<{ id: string }>(
    `SELECT t.id FROM tasks t WHERE (t.status = 'running') IS NOT (t.current_run_id IS NOT NULL)
       OR t.current_run_id IS NOT (SELECT r.id FROM task_runs r WHERE r.task_id = t.id AND r.ended_at IS NULL)`,
  );
  return {
    facts,
    flaws: [
      ...integrity.filter((line) => line !== "ok"),
      ...torn.map(({ id }) => `${id}: half of a transaction`),
    ],
  };
}
