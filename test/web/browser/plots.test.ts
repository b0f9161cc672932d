import { expect, test } from "bun:test";
import { person } from "../../support/board.ts";
import { homesInMemory } from "../../support/place-of-homes.ts";
import { WebServer } from "../web-server.ts";
import { hasChromium, Tab } from "./chromium.ts";

homesInMemory();

const standards = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

/** A bar is as wide as its run was long; WCAG 2.5.8 has an exception for it: the same link is in the table of the view. */
function isEquivalent(found: string): boolean {
  return found.startsWith("target-size:") && found.includes('class="timeline-bar');
}

test.skipIf(!hasChromium)(
  "graph, timeline and metrics are live, reached by keys, and told in words",
  async () => {
    await using web = await WebServer.start();
    const first = await web.make("Build <img src=x onerror=alert(1)>", "echo hi");
    const second = await web.make("Then deploy", "exit 3");
    await web.store.linkTasks({ parentId: first, childId: second }, person);
    await using tab = await Tab.at(web);
    const { page } = tab;
    const findings = async () => (await tab.findings(standards)).filter((found) => !isEquivalent(found));

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
    expect(await findings()).toEqual([]);
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
    expect(await findings()).toEqual([]);

    await page.getByRole("link", { name: "Timeline" }).click();
    await page.getByRole("row", { name: /Build/ }).waitFor();
    await page.getByRole("button", { name: "As a table" }).click();
    await page.locator(".timeline-bar").first().focus();
    await page.locator(".plot-facts", { hasText: "completed" }).waitFor();
    expect(await findings()).toEqual([]);

    await page.getByRole("link", { name: "Metrics" }).click();
    await page.locator(".metric canvas").first().waitFor();
    await page.locator(".metric-throughput summary").click();
    await page.locator(".metric-throughput td", { hasText: /^1$/ }).waitFor();
    expect(await findings()).toEqual([]);

    await page.emulateMedia({ colorScheme: "dark" });
    for (const view of ["Graph", "Timeline", "Metrics"]) {
      await page.getByRole("link", { name: view }).click();
      await page.locator(".graph-node, .timeline-bar, .metric canvas").first().waitFor();
      expect({ view, findings: await findings() }).toEqual({ view, findings: [] });
    }
    await page.goto(`${web.served.url}b/default/t/${second}`);
    await page.locator(".links .before a", { hasText: "Build" }).waitFor();
    expect(await findings()).toEqual([]);
    await page.getByRole("link", { name: "in the graph" }).click();
    await page.getByRole("button", { name: `Around ${second}` }).waitFor();
    await page.locator(`[data-node="${first}"]`).waitFor();
    expect(tab.complaints).toEqual([]);
  },
);
