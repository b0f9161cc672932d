import { resolve } from "node:path";
import type { BoardStore } from "../../../src/store/store.ts";
import { mainPath } from "../../cli/command-line.ts";
import { eventually } from "../../support/eventually.ts";
import { python } from "../../support/python.ts";
import type { Arena } from "../orphan-repro/arena.ts";
import { readBoardFacts } from "../orphan-repro/board-facts.ts";
import { listLeftover } from "../orphan-repro/leftover.ts";
import { type Measure, mustBe, mustBeAtLeast, type PartResult, told } from "../orphan-repro/measure.ts";
import { readWorkHistory } from "../orphan-repro/work-history.ts";
import type { ForkLimit } from "./fork-limit.ts";
import type { PlainUser } from "./plain-user.ts";

/** What the strays of an arm are: by a kind of `worker.sh`. */
export interface ArmKind {
  readonly part: string;
  readonly kind: "fails-escaping" | "fails-hidden";
  readonly shows: string;
}

export const armKinds: readonly ArmKind[] = [
  { part: "strays", kind: "fails-escaping", shows: "strays that left the session and heed no TERM" },
  { part: "hidden", kind: "fails-hidden", shows: "the same that can't be looked into by their user" },
];

export interface ArmOptions {
  readonly tasks: number;
  readonly seconds: number;
  readonly limit: ForkLimit;
  readonly user: PlainUser;
}

type Around = (command: readonly string[]) => string[];

/** How long a stray stays if no one ends it, in seconds: longer than it takes to give its task away. */
const staySeconds = 4;
const dispatchersMax = 2;

/**
 * Dispatchers of a plain user work a board off whose every run fails once and leaves a stray, while forks are refused again and
 * again and the numbers of processes go round. It is judged by what the workers wrote down, and by the process table.
 */
export async function playArm(
  arena: Arena,
  { part, kind, shows }: ArmKind,
  options: ArmOptions,
): Promise<PartResult> {
  const { tasks, seconds, limit, user } = options;
  const around = (command: readonly string[]) => limit.around(user.around(command));
  const startedAt = performance.now();
  const store = await arena.open("write");
  const storm = startStorm(around);
  const crew = new Crew(arena, around);
  let isCalm = false;
  try {
    await eventually("the storm has begun", () => storm.refused > 0);
    for (let task = 0; task < tasks; task++)
      await store.createTask(
        { title: kind, body: String(staySeconds), assignee: "racer" },
        { actor: "storm" },
      );
    const deadline = startedAt + seconds * 1_000;
    while (!(await isOver(store, tasks)) && performance.now() < deadline) {
      // Also a machine this slow comes to an end, once no one refuses anything.
      if (!isCalm && performance.now() > startedAt + seconds * 400) {
        isCalm = true;
        await storm.end();
      }
      await crew.keepUp({ mayKill: !isCalm });
      await Bun.sleep(100);
    }
  } finally {
    store.close();
    await storm.end();
    await crew.end();
  }
  const facts = await readBoardFacts(arena);
  const work = readWorkHistory(arena.workers, facts.runs);
  const left = await listLeftover(arena, facts);
  const lingered = arena.workers.read().filter(([verb]) => verb === "linger").length;
  const measures: Measure[] = [
    mustBe(
      "tasks with two live workers",
      new Set(work.twoAtOnce.map((found) => found.split(":", 1)[0])).size,
      0,
    ),
    mustBe("tasks not done", facts.notDone.length, 0),
    mustBe("processes left", left?.length ?? "unknown", 0),
    mustBe("integrity_check", facts.integrity, "ok"),
    mustBeAtLeast("strays", lingered, 1),
    mustBeAtLeast("starts refused to the storm", storm.refused, 1),
    told("bound by", limit.kind),
    told("tasks", tasks),
    told("runs", facts.runs.length),
    told("workers", work.begun),
    told("dispatchers killed", crew.kills),
    told("dispatchers that gave up", crew.losses),
  ];
  const durationMs = performance.now() - startedAt;
  return {
    part,
    shows: `${shows}, while forks are refused`,
    measures,
    findings: [...work.twoAtOnce, ...facts.notDone, ...(left ?? [])],
    durationMs,
  };
}

async function isOver(store: BoardStore, tasks: number): Promise<boolean> {
  const done = (await store.getCounts()).byStatus.done ?? 0;
  return done === tasks && (await store.listLiveRuns()).length === 0;
}

/** `refused`: how many starts, as it said last. */
function startStorm(around: Around) {
  const program = resolve(import.meta.dir, "fork-storm.py");
  const child = Bun.spawn(around([python, program]), {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const storm = {
    refused: 0,
    async end() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
  void (async () => {
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream()))
      storm.refused = Math.max(storm.refused, ...chunk.split("\n").map(Number)); // the last chunk of all is empty
  })();
  return storm;
}

/** Residents, one of which is killed every other second; one that the storm has brought down is replaced. */
class Crew {
  readonly #arena: Arena;
  readonly #around: Around;
  #members: Bun.Subprocess[] = [];
  #killAtMs = performance.now() + 2_000;
  kills = 0;
  losses = 0;

  constructor(arena: Arena, around: Around) {
    this.#arena = arena;
    this.#around = around;
  }

  async keepUp({ mayKill }: { readonly mayKill: boolean }): Promise<void> {
    if (mayKill && performance.now() > this.#killAtMs) {
      this.#killAtMs = performance.now() + 2_000;
      const victim = this.#members.shift();
      victim?.kill("SIGKILL");
      await victim?.exited;
      if (victim !== undefined) this.kills++;
    }
    const gone = this.#members.filter((member) => member.exitCode !== null || member.signalCode !== null);
    this.losses += gone.length;
    this.#members = this.#members.filter((member) => !gone.includes(member));
    while (this.#members.length < dispatchersMax) this.#members.push(this.#start());
  }

  #start(): Bun.Subprocess {
    const { home } = this.#arena;
    return Bun.spawn(this.#around([process.execPath, mainPath, "dispatch", "--watch"]), {
      env: { PATH: process.env.PATH ?? "", HOME: home, KANBUN_HOME: home },
      stdio: ["ignore", "ignore", "ignore"],
    });
  }

  async end(): Promise<void> {
    for (const member of this.#members) member.kill("SIGKILL");
    await Promise.all(this.#members.map((member) => member.exited));
  }
}
