import { existsSync } from "node:fs";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { eventuallyMsMax } from "../../support/patience.ts";
import type { WebServer } from "../web-server.ts";

const path =
  [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-headless-shell"].find(
    (one) => one !== undefined && existsSync(one),
  ) ?? null;

/** False where there is no Chromium: the tests that need one are skipped. */
export const hasChromium = path !== null;

if (!hasChromium)
  console.warn("skipped: no Chromium here (apt-get install chromium, or CHROMIUM=/path/to/it)");

const flags = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: path ?? "", args: flags, timeout: eventuallyMsMax });
}

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
    browser: Browser,
    address: string,
    how: { readonly theme?: "light" | "dark"; readonly width?: number } = {},
  ): Promise<Tab> {
    const context = await browser.newContext({
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
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
    await page.goto(address);
    return new Tab(page, context, complaints);
  }

  static at(
    browser: Browser,
    web: WebServer,
    place = "/",
    how: Parameters<typeof Tab.open>[2] = {},
  ): Promise<Tab> {
    return Tab.open(browser, `${web.served.url.replace(/\/$/, "")}${place}#token=${web.tokens.full}`, how);
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

  /** What axe finds, in one line for each. @param rules default: all */
  async findings(rules: readonly string[] | null = null): Promise<string[]> {
    const isThere = await this.page.evaluate(() => "axe" in globalThis);
    if (!isThere) await this.page.evaluate(axe.source);
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
