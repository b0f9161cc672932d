import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { person } from "../../support/board.ts";
import { WebServer } from "../web-server.ts";

const path = process.env.CHROMIUM ?? "/usr/bin/chromium";
const isThere = existsSync(path);
if (!isThere) console.log(`skipped: plots in a browser, for there is no ${path}`);
/** A slow machine under load. */
const timeout = 60_000;

let browser: Browser;
let web: WebServer;
beforeAll(async () => {
  if (isThere) browser = await chromium.launch({ executablePath: path, timeout });
});
afterAll(() => browser?.close());

/** Logged in, and what the page complained of. */
async function open(colorScheme: "light" | "dark"): Promise<{ page: Page; complaints: readonly string[] }> {
  const context = await browser.newContext({ colorScheme, reducedMotion: "reduce" });
  context.setDefaultTimeout(timeout);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${web.served.url}#token=${web.tokens.full}`);
  await page.getByRole("link", { name: "Graph" }).waitFor();
  return { page, complaints };
}

/** A bar is as wide as its run was long; WCAG 2.5.8 has an exception for it: the same link is in the table of the view. */
function isEquivalent(found: string): boolean {
  return found.startsWith("target-size:") && found.includes('class="timeline-bar');
}

async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    // @ts-expect-error: what was just run in the page has put it there.
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }),
  );
  return violations.flatMap(({ id, nodes }: { id: string; nodes: readonly { html: string }[] }) =>
    nodes.map(({ html }) => `${id}: ${html}`).filter((found) => !isEquivalent(found)),
  );
}

test.if(isThere)("graph, timeline and metrics are live, reached by keys, and told in words", async () => {
  web = await WebServer.start();
  try {
    const first = await web.make("Build <img src=x onerror=alert(1)>", "echo hi");
    const second = await web.make("Then deploy", "exit 3");
    await web.store.linkTasks({ parentId: first, childId: second }, person);
    const { page, complaints } = await open("light");

    await page.getByRole("link", { name: "Graph" }).click();
    const node = page.locator(`[data-node="${second}"]`);
    await page.locator(`[data-node="${first}"].critical`).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.locator(`[data-node="${first}"]:focus`).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.locator(`[data-node="${second}"]:focus`).waitFor();
    await page.locator(".plot-facts", { hasText: "waits for 1, 1 open" }).waitFor();
    // By another program, while it is looked at.
    await web.finish(first);
    await page.locator(`[data-node="${first}"].is-done`).waitFor();
    expect(await findings(page)).toEqual([]);
    const before = await node.boundingBox();
    await page.mouse.move(600, 600);
    await page.mouse.down();
    await page.mouse.move(500, 560, { steps: 3 });
    await page.mouse.up();
    const after = await node.boundingBox();
    expect(Math.round((after?.x ?? 0) - (before?.x ?? 0))).toBe(-100);
    await page.getByRole("button", { name: "As a table" }).click();
    await page
      .getByRole("row", { name: /Then deploy/ })
      .getByRole("link", { name: /Build/ })
      .waitFor();
    expect(await findings(page)).toEqual([]);

    await page.getByRole("link", { name: "Timeline" }).click();
    await page.getByRole("row", { name: /Build/ }).waitFor();
    await page.getByRole("button", { name: "As a table" }).click();
    await page.locator(".timeline-bar").first().focus();
    await page.locator(".plot-facts", { hasText: "completed" }).waitFor();
    expect(await findings(page)).toEqual([]);

    await page.getByRole("link", { name: "Metrics" }).click();
    await page.locator(".metric canvas").first().waitFor();
    await page.locator(".metric-throughput summary").click();
    await page.locator(".metric-throughput td", { hasText: /^1$/ }).waitFor();
    expect(await findings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();

    const dark = await open("dark");
    for (const view of ["graph", "timeline", "metrics"]) {
      await dark.page.goto(`${web.served.url}b/default/${view}`);
      await dark.page.locator(".graph-node, .timeline-bar, .metric canvas").first().waitFor();
      expect({ view, findings: await findings(dark.page) }).toEqual({ view, findings: [] });
    }
    expect(dark.complaints).toEqual([]);
  } finally {
    await web[Symbol.asyncDispose]();
  }
});
