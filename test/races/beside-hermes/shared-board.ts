import { Database } from "bun:sqlite";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { openBoard } from "../../../src/store/sqlite/open.ts";
import { boardPaths } from "../../../src/system/home/board-paths.ts";
import { kanbunCommand } from "../../support/board.ts";

export interface SharedRun {
  readonly home: string;
  readonly tasks: number;
  /** null: a resident of ours; else one tick every so often, as a timer does it. */
  readonly timerMs: number | null;
  /** Longest time that a worker works. */
  readonly workMsMax: number;
  readonly patienceMs: number;
}

/** What the workers' own ledger and the board say afterwards. */
export interface Figures {
  readonly tasks: number;
  /** Begun more often than its script asks for. */
  readonly twice: number;
  /** Not done, or done without its worker having come to its end. */
  readonly lost: number;
  /** Runs that are called anything else than what they were. */
  readonly wrongOutcomes: number;
  readonly startedBy: Readonly<Record<"kanbun" | "hermes", number>>;
  readonly seconds: number;
}

interface Made {
  readonly id: string;
  readonly failsFirst: boolean;
}

const bun = process.execPath;
const hermesFolder = resolve(import.meta.dir, "../../hermes");

/** Works a board off that both dispatchers tick at once. Whatever it has started has ended when it returns. */
export async function workOffTogether(run: SharedRun): Promise<Figures> {
  const { home } = run;
  const ledger = join(home, "ledger");
  writeFileSync(ledger, "");
  const worker = [bun, join(hermesFolder, "worker-program.ts"), ledger];
  writeFileSync(join(home, "kanbun.toml"), configOf(ledger, worker, run.workMsMax));
  const made = await makeTasks(run);
  const startedAt = performance.now();
  const options = {
    workers: { writer: [...worker, String(run.workMsMax / 2)] },
    // Its 30 s, on the scale of these workers: a pid that is gone is called a crash soon after the start.
    launchGraceS: 1,
    max: 3,
  };
  const hermes = Bun.spawn(
    [bun, join(hermesFolder, "dispatcher-program.ts"), home, "150", JSON.stringify(options)],
    { stdin: "ignore", stdout: "inherit", stderr: "inherit" },
  );
  const ours = new OurDispatcher(home, run.timerMs);
  try {
    await untilAllDone(run, made);
  } finally {
    await ours.stop();
    hermes.kill("SIGTERM");
    await hermes.exited;
    await kanbun(home, ["dispatch", "--drain"]).exited;
  }
  return judge(home, made, readFileSync(ledger, "utf8"), (performance.now() - startedAt) / 1000);
}

function configOf(ledger: string, worker: readonly string[], workMsMax: number): string {
  const script = `echo "start $KANBUN_TASK $KANBUN_RUN kanbun" >> '${ledger}'; . "$1"`;
  return `[dispatch]
max_in_progress = 6
retry_delay = "10ms"
[profiles.writer]
command = ${JSON.stringify([...worker, String(workMsMax / 2)])}
hermes = true
[profiles.own]
command = ${JSON.stringify(["sh", "-c", script, "sh", "{body_file}"])}
env = { LEDGER = ${JSON.stringify(ledger)} }
`;
}

/** Two of three are for both dispatchers, the third only for ours, by its exit code; some fail at first, some wait. */
async function makeTasks({ home, tasks, workMsMax }: SharedRun): Promise<Made[]> {
  const { database, initLock } = boardPaths(home, "default");
  const open = { path: database, initLockPath: initLock, clock: systemClock, mode: "create" } as const;
  await using store = await openBoard(open);
  const made: Made[] = [];
  for (let at = 0; at < tasks; at++) {
    const isOurs = at % 3 === 0;
    const failsFirst = at % 9 === 0;
    const work = `sleep ${((at % 10) * workMsMax) / 10_000}; echo "done $KANBUN_TASK $KANBUN_RUN kanbun" >> "$LEDGER"`;
    const { task } = await store.createTask(
      {
        title: `task ${at}`,
        assignee: isOurs ? "own" : "writer",
        body: failsFirst ? `[ -e tried ] || { : > tried; exit 3; }\n${work}` : work,
        parents: at % 5 === 4 ? [made[at - 1]?.id ?? ""] : [],
      },
      { actor: "tester" },
    );
    made.push({ id: task.id, failsFirst });
  }
  return made;
}

function kanbun(home: string, args: readonly string[]) {
  return Bun.spawn([...kanbunCommand, ...args], {
    env: { PATH: process.env.PATH ?? "", HOME: home, KANBUN_HOME: home },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
}

class OurDispatcher {
  readonly #resident: ReturnType<typeof kanbun> | null;
  readonly #timer: Promise<void> | null;
  #isStopping = false;

  constructor(home: string, timerMs: number | null) {
    this.#resident = timerMs === null ? kanbun(home, ["dispatch", "--watch"]) : null;
    this.#timer = timerMs === null ? null : this.#tickEvery(home, timerMs);
  }

  async #tickEvery(home: string, timerMs: number): Promise<void> {
    while (!this.#isStopping) {
      await kanbun(home, ["dispatch"]).exited;
      await Bun.sleep(timerMs);
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#resident?.kill("SIGTERM");
    await this.#resident?.exited;
    await this.#timer;
  }
}

async function untilAllDone({ home, patienceMs }: SharedRun, made: readonly Made[]): Promise<void> {
  using db = new Database(boardPaths(home, "default").database, { readonly: true });
  const deadline = performance.now() + patienceMs;
  const done = db.query<{ n: number }, []>("SELECT count(*) AS n FROM tasks WHERE status = 'done'");
  while ((done.get()?.n ?? 0) < made.length && performance.now() < deadline) await Bun.sleep(200);
}

function judge(home: string, made: readonly Made[], ledger: string, seconds: number): Figures {
  using db = new Database(boardPaths(home, "default").database, { readonly: true });
  const lines = ledger
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
  const count = (what: string, id: string) =>
    lines.filter(([word, task]) => word === what && task === id).length;
  const outcomes = db.query<{ said: string }, [string]>(
    `SELECT group_concat(outcome, ' ') AS said
     FROM (SELECT coalesce(outcome, 'open') AS outcome FROM task_runs WHERE task_id = ? ORDER BY id)`,
  );
  const status = db.query<{ status: string }, [string]>("SELECT status FROM tasks WHERE id = ?");
  const startedBy = (who: string) => lines.filter(([word, , , by]) => word === "start" && by === who).length;
  return {
    tasks: made.length,
    twice: made.filter(({ id, failsFirst }) => count("start", id) > (failsFirst ? 2 : 1)).length,
    lost: made.filter(({ id }) => status.get(id)?.status !== "done" || count("done", id) !== 1).length,
    wrongOutcomes: made.filter(
      ({ id, failsFirst }) => outcomes.get(id)?.said !== (failsFirst ? "crashed completed" : "completed"),
    ).length,
    startedBy: { kanbun: startedBy("kanbun"), hermes: startedBy("hermes") },
    seconds: Math.round(seconds),
  };
}
