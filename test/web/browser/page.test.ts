import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { CommandLine } from "../../cli/command-line.ts";
import { change } from "../../doctor/doctor-home.ts";
import { person } from "../../support/board.ts";
import { eventually } from "../../support/eventually.ts";
import { homesInMemory } from "../../support/place-of-homes.ts";
import { WebServer } from "../web-server.ts";
import { hasChromium, Tab } from "./chromium.ts";

homesInMemory();

describe.skipIf(!hasChromium)("the page in a browser", () => {
  let web: WebServer;

  beforeEach(async () => {
    web = await WebServer.start();
  });
  afterEach(() => web[Symbol.asyncDispose]());

  test("by mouse: a task is made, dragged to done, taken back, opened and commented on", async () => {
    await using tab = await Tab.at(web);
    const { page } = tab;
    await page.getByText("No tasks yet").waitFor();
    await page.getByRole("button", { name: "New task" }).click();
    await page.getByLabel("Title").fill("Sweep the yard");
    await page.getByLabel("Labels of the host").fill("broom, yard");
    await page.getByRole("button", { name: "Create" }).click();
    const card = page.locator("article.card", { hasText: "Sweep the yard" });
    await card.waitFor();
    await card.getByText("broom yard").waitFor();
    const id = (await card.getAttribute("data-task")) ?? "";
    await tab.seeIn("ready", id);
    await page.locator("article[draggable=true]").waitFor();
    await card.hover();
    await page.mouse.down();
    const done = await tab.column("done").boundingBox();
    const at = { x: (done?.x ?? 0) + 20, y: (done?.y ?? 0) + 120 };
    await page.mouse.move(at.x - 30, at.y, { steps: 4 });
    await page.mouse.move(at.x, at.y, { steps: 4 });
    expect(await tab.column("triage").getAttribute("class")).toContain("refuses");
    expect(await tab.column("running").textContent()).toContain("A dispatcher starts it");
    await page.mouse.up();
    await tab.seeIn("done", id);
    expect((await web.store.requireTask(id)).status).toBe("done");
    expect(await tab.column("done").locator(".count").textContent()).toBe("1");
    await page.getByRole("button", { name: "Undo" }).click();
    await tab.seeIn("ready", id);
    await card.locator("h3 a").click();
    await page.getByRole("textbox", { name: "Comment" }).fill("with **the** broom");
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    await page.locator(".comments strong", { hasText: "the" }).waitFor();
    await page.getByRole("button", { name: "Close the task" }).click();
    await page.locator(".sheet").waitFor({ state: "detached" });
    expect(tab.complaints).toEqual([]);
  });

  test("by keyboard alone: made, moved, taken back, several archived, opened and closed, the focus where it was", async () => {
    const ids = [await web.make("First"), await web.make("Second"), await web.make("Third")];
    await using tab = await Tab.at(web);
    const { page } = tab;
    await tab.seeIn("ready", ids[2] ?? "");
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const hasFocus = (id: string | undefined) => page.locator(`[data-task="${id}"]:focus-within`).waitFor();
    await press("c");
    await page.getByLabel("Title").waitFor();
    await page.keyboard.type("Fourth");
    await press("Control+Enter");
    await page.locator("article.card", { hasText: "Fourth" }).waitFor();
    await page.locator("dialog").waitFor({ state: "detached" });
    await press("ArrowDown");
    await hasFocus(ids[0]);
    // Its old element may be there for a moment, and have the focus still.
    const hasFocusIn = (column: string) =>
      tab.column(column).locator(`[data-task="${ids[0]}"]:focus-within`).waitFor();
    await press("d");
    await hasFocusIn("done");
    // It is there with the news of it, which may come before the answer, and with that what takes it back.
    await page.getByText("First: completed").waitFor();
    await press("z");
    await hasFocusIn("ready");
    await press("m");
    await page.getByRole("menuitem", { name: "Higher priority" }).waitFor();
    await press("Escape");
    await hasFocus(ids[0]);
    await press("x", "ArrowDown", "x");
    await page.getByText("2 selected").waitFor();
    const chosen = await page
      .locator(".card.selected")
      .evaluateAll((cards) => cards.map((card) => card.dataset.task));
    await press("Delete");
    await page.locator(".card.selected").first().waitFor({ state: "detached" });
    await page.getByText("2 tasks: archived").waitFor();
    for (const id of chosen) expect((await web.store.requireTask(id ?? "")).status).toBe("archived");
    const [left = ""] = ids.filter((id) => !chosen.includes(id));
    await press("ArrowDown", "Home");
    await page.locator(".card:focus-within").waitFor();
    await press("Enter");
    await page.locator(".sheet:focus-within").waitFor();
    await press("Escape");
    await page.locator(".card:focus-within").waitFor();
    await tab.seeIn("ready", left);
    await press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await press("Escape", "g", "n");
    await page.getByRole("heading", { name: "Needs you" }).waitFor();
    expect(tab.complaints).toEqual([]);
  });

  test("a menu that is opened in the very frame of a move gives the focus back to the card", async () => {
    const id = await web.make("First");
    await using tab = await Tab.at(web);
    const { page } = tab;
    await tab.seeIn("ready", id);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("m");
    await page.getByRole("menu").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(`[data-task="${id}"]:focus-within`).waitFor();
    // In the old element's last moment.
    await page.evaluate(`{
      const observer = new MutationObserver(() => {
        const card = document.querySelector('[data-column="done"] [data-task="${id}"]');
        if (card === null) return;
        observer.disconnect();
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "m", bubbles: true }));
      });
      observer.observe(document.querySelector('[data-column="done"]'), { subtree: true, childList: true });
    }`);
    await page.keyboard.press("d");
    await page.locator(".menu:focus-within").waitFor();
    await tab.column("ready").locator(`[data-task="${id}"]`).waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await tab.column("done").locator(`[data-task="${id}"]:focus-within`).waitFor();
    expect(tab.complaints).toEqual([]);
  });

  test("a card that comes back to a column is where it was, also among those of the same second", async () => {
    const ids = [await web.make("First"), await web.make("Second"), await web.make("Third")];
    const database = join(web.home, "kanban.db");
    change(database, "UPDATE tasks SET created_at = (SELECT min(created_at) FROM tasks)");
    await using tab = await Tab.at(web);
    await tab.seeIn("ready", ids[2] ?? "");
    const kanbun = new CommandLine(web.home);
    const shown = () =>
      tab
        .column("ready")
        .locator("article")
        .evaluateAll((cards) => cards.map((card) => card.dataset.task));
    for (const id of ids) {
      await kanbun.ok("block", id, "no key");
      await tab.seeIn("blocked", id);
      await kanbun.ok("unblock", id);
      await tab.seeIn("ready", id);
      expect(await shown()).toEqual(ids);
    }
  });

  test("what comes in while the focus moves on does not take it back", async () => {
    const ids = [await web.make("First"), await web.make("Second")];
    await using tab = await Tab.at(web);
    const { page } = tab;
    await tab.seeIn("ready", ids[1] ?? "");
    await page.keyboard.press("ArrowDown");
    await page.locator(`[data-task="${ids[0]}"]:focus-within`).waitFor();
    // Before the frame in which the focus is looked after: on to the next card, whose element is then drawn anew.
    await page.evaluate(`{
      const observer = new MutationObserver(() => {
        observer.disconnect();
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
        document.activeElement.blur();
      });
      const card = document.querySelector('[data-task="${ids[1]}"]');
      observer.observe(card, { subtree: true, childList: true, characterData: true });
    }`);
    await new CommandLine(web.home).ok("edit", ids[1] ?? "", "--title", "Another");
    await page.locator(`[data-task="${ids[1]}"]:focus-within`, { hasText: "Another" }).waitFor();
    expect(tab.complaints).toEqual([]);
  });

  test("what another process does is on the screen of every tab", async () => {
    const kanbun = new CommandLine(web.home);
    await using one = await Tab.at(web);
    await using two = await Tab.at(web);
    await Promise.all([one, two].map(({ page }) => page.locator(".columns").waitFor()));
    const id = await kanbun.create("Made elsewhere", "--body", "hello");
    await Promise.all([one.seeIn("ready", id), two.seeIn("ready", id)]);
    await kanbun.ok("block", id, "no key");
    await Promise.all([one, two].map((tab) => tab.column("blocked").getByText("no key").waitFor()));
    await eventually("the title counts it", async () => (await one.page.title()).startsWith("(1)"));
  });

  test("what happened while the server was gone is there when it is back; new tokens are asked for", async () => {
    const kanbun = new CommandLine(web.home);
    const serve = async (port: string) => {
      const child = kanbun.spawn(["serve", "--port", port, "--json"]);
      const { value } = await child.stdout.getReader().read();
      const { url, token } = JSON.parse(new TextDecoder().decode(value)).data;
      return { child, url: url as string, address: `${url}#token=${token}` };
    };
    const first = await serve("0");
    await using tab = await Tab.open(first.address);
    await tab.page.locator(".columns").waitFor();
    first.child.kill("SIGKILL");
    await first.child.exited;
    await tab.page.getByText("No connection").waitFor();
    const id = await web.make("Made meanwhile");
    const second = await serve(new URL(first.url).port);
    await tab.seeIn("ready", id);
    await tab.page.getByText("No connection").waitFor({ state: "detached" });
    second.child.kill();
    await second.child.exited;
    rmSync(join(web.home, "kanban/web/tokens.json"));
    const third = await serve(new URL(first.url).port);
    await tab.page.getByRole("alert").getByText("The server has new tokens").waitFor();
    await tab.page.getByLabel("Token").fill(new URL(third.address).hash.slice("#token=".length));
    await tab.page.getByRole("button", { name: "Log in" }).click();
    await tab.seeIn("ready", id);
    third.child.kill();
    await third.child.exited;
  });

  test("what is slow says so and shows what is known; what could not be read comes by itself", async () => {
    const id = await web.make("Known");
    await using tab = await Tab.at(web);
    const { page } = tab;
    await tab.seeIn("ready", id);
    const { promise: isLetThrough, resolve: letThrough } = Promise.withResolvers<void>();
    await page.route(`**/tasks/${id}`, async (route) => {
      await isLetThrough;
      await route.continue();
    });
    await tab.card(id).locator("h3 a").click();
    await page.locator("#sheet-title", { hasText: "Known" }).waitFor();
    await page.locator(".sheet .loading").waitFor();
    letThrough();
    await page.getByRole("button", { name: "Edit" }).waitFor();
    await page.getByRole("button", { name: "Close the task" }).click();
    await page.route("**/tasks?*", (route) => route.abort());
    await page.getByRole("searchbox").fill("kno");
    await page.getByText("the server can't be reached").waitFor();
    await page.unroute("**/tasks?*");
    await tab.seeIn("ready", id);
    await page.getByText("the server can't be reached").waitFor({ state: "detached" });
    // The browser's own, of what was aborted here.
    expect(tab.complaints.filter((one) => !one.includes("net::ERR_FAILED"))).toEqual([]);
  });

  test("an edit that began before someone else's changes nothing, says so, and loses nothing that was typed", async () => {
    const id = await web.make("Old title");
    await using tab = await Tab.at(web, `/b/default/t/${id}?edit=1`);
    const { page } = tab;
    const title = page.getByRole("textbox", { name: "Title" });
    await title.fill("Mine");
    await web.ask("PATCH", `/boards/default/tasks/${id}`, { body: { title: "Theirs" } });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("alert").getByText("It has changed since you began").waitFor();
    await page.getByRole("alert").getByText("now “Theirs”").waitFor();
    expect((await web.store.requireTask(id)).title).toBe("Theirs");
    expect(await title.inputValue()).toBe("Mine");
    await page.getByRole("button", { name: "Save mine over it" }).click();
    await page.locator("#sheet-title", { hasText: "Mine" }).waitFor();
    expect((await web.store.requireTask(id)).title).toBe("Mine");
  });

  test("of several that are moved, those that can't be are named", async () => {
    const ids = [await web.make("Free"), await web.make("Taken")];
    await using tab = await Tab.at(web);
    await tab.seeIn("ready", ids[1] ?? "");
    for (const id of ids) await tab.card(id).click({ modifiers: ["Control"] });
    // The tab knows nothing of it: its connection is as good as dead.
    await tab.page.route("**/tasks/*/archive", async (route) => {
      if (
        route
          .request()
          .url()
          .includes(ids[1] ?? "")
      )
        await web.store.editTask(ids[1] ?? "", { priority: 9 }, person);
      await route.continue();
    });
    await tab.page.getByRole("button", { name: "Archive" }).click();
    await tab.page.getByText("1 of 2 archived").waitFor();
    await tab.page.locator(".toast li", { hasText: "Taken: it has changed since" }).waitFor();
    await tab.page.getByText("1 selected").waitFor();
  });

  test("a question is answered, a review approved, in one step", async () => {
    const question = 'kanbun ask --choice red --choice blue "Red or blue?"';
    const handIn = "kanbun request-review --summary '**it** works'";
    const [asks, review] = [await web.make("Asks", question), await web.make("Handed in", handIn)];
    await web.ask("POST", "/boards/default/dispatch", { body: {} });
    await eventually("it asks", async () => (await web.store.requireTask(asks)).status === "blocked");
    await eventually(
      "it is handed in",
      async () => (await web.store.requireTask(review)).status === "review",
    );
    await using tab = await Tab.at(web, "/needs-you");
    const { page } = tab;
    await page.getByText("Red or blue?").waitFor();
    await page.getByRole("button", { name: "blue" }).click();
    await page.locator(`[data-need="${asks}"]`).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByText("Nothing waits for you").waitFor();
    expect((await web.store.requireTask(review)).status).toBe("done");
    expect((await web.store.requireTask(asks)).status).toBe("ready");
  });

  test("hostile titles, texts, logs and names of files do nothing", async () => {
    const html = `<img src=x onerror="window.hit=1"><script>window.hit=1</script>`;
    const shell = `printf '%s\\n' '\\033]0;x\\007<b>bold</b>${html.replaceAll('"', "")}'`;
    const id = await web.make(html, shell);
    const hebrew = await web.make("שלום!");
    await web.finish(id);
    const text = `${html} [link](javascript:window.hit=1) <form action=/api/v1/logout><button>x</button></form><a href="data:text/html,x">d</a>\n\n- [x] swept\n- [ ] dusted`;
    await web.ask("POST", `/boards/default/tasks/${id}/comments`, { body: { body: text } });
    await web.fetch(
      "POST",
      `/boards/default/tasks/${id}/attachments?name=${encodeURIComponent(`${html}.html`)}`,
      {
        headers: { "Content-Type": "application/octet-stream" },
      },
    );
    await using tab = await Tab.at(web);
    const { page } = tab;
    await tab.card(id).getByText("<img src=x").waitFor();
    // Read from the right, what comes last is on the left.
    const isFromRight = await page.evaluate<boolean>(`(() => {
      const { firstChild } = document.querySelector('[data-task="${hebrew}"] h3 a');
      const leftOf = (at) => {
        const range = document.createRange();
        range.setStart(firstChild, at);
        range.setEnd(firstChild, at + 1);
        return range.getBoundingClientRect().left;
      };
      return leftOf(0) > leftOf(4);
    })()`);
    expect(isFromRight).toBe(true);
    await tab.card(id).locator("h3 a").click();
    await page.locator(".comments .markdown a, .comments .markdown p").first().waitFor();
    expect(
      await page
        .locator(".comments form, .comments script, .comments img, .comments [href^='javascript:']")
        .count(),
    ).toBe(0);
    expect(await page.locator(".comments li li").allTextContents()).toEqual(["☑ swept", "☐ dusted"]);
    await page.getByRole("tab", { name: "Runs and log" }).click();
    await page.locator(".log-line", { hasText: "<b>bold</b>" }).waitFor();
    expect(await page.evaluate(() => (globalThis as { hit?: unknown }).hit)).toBeUndefined();
    expect(tab.complaints).toEqual([]);
  });

  test("a text that would keep parser and browser busy for minutes is shown as far as that goes, and the page goes on", async () => {
    // What it takes grows with the square of its length.
    const body = "a**b_c".repeat(500_000);
    const { task } = await web.store.createTask({ title: "Starred", body }, person);
    const deep = await web.store.createTask({ title: "Deep", body: "> ".repeat(14_000) }, person);
    await using tab = await Tab.at(web, `/b/default/t/${task.id}`);
    const { page } = tab;
    await page.locator("div.markdown", { hasText: "2970000 more characters left out" }).waitFor();
    await page.keyboard.press("Escape");
    await tab.card(deep.task.id).locator("h3 a").click();
    await page.locator("div.markdown", { hasText: "> > >" }).waitFor();
    expect(tab.complaints).toEqual([]);
  });

  test("axe finds nothing on any view, in either theme", async () => {
    const id = await web.make("A task", "echo hello; exit 3");
    await web.make("Waits");
    await web.ask("POST", "/boards/default/tasks", { body: { title: "To accept", triage: true } });
    await web.ask("POST", "/boards/default/dispatch", { body: {} });
    await using tab = await Tab.at(web);
    const { page } = tab;
    const found: string[] = [];
    const look = async (name: string) => {
      for (const [theme, rules] of [
        ["dark", ["color-contrast"]],
        ["light", null],
      ] as const) {
        await page.emulateMedia({ colorScheme: theme });
        found.push(...(await tab.findings(rules)).map((one) => `${name}, ${theme}: ${one}`));
      }
    };
    await tab.card(id).waitFor();
    await look("board");
    for (const [key, name] of [
      ["?", "Keys"],
      ["Control+k", "Find a task"],
      ["c", "New task"],
    ] as const) {
      await page.keyboard.press(key);
      await page.getByRole("dialog", { name }).waitFor();
      await look(name);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog", { name }).waitFor({ state: "detached" });
    }
    await page.keyboard.press("g");
    await page.keyboard.press("n");
    await page.getByRole("button", { name: "Accept" }).waitFor();
    await look("needs you");
    await page.goto(`${web.served.url}b/default/t/${id}`);
    for (const part of ["Task", "Runs and log", "History", "Context"]) {
      await page.getByRole("tab", { name: part }).click();
      await page.locator("[role=tabpanel] :is(p, li, pre, .log-line)").first().waitFor();
      await look(part);
    }
    expect(tab.complaints).toEqual([]);
    await using stranger = await Tab.open(web.served.url);
    await stranger.page.getByLabel("Token").waitFor();
    found.push(...(await stranger.findings()));
    expect(found).toEqual([]);
  });
});
