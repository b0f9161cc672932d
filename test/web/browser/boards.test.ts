import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { person } from "../../support/board.ts";
import { eventually } from "../../support/eventually.ts";
import { homesInMemory } from "../../support/place-of-homes.ts";
import { WebServer } from "../web-server.ts";
import { hasChromium, Tab } from "./chromium.ts";

homesInMemory();

describe.skipIf(!hasChromium)("the boards of a home in a browser", () => {
  let web: WebServer;

  beforeEach(async () => {
    web = await WebServer.start();
  });
  afterEach(() => web[Symbol.asyncDispose]());

  test("all of them are one view: live, moved and opened there, each card on its own board", async () => {
    await web.ask("POST", "/boards", { body: { slug: "shop" } });
    const here = await web.make("On the first");
    const makeThere = async (title: string, priority: number): Promise<string> =>
      (await web.ask("POST", "/boards/shop/tasks", { body: { title, priority } })).data.id;
    const there = await makeThere("On the second", 5);
    await using tab = await Tab.at(web, "/all");
    const { page } = tab;
    await Promise.all([tab.seeIn("ready", here), tab.seeIn("ready", there)]);
    const titles = () => tab.column("ready").locator("h3 a").allTextContents();
    expect(await titles()).toEqual(["On the second", "On the first"]);
    const between = await makeThere("Made meanwhile", 1);
    await tab.seeIn("ready", between);
    expect(await titles()).toEqual(["On the second", "Made meanwhile", "On the first"]);
    expect(await tab.column("ready").locator(".count").textContent()).toBe("3");
    expect(await tab.findings()).toEqual([]);
    await page.keyboard.press("ArrowDown");
    await page.locator(`[data-task="${there}"]:focus-within`).waitFor();
    await page.keyboard.press("d");
    await tab.seeIn("done", there);
    expect((await web.ask("GET", `/boards/shop/tasks/${there}`)).data.card.status).toBe("done");
    await tab.card(between).locator("h3 a").click();
    await page.locator("#sheet-title", { hasText: "Made meanwhile" }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/b/shop/t/${between}`);
    await tab.seeIn("ready", here);
    await page.getByRole("button", { name: "Close the task" }).click();
    await eventually("the address is that of all", () => new URL(page.url()).pathname === "/all");
    await tab.seeIn("ready", here);
    expect(tab.complaints).toEqual([]);
  });

  test("who it is for and whose it is are chosen, for what is shown and for a task", async () => {
    const mine = await web.make("Mine", "echo hi");
    const free = await web.make("No one's");
    await web.store.editTask(free, { tenant: "acme" }, person);
    await using tab = await Tab.at(web);
    const { page } = tab;
    await Promise.all([tab.seeIn("ready", mine), tab.seeIn("ready", free)]);
    const choose = async (name: string) => {
      await page.getByRole("button", { name: "Filter and order" }).click();
      await page.getByRole("menuitemradio", { name }).click();
    };
    await page.getByRole("button", { name: "Filter and order" }).click();
    await page.getByRole("menuitemradio", { name: "Tenant: acme" }).waitFor();
    expect(await tab.findings()).toEqual([]);
    await page.keyboard.press("Escape");
    await choose("Assignee: shell");
    await tab.card(free).waitFor({ state: "detached" });
    await choose("Assignee: No one");
    await tab.card(mine).waitFor({ state: "detached" });
    await tab.seeIn("ready", free);
    expect(new URL(page.url()).search).toBe("?assignee=");
    await choose("Assignee: Anyone");
    await choose("Tenant: acme");
    await tab.card(mine).waitFor({ state: "detached" });
    await tab.card(free).locator("h3 a").click();
    await page.getByRole("button", { name: "Assign" }).click();
    await page.getByRole("menuitemradio", { name: "Profiles: shell" }).click();
    await page.getByRole("button", { name: "Assign: shell" }).waitFor();
    expect((await web.store.requireTask(free)).assignee).toBe("shell");
    await page.getByRole("button", { name: "Tenant: acme" }).click();
    await page.getByRole("menuitem", { name: "Another name…" }).click();
    await page.getByLabel("For whom").fill("umbrella");
    await page.getByRole("button", { name: "Set" }).click();
    await page.getByRole("button", { name: "Tenant: umbrella" }).waitFor();
    // It no longer fits what is shown.
    await tab.card(free).waitFor({ state: "detached" });
    expect(tab.complaints).toEqual([]);
  });

  test("the browser tells of what needs a person, on any board, while the page is not looked at", async () => {
    await web.ask("POST", "/boards", { body: { slug: "shop" } });
    const { id } = (await web.ask("POST", "/boards/shop/tasks", { body: { title: "Pay the bill" } })).data;
    await using tab = await Tab.at(web, "/needs-you");
    const { page } = tab;
    // A browser without a window has none of its own.
    await page.addInitScript({
      content: `window.told = [];
        window.Notification = class {
          static permission = "default";
          static async requestPermission() { return (Notification.permission = "granted"); }
          constructor(title, options) { told.push(Object.assign(this, { title }, options)); }
          close() {}
        };
        document.hasFocus = () => false;`,
    });
    await page.reload();
    await page.getByLabel("Tell me in the browser").check();
    const told = () => page.evaluate<string[][]>("told.map(({ title, body }) => [title, body])");
    await eventually("the other board is followed", async () => {
      await web.ask("POST", `/boards/shop/tasks/${id}/block`, { body: { reason: "no money" } });
      if ((await told()).length > 0) return true;
      await web.ask("POST", `/boards/shop/tasks/${id}/unblock`);
      return false;
    });
    expect((await told())[0]).toEqual(["Pay the bill", "blocked: no money"]);
    await page.evaluate("told[0].onclick()");
    await page.locator("#sheet-title", { hasText: "Pay the bill" }).waitFor();
    await page.getByRole("button", { name: "Close the task" }).click();
    await page.getByLabel("Tell me in the browser").uncheck();
    expect(await page.evaluate(() => localStorage.getItem("notify"))).toBe(null);
    expect(tab.complaints).toEqual([]);
  });
});
