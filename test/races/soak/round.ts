import { join } from "node:path";
import { probeProcess } from "../../../native-shims/index.ts";
import { eventually } from "../../support/eventually.ts";
import type { Arena } from "../orphan-repro/arena.ts";
import { Crew } from "../orphan-repro/crew.ts";
import { Journal } from "../orphan-repro/journal.ts";
import { Random } from "../orphan-repro/random.ts";
import type { Wards } from "../orphan-repro/wards.ts";
import { createTasks } from "../orphan-repro/workload.ts";
import { Client } from "./client.ts";
import { type Evidence, gatherEvidence } from "./evidence.ts";
import { wreakHavoc } from "./havoc.ts";
import { Hits } from "./hits.ts";
import { HomeResident } from "./home-resident.ts";
import { recover } from "./recovery.ts";
import { continueAll } from "./run-processes.ts";

export interface RoundOptions {
  readonly seed: number;
  readonly dispatchers: number;
  readonly lock: "kernel" | "none";
  /** How long it is disturbed. */
  readonly raceMs: number;
  readonly wards: Wards;
}

/** Far beyond what it takes: a machine may be busy with something else. */
const recoveryMs = 60_000;

const firstTasks = 60;

/** One race on a fresh board, the recovery after it, and what was to be seen of it. */
export async function playRound(arena: Arena, options: RoundOptions): Promise<Evidence> {
  const { dispatchers, lock, raceMs, wards } = options;
  const random = new Random(options.seed);
  const hitsPath = join(arena.records, "hits");
  const hits = new Hits(hitsPath);
  const acknowledged = new Journal(join(arena.records, "acknowledged"));
  const untilMs = Date.now() + raceMs + recoveryMs;
  const crew = new Crew(arena, {
    lock,
    gapRate: 0.02,
    unrest: { stepRate: 0.01, launchRate: 0.04, hitsPath },
    untilMs,
    random,
    wards,
  });
  const tasksMade = await makeFirstTasks(arena, random);
  const resident = await HomeResident.start(arena, { random: new Random(random.seed()), wards });
  const client = new Client(
    { home: arena.home, acknowledgedPath: acknowledged.path, untilMs },
    random,
    wards,
  );
  try {
    for (let i = 0; i < dispatchers; i++) crew.start();
    await wreakHavoc({ arena, crew, client, hits, random, forMs: raceMs });
  } finally {
    await client.end();
    await endCrew(crew);
    continueAll(arena.home);
  }
  const broughtDown = await resident.requireWork();
  await resident.end();
  await recover(arena, recoveryMs);
  const scene = { arena, lock, crew, client, hits, acknowledged, tasksMade: tasksMade + 1 };
  return gatherEvidence({ ...scene, faults: resident.faults, broughtDown });
}

async function makeFirstTasks(arena: Arena, random: Random): Promise<number> {
  await using store = await arena.open("write");
  await createTasks(store, firstTasks, random);
  return firstTasks;
}

async function endCrew(crew: Crew): Promise<void> {
  const { members } = crew;
  await crew.end();
  await eventually("the dispatchers are dead", () =>
    members.every((member) => probeProcess(member.ref) === "dead"),
  );
}
