import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { person } from "../boards/bench-home.ts";
import type { Measure } from "../measure.ts";
import { readLines } from "../read-lines.ts";
import { BenchServer } from "../servers/bench-server.ts";
import { ServerBoard } from "../servers/server-board.ts";

const writers = 4;
const listeners = { full: 100, quick: 100, smoke: 3 };
const warmUpMs = { full: 1_500, quick: 1_500, smoke: 100 };
const roundMs = { full: 5_000, quick: 3_000, smoke: 200 };

/** What it costs those that write to a board that many hear of it. */
export const serverListeners: Measure = {
  ids: ["PG3"],
  isLong: true,
  async run(bench) {
    const count = bench.pick(listeners);
    const server = await BenchServer.start(bench, { connectionsMax: 5 * count + 50 });
    const rounds = bench.pick({ full: 3, quick: 2, smoke: 1 });
    const [heard, unheard]: [number[], number[]] = [[], []];
    await using board = await ServerBoard.make(server, 0);
    const stores = await Promise.all(Array.from({ length: writers }, () => board.open()));
    const write = (at: number) => stores[at]?.createTask({ title: "Heard of by many" }, person);
    await commitsPerS(bench, write);
    for (let round = 0; round < rounds; round++) {
      unheard.push(await commitsPerS(bench, write));
      await using _listeners = await startListeners(server, board, count);
      heard.push(await commitsPerS(bench, write));
    }
    return [
      {
        id: "PG3",
        what: `tasks made by ${writers} programs at once, with ${count} connections that listen, against none`,
        ours: { name: `with ${count}`, unit: "commits/s", rounds: heard },
        yardstick: { name: "with none that listens", unit: "commits/s", rounds: unheard },
        judged: "ratio",
        limit: { is: "at least", must: 0.7, stretch: 0.9, unit: "×" },
        notes: [],
      },
    ];
  },
};

async function commitsPerS(
  bench: Bench,
  write: (writer: number) => Promise<unknown> | undefined,
): Promise<number> {
  let [isOver, written] = [false, 0];
  const all = Promise.all(
    Array.from({ length: writers }, async (_, at) => {
      while (!isOver) {
        await write(at);
        written += 1;
      }
    }),
  );
  all.catch(() => {}); // thrown below
  await Bun.sleep(bench.pick(warmUpMs));
  const [before, startedAt] = [written, performance.now()];
  await Bun.sleep(bench.pick(roundMs));
  const perS = ((written - before) / (performance.now() - startedAt)) * 1_000;
  isOver = true;
  await all;
  return perS;
}

/** In a process of their own, as they are no affair of those that write. */
async function startListeners(server: BenchServer, board: ServerBoard, count: number) {
  const ways = Array.from({ length: count }, () => server.makeWay());
  const child = Bun.spawn(
    [
      process.execPath,
      join(import.meta.dir, "server-listeners-program.ts"),
      JSON.stringify({ place: server.place, board: board.name, ways }),
    ],
    { stdin: "ignore", stdout: "pipe", stderr: "inherit" },
  );
  const { value } = await readLines(child.stdout).next();
  if (value !== "listening") throw new Error("the listeners failed");
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
