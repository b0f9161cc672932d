import { metricsOf, type WebMeasure } from "../web-bench.ts";

const tabsOpen = 10;
const everyMs = 500;
const patienceMs = 60_000;

/** Keeps the ids of all events that a tab is told of, in the order in which they come. */
const script = `window.told = [];
const Real = WebSocket;
window.WebSocket = class extends Real {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "events") told.push(...message.events.map(({ id }) => id));
    });
  }
};`;

/** Ten tabs beside a board on which two tasks a second are made, run and done. */
export const tabs: WebMeasure = async (bench) => {
  const home = bench.makeHome();
  const server = await bench.serve(home, "--dispatch");
  const open = [];
  for (let tab = 0; tab < tabsOpen; tab += 1) {
    const { page, cdp } = await bench.open(server.address("b/default"), script);
    await page.locator(".columns").waitFor();
    open.push({ page, cdp });
  }
  await Bun.sleep(2_000);
  const [before, from] = [server.memoryMb, server.processorS];
  const startedAt = performance.now();
  let made = 0;
  let memoryMax = before;
  while (performance.now() - startedAt < bench.seconds * 1_000) {
    await server.ask("POST", "/boards/default/tasks", {
      ...{
        title: `Busy ${made}`,
        assignee: "shell",
        body: "for i in 1 2 3; do echo line $i; sleep 0.3; done",
      },
    });
    made += 1;
    memoryMax = Math.max(memoryMax, server.memoryMb);
    await Bun.sleep(everyMs - ((performance.now() - startedAt) % everyMs));
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const processorS = server.processorS - from;
  await untilIdle();
  const ids: number[] = [];
  for (let after = 0; ; after = ids.at(-1) ?? 0) {
    const { events } = await server.ask<{ events: { id: number }[] }>(
      "GET",
      `/boards/default/events?after=${after}&limit=1000`,
    );
    if (events.length === 0) break;
    ids.push(...events.map(({ id }) => id));
  }
  let [lost, twice] = [0, 0];
  const heaps: number[] = [];
  for (const { page, cdp } of open) {
    // What is on its way is not lost; where the last one never comes, all that is missing is counted.
    const startedAt = performance.now();
    while (
      !(await page.evaluate<boolean>(`told.at(-1) >= ${ids.at(-1)}`)) &&
      performance.now() - startedAt < patienceMs
    )
      await Bun.sleep(100);
    const told = await page.evaluate<number[]>("told");
    lost += ids.filter((id) => !told.includes(id)).length;
    twice += told.length - new Set(told).size;
    if (told.some((id, at) => at > 0 && id <= (told[at - 1] ?? 0)))
      throw new Error("events came out of order");
    heaps.push(((await metricsOf(cdp)).JSHeapUsedSize ?? 0) / 1e6);
    await page.context().close();
  }
  return [
    [`${tabsOpen} tabs for ${seconds.toFixed(0)} s: tasks, events`, `${made}, ${ids.length}`],
    ["events that a tab was not told, or told twice", `${lost}, ${twice}`],
    [
      "processor of the server, its dispatcher with it",
      `${((100 * processorS) / seconds).toFixed(1)} % of one`,
    ],
    [
      "memory of the server: before, most, after",
      `${before.toFixed(0)}, ${memoryMax.toFixed(0)}, ${server.memoryMb.toFixed(0)} MB`,
    ],
    [
      "heap of a tab at the end: least, most",
      `${Math.min(...heaps).toFixed(1)}, ${Math.max(...heaps).toFixed(1)} MB`,
    ],
  ];

  async function untilIdle(): Promise<void> {
    for (;;) {
      const { by_status: now } = await server.ask<{ by_status: Record<string, number> }>(
        "GET",
        "/boards/default/stats",
      );
      if ((now.ready ?? 0) + (now.running ?? 0) === 0) return;
      await Bun.sleep(500);
    }
  }
};
