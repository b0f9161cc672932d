import { Database } from "bun:sqlite";
import { boardPaths } from "../../../src/system/home/board-paths.ts";
import { addTasks, taskId } from "../../boards/task-rows.ts";
import { median, percentile } from "../../samples.ts";
import { framesScript, metricsOf, ms, type WebMeasure } from "../web-bench.ts";

const nodes = 1_000;
const steps = 120;

/** A graph of a thousand tasks, each waiting for one or two before it, dragged about. */
export const graph: WebMeasure = async (bench) => {
  const home = bench.makeHome();
  fill(home);
  const server = await bench.serve(home);
  const { page, cdp } = await bench.open(server.address("b/default"), framesScript);
  await page.locator("article.card").first().waitFor();
  const startedAt = performance.now();
  await page.getByRole("link", { name: "Graph" }).click();
  await page.locator(".graph-node").first().waitFor();
  const openedMs = performance.now() - startedAt;
  const drag = async () => {
    await page.mouse.move(800, 450);
    await page.mouse.down();
    await page.evaluate("watchFrames()");
    const { ThreadTime: from = 0 } = await metricsOf(cdp);
    for (let step = 0; step < steps; step += 1)
      await page.mouse.move(800 + 500 * Math.sin(step / 9), 450 + 300 * Math.cos(step / 7));
    const { ThreadTime: to = 0 } = await metricsOf(cdp);
    const frames = await page.evaluate<number[]>("(isWatching = false, frames_)");
    await page.mouse.up();
    const work = ((to - from) * 1e3) / frames.length;
    return `${ms(work)}; ${ms(median(frames))}, ${ms(percentile(frames, 0.95))} (${frames.length})`;
  };
  const near = await drag();
  await page.getByRole("button", { name: "Fit" }).click();
  await page.waitForTimeout(500);
  const all = await drag();
  const elements = await page.evaluate<number>("document.querySelectorAll('.graph-frame *').length");
  await page.context().close();
  return [
    [`graph of ${nodes}: opened → first node`, ms(openedMs)],
    ["dragged, read: processor of the main thread a frame; frame p50, p95", near],
    ["dragged, all in sight: processor of the main thread a frame; frame p50, p95", all],
    ["elements, all in sight", String(elements)],
  ];
};

function fill(home: string): void {
  using db = new Database(boardPaths(home, "default").database);
  const nowS = Math.floor(Date.now() / 1_000);
  addTasks(db, { first: 1, last: nodes }, { status: "todo", assignee: "nobody", nowS });
  db.run(
    `WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ${nodes})
     INSERT OR IGNORE INTO task_links (parent_id, child_id)
     SELECT ${taskId("(i + 20) / 2 % i + (i = (i + 20) / 2 % i)")}, ${taskId("i")} FROM n WHERE (i + 20) / 2 % i > 0
     UNION SELECT ${taskId("i - 1 - i % 13")}, ${taskId("i")} FROM n WHERE i > 20 AND i % 3 = 0`,
  );
}
