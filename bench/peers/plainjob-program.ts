// A worker of plainjob in a process of its own, in its default settings. Arguments: database, pipe.
import { Database } from "bun:sqlite";
import { appendFileSync } from "node:fs";
import { bun, defineQueue, defineWorker } from "plainjob";

const [path = "", pipe = ""] = process.argv.slice(2);
const silent = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
const queue = defineQueue({ connection: bun(new Database(path, { strict: true })), logger: silent });
const worker = defineWorker("bench", async ({ data }) => appendFileSync(pipe, `${JSON.parse(data).made}\n`), {
  queue,
  logger: silent,
});
appendFileSync(pipe, "ready\n");
await worker.start();
