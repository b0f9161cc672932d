import { existsSync } from "node:fs";
import type axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { atEnd } from "../../support/at-end.ts";
import { eventuallyMsMax } from "../../support/patience.ts";
import type { WebServer } from "../web-server.ts";

// The shell first: it has no window, and so a tab of it costs a third of the work.
const path =
  [process.env.CHROMIUM, "/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].find(
    (one) => one !== undefined && existsSync(one),
  ) ?? null;

/** False where there is no Chromium: the tests that need one are skipped. */
export const hasChromium = path !== null;

if (!hasChromium)
  console.warn(
    "skipped: no Chromium here (apt-get install chromium-headless-shell, or CHROMIUM=/path/to/it)",
  );

const flags = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];

let browser: Promise<Browser> | null = null;

/** The one browser of this process, started when it is first asked for. */
function requireBrowser(): Promise<Browser> {
  browser ??= launch();
  return browser;
}

async function launch(): Promise<Browser> {
  const own = await chromium.launch({ executablePath: path ?? "", args: flags, timeout: eventuallyMsMax });
  atEnd(async () => {
    browser = null;
    await own.close();
  });
  return own;
}

/** Not imported: only the page runs it. */
const axeSource = () => Bun.file(new URL(import.meta.resolve("axe-core/axe.min.js"))).text();

/** A tab of someone who has logged in, and all that its browser complained about. */
export class Tab implements AsyncDisposable {
  readonly page: Page;
  readonly complaints: string[];
  readonly #context: BrowserContext;

  private constructor(page: Page, context: BrowserContext, complaints: string[]) {
    this.page = page;
    this.#context = context;
    this.complaints = complaints;
  }

  static async open(
    address: string,
    how: { readonly theme?: "light" | "dark"; readonly width?: number } = {},
  ): Promise<Tab> {
    const context = await (await requireBrowser()).newContext({
      colorScheme: how.theme ?? "light",
      viewport: { width: how.width ?? 1_600, height: 900 },
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(eventuallyMsMax);
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error.stack ?? error)));
    page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    await page.goto(address);
    return new Tab(page, context, complaints);
  }

  static at(web: WebServer, place = "/", how: Parameters<typeof Tab.open>[1] = {}): Promise<Tab> {
    return Tab.open(`${web.served.url.replace(/\/$/, "")}${place}#token=${web.tokens.full}`, how);
  }

  column(id: string) {
    return this.page.locator(`[data-column="${id}"]`);
  }

  card(id: string) {
    return this.page.locator(`article[data-task="${id}"]`);
  }

  /** Resolves when the card is shown in that column. */
  async seeIn(column: string, id: string): Promise<void> {
    await this.column(column).locator(`article[data-task="${id}"]`).waitFor();
  }

  /** What axe finds, in one line for each. @param rules or tags of rules; default: all */
  async findings(rules: readonly string[] | null = null): Promise<string[]> {
    const isThere = await this.page.evaluate(() => "axe" in globalThis);
    if (!isThere) await this.page.evaluate(await axeSource());
    return this.page.evaluate(async (only) => {
      const runner = (globalThis as unknown as { axe: typeof axe }).axe;
      const { violations } = await runner.run(only === null ? {} : { runOnly: [...only] });
      return violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
      );
    }, rules);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}
