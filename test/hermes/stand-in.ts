import { Database } from "bun:sqlite";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { tryLockFile } from "../../native-shims/index.ts";
import { boardPaths } from "../../src/system/home/board-paths.ts";

export interface StandInOptions {
  readonly board?: string;
  /** Of the profiles that it knows: how their workers are started. */
  readonly workers?: Readonly<Record<string, readonly string[]>>;
  /** For how long after a task's first start a dead pid says nothing; seconds. */
  readonly launchGraceS?: number;
  readonly leaseS?: number;
  readonly max?: number;
}

interface Row {
  readonly id: string;
  readonly assignee: string;
  readonly status: string;
  readonly claim_lock: string | null;
  readonly worker_pid: number | null;
  readonly current_run_id: number | null;
  readonly workspace_path: string | null;
}

/**
 * What another dispatcher does on a board that we share, by the facts of the format's last section alone: plain SQL
 * under the same lock file, one statement after the other.
 */
export class HermesStandIn implements Disposable {
  readonly db: Database;
  readonly #paths: ReturnType<typeof boardPaths>;
  readonly #options: Required<StandInOptions>;
  readonly #children = new Map<string, ReturnType<typeof Bun.spawn>>();

  constructor(home: string, options: StandInOptions = {}) {
    this.#options = { board: "default", workers: {}, launchGraceS: 30, leaseS: 900, max: 3, ...options };
    this.#paths = boardPaths(home, this.#options.board);
    this.db = new Database(this.#paths.database);
    this.db.run("PRAGMA busy_timeout = 120000");
    this.db.run("PRAGMA synchronous = FULL");
  }

  /** False when another process has the lock. */
  tick(): boolean {
    using lock = tryLockFile(this.#paths.dispatchLock);
    if (lock === null) return false;
    this.closeChildren();
    this.reclaimExpired();
    this.writeOffDead();
    this.recomputeReady();
    this.start();
    return true;
  }

  /** The workers that it started and that still run. */
  get running(): number {
    return [...this.#children.values()].filter((child) => child.exitCode === null && !child.signalCode)
      .length;
  }

  /** Whatever waits and whose parents are over becomes ready; what was blocked as well, but for what holds a block. */
  recomputeReady(): void {
    const waiting = this.#all(`SELECT * FROM tasks t WHERE status IN ('todo', 'blocked') AND NOT EXISTS (
      SELECT 1 FROM task_links l JOIN tasks p ON p.id = l.parent_id
      WHERE l.child_id = t.id AND p.status NOT IN ('done', 'archived'))`);
    for (const { id, status } of waiting) {
      if (status === "blocked" && this.#holdsBlock(id)) continue;
      const opened = this.#run("UPDATE tasks SET status = 'ready' WHERE id = ? AND status = ?", id, status);
      if (opened > 0) this.#event(id, null, "promoted");
    }
  }

  #holdsBlock(id: string): boolean {
    const [newest] = this.db
      .query<{ kind: string }, [string]>(
        "SELECT kind FROM task_events WHERE task_id = ? AND kind IN ('blocked', 'unblocked') ORDER BY id DESC LIMIT 1",
      )
      .all(id);
    const [counted] = this.db
      .query<{ over: number }, [string]>(
        "SELECT consecutive_failures >= coalesce(max_retries, 2) AS over FROM tasks WHERE id = ?",
      )
      .all(id);
    return newest?.kind === "blocked" || counted?.over === 1;
  }

  /** A claim of its own host whose pid is gone is a crash. */
  writeOffDead(): void {
    const dead = this.#all(
      `SELECT * FROM tasks WHERE status = 'running' AND worker_pid IS NOT NULL
       AND coalesce(started_at, 0) <= unixepoch() - ${this.#options.launchGraceS}`,
    ).filter((task) => this.#isOwnHost(task) && !isAlive(task.worker_pid));
    for (const task of dead) if (!this.#children.has(childKey(task))) this.#giveBack(task, "crashed", 1);
  }

  /** A claim whose lease is over is given away; on its own host its pid is told to end. */
  reclaimExpired(): void {
    for (const task of this.#all(
      "SELECT * FROM tasks WHERE status = 'running' AND claim_expires < unixepoch()",
    )) {
      if (this.#isOwnHost(task) && isAlive(task.worker_pid)) process.kill(task.worker_pid ?? 0, "SIGTERM");
      this.#giveBack(task, "reclaimed", 0);
    }
  }

  /** Its own workers tell by their exit codes, which it alone can read. */
  closeChildren(): void {
    for (const [key, child] of this.#children) {
      if (child.exitCode === null && child.signalCode === null) continue;
      this.#children.delete(key);
      const [task] = this.#all(
        "SELECT * FROM tasks WHERE status = 'running' AND id || ' ' || current_run_id = ?",
        key,
      );
      if (task !== undefined) this.#giveBack(task, "crashed", 1);
    }
  }

  /** Ready tasks, and reviews, of the assignees that it knows. */
  start(): void {
    const { workers, max, leaseS } = this.#options;
    const known = Object.keys(workers);
    const marks = known.map(() => "?").join(", ");
    const ready = this.#all(
      `SELECT * FROM tasks WHERE status IN ('ready', 'review') AND claim_lock IS NULL AND assignee IN (${marks})
       ORDER BY priority DESC, created_at LIMIT ${Math.max(0, max - this.running)}`,
      ...known,
    );
    for (const task of ready) {
      const lock = `${hostname()}:${process.pid}`;
      const claim = this.db.transaction(() => {
        const taken = this.#run(
          `UPDATE tasks SET status = 'running', claim_lock = ?, claim_expires = unixepoch() + ${leaseS},
             started_at = coalesce(started_at, unixepoch()) WHERE id = ? AND status = ? AND claim_lock IS NULL`,
          ...[lock, task.id, task.status],
        );
        if (taken === 0) return null;
        const runId = Number(
          this.db.run(
            `INSERT INTO task_runs (task_id, profile, status, claim_lock, claim_expires, started_at)
             VALUES (?, ?, 'running', ?, unixepoch() + ${leaseS}, unixepoch())`,
            [task.id, task.assignee, lock],
          ).lastInsertRowid,
        );
        this.#run("UPDATE tasks SET current_run_id = ? WHERE id = ?", runId, task.id);
        this.#event(task.id, runId, "claimed");
        return runId;
      });
      const runId = claim.immediate();
      if (runId !== null) this.#startWorker(task, runId, lock);
    }
  }

  #startWorker(task: Row, runId: number, lock: string): void {
    const workspace = task.workspace_path ?? join(this.#paths.workspaces, task.id);
    mkdirSync(workspace, { recursive: true });
    this.#run("UPDATE tasks SET workspace_path = ? WHERE id = ?", workspace, task.id);
    const logPath = join(dirname(this.#paths.workspaces), "logs", `${task.id}.log`);
    mkdirSync(dirname(logPath), { recursive: true });
    const log = openSync(logPath, "a");
    const child = Bun.spawn([...(this.#options.workers[task.assignee] ?? [])], {
      cwd: workspace,
      env: {
        PATH: process.env.PATH ?? "",
        HERMES_KANBAN_TASK: task.id,
        HERMES_KANBAN_DB: this.#paths.database,
        HERMES_KANBAN_BOARD: this.#paths.slug,
        HERMES_KANBAN_WORKSPACE: workspace,
        HERMES_KANBAN_RUN_ID: String(runId),
        HERMES_KANBAN_CLAIM_LOCK: lock,
        HERMES_PROFILE: task.assignee,
      },
      stdin: "ignore",
      stdout: log,
      stderr: log,
    });
    closeSync(log);
    this.#children.set(`${task.id} ${runId}`, child);
    this.#run(
      "UPDATE tasks SET worker_pid = ? WHERE id = ? AND current_run_id = ?",
      child.pid,
      task.id,
      runId,
    );
    this.#run("UPDATE task_runs SET worker_pid = ? WHERE id = ? AND ended_at IS NULL", child.pid, runId);
    this.#event(task.id, runId, "spawned");
  }

  #giveBack(task: Row, outcome: "crashed" | "reclaimed", failures: number): void {
    this.db
      .transaction(() => {
        const given = this.#run(
          `UPDATE tasks SET status = 'ready', claim_lock = NULL, claim_expires = NULL, worker_pid = NULL,
             current_run_id = NULL, consecutive_failures = consecutive_failures + ?
           WHERE id = ? AND status = 'running' AND claim_lock IS ? AND current_run_id IS ?`,
          ...[failures, task.id, task.claim_lock, task.current_run_id],
        );
        if (given === 0) return;
        this.#run(
          `UPDATE task_runs SET status = ?, outcome = ?, ended_at = unixepoch(), claim_lock = NULL, worker_pid = NULL
           WHERE id = ? AND ended_at IS NULL`,
          ...[outcome, outcome, task.current_run_id],
        );
        this.#event(task.id, task.current_run_id, outcome);
      })
      .immediate();
  }

  #isOwnHost({ claim_lock }: Row): boolean {
    return claim_lock?.split(":", 1)[0] === hostname();
  }

  #all(sql: string, ...values: (string | number | null)[]): Row[] {
    return this.db.query<Row, (string | number | null)[]>(sql).all(...values);
  }

  #run(sql: string, ...values: (string | number | null)[]): number {
    return this.db.run(sql, values).changes;
  }

  #event(taskId: string, runId: number | null, kind: string): void {
    this.#run(
      "INSERT INTO task_events (task_id, run_id, kind, payload, created_at) VALUES (?, ?, ?, NULL, unixepoch())",
      ...[taskId, runId, kind],
    );
  }

  [Symbol.dispose](): void {
    for (const child of this.#children.values()) child.kill("SIGKILL");
    this.db.close();
  }
}

function childKey(task: Row): string {
  return `${task.id} ${task.current_run_id}`;
}

function isAlive(pid: number | null): boolean {
  try {
    process.kill(pid ?? 0, 0);
    return pid !== null;
  } catch {
    return false;
  }
}
