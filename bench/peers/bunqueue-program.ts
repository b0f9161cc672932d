// bunqueue, embedded and on disk, in its default settings. Arguments: rate or starts, how many jobs, database.
// The last line that it writes is its result.
import { Queue, Worker } from "bunqueue/client";

interface Job {
  readonly made: number;
}

/** What served it best of 1, 4, 16 and 64. */
const concurrency = 64;

const [what, countText = "", dataPath = ""] = process.argv.slice(2);
const count = Number(countText);
const place = { embedded: true, dataPath } as const;
const queue = new Queue<Job>("bench", place);
const jobs = Array.from({ length: count }, (_, made) => ({ name: "bench", data: { made } }));
console.log(JSON.stringify(what === "rate" ? await rate() : await starts()));
process.exit(0);

async function rate() {
  await queue.addBulk(jobs);
  const seen = new Set<number>();
  let calls = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const startedAt = performance.now();
  const worker = new Worker<Job>(
    "bench",
    async ({ data }) => {
      calls++;
      if (seen.add(data.made).size === count) resolve();
    },
    { ...place, concurrency },
  );
  await promise;
  const elapsedMs = performance.now() - startedAt;
  await worker.close();
  if (calls !== count) throw new Error("bunqueue did a job twice");
  return { elapsedMs };
}

async function starts() {
  let onStart = (_made: number) => {};
  const worker = new Worker<Job>("bench", async ({ data }) => onStart(data.made), {
    ...place,
    concurrency: 1,
  });
  const times: number[] = [];
  for (const { name, data } of jobs) {
    await Bun.sleep(20 + Math.random() * 60);
    const started = Promise.withResolvers<number>();
    onStart = started.resolve;
    const addedAt = performance.now();
    const added = queue.add(name, data);
    const made = await started.promise;
    times.push(performance.now() - addedAt);
    await added;
    if (made !== data.made) throw new Error("bunqueue started another job");
  }
  await worker.close();
  return { times };
}
