import { Database } from "bun:sqlite";
import { boardPaths } from "../../../src/system/home/board-paths.ts";
import { addTasks } from "../../boards/task-rows.ts";
import { median, percentile } from "../../samples.ts";
import {
  framesScript,
  type Line,
  metricsOf,
  ms,
  until,
  type WebBench,
  type WebMeasure,
} from "../web-bench.ts";

const sizes = [5_000, 50_000];
const moves = 10;

const script = `${framesScript}
window.moved = {};
new MutationObserver(() => {
  window.firstCardMs ??= document.querySelector("article.card") ? performance.now() : undefined;
  for (const card of document.querySelectorAll('[data-column="done"] article[data-task]'))
    moved[card.dataset.task] ??= performance.now();
}).observe(document, { childList: true, subtree: true });
addEventListener("keydown", () => { window.pressedMs = performance.now(); }, true);`;

/** Large boards: 78 of 100 tasks are done, as after some weeks. */
export const cards: WebMeasure = async (bench) => {
  const lines: Line[] = [];
  for (const size of sizes) lines.push(...(await measure(bench, size)));
  return lines;
};

async function measure(bench: WebBench, size: number): Promise<readonly Line[]> {
  const home = bench.makeHome();
  fill(home, size);
  const server = await bench.serve(home);
  const before = server.memoryMb;
  const loads: { readonly first: number; readonly task: number; readonly script: number }[] = [];
  for (let round = 0; round < 3; round += 1) {
    const { page, cdp } = await bench.open(server.address("b/default"), script);
    await page.locator("article.card").first().waitFor();
    await page.waitForLoadState("networkidle");
    const { ThreadTime = 0, ScriptDuration = 0 } = await metricsOf(cdp);
    loads.push({
      first: await page.evaluate<number>("firstCardMs"),
      task: ThreadTime * 1e3,
      script: ScriptDuration * 1e3,
    });
    await page.context().close();
  }
  const { page, cdp } = await bench.open(server.address("b/default"), script);
  await page.locator("article.card").first().waitFor();
  await page.waitForLoadState("networkidle");
  const elements = await page.evaluate<number>("document.querySelectorAll('*').length");
  const { JSHeapUsedSize = 0 } = await metricsOf(cdp);
  const times: number[] = [];
  const works: number[] = [];
  for (let move = 0; move < moves; move += 1) {
    const card = page.locator('[data-column="ready"] article').nth(1);
    const id = await card.getAttribute("data-task");
    await card.locator("h3 a").focus();
    const { ThreadTime: from = 0 } = await metricsOf(cdp);
    await page.keyboard.press("d");
    await until(page, `moved[${JSON.stringify(id)}] !== undefined`);
    times.push(await page.evaluate<number>(`moved[${JSON.stringify(id)}] - pressedMs`));
    const { ThreadTime: to = 0 } = await metricsOf(cdp);
    works.push((to - from) * 1e3);
    await page.waitForTimeout(600);
  }
  const column = await page.locator('[data-column="todo"]').boundingBox();
  await page.mouse.move((column?.x ?? 0) + 100, (column?.y ?? 0) + 300);
  await page.evaluate("watchFrames()");
  const { ThreadTime: from = 0 } = await metricsOf(cdp);
  for (let step = 0; step < 60; step += 1) await page.mouse.wheel(0, 240);
  await page.waitForTimeout(300);
  const { ThreadTime: to = 0 } = await metricsOf(cdp);
  const frames = await page.evaluate<number[]>("(isWatching = false, frames_)");
  const memory = server.memoryMb;
  await page.context().close();
  const of = (name: "first" | "task" | "script") => ms(median(loads.map((load) => load[name])));
  const tasks = `${size.toLocaleString("en")} tasks`;
  return [
    [`${tasks}: address opened → first card`, of("first")],
    [`${tasks}: processor of the main thread until all is quiet, scripts`, `${of("task")}, ${of("script")}`],
    [`${tasks}: elements, heap of the page`, `${elements}, ${(JSHeapUsedSize / 1e6).toFixed(1)} MB`],
    [`${tasks}: memory of the server, before and after`, `${before.toFixed(0)}, ${memory.toFixed(0)} MB`],
    [
      `${tasks}: key pressed → card in its new column, main thread`,
      `${ms(median(times))}, ${ms(median(works))}`,
    ],
    [
      `${tasks}: a frame while scrolling, p50, p95, worst; main thread`,
      `${ms(median(frames))}, ${ms(percentile(frames, 0.95))}, ${ms(Math.max(...frames))}; ${ms(((to - from) * 1e3) / frames.length)}`,
    ],
  ];
}

function fill(home: string, size: number): void {
  using db = new Database(boardPaths(home, "default").database);
  const nowS = Math.floor(Date.now() / 1_000);
  let first = 1;
  for (const [status, share] of [
    ["done", 0.78],
    ["todo", 0.12],
    ["ready", 0.06],
    ["blocked", 0.03],
    ["review", 0.01],
  ] as const) {
    const last = first + Math.round(size * share) - 1;
    db.transaction(() => addTasks(db, { first, last }, { status, assignee: "nobody", nowS }))();
    first = last + 1;
  }
}
