import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { kanbunCommand } from "../boards/board-process.ts";
import { median, percentile } from "../samples.ts";

/** What was seen, and how much it was. */
export type Line = readonly [what: string, value: string];
export type WebMeasure = (bench: WebBench) => Promise<readonly Line[]>;

/** A server of its own process, as `kanbun serve` starts it. */
export class WebServerProcess {
  readonly url: string;
  readonly token: string;
  readonly #child: Bun.Subprocess;

  constructor(child: Bun.Subprocess, { url, token }: { readonly url: string; readonly token: string }) {
    this.#child = child;
    this.url = url;
    this.token = token;
  }

  /** @param path such as `b/default` */
  address(path: string): string {
    return `${this.url}${path}#token=${this.token}`;
  }

  /** In megabytes, resident. */
  get memoryMb(): number {
    const [, kb = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.#child.pid}/status`, "utf8")) ?? [];
    return Number(kb) / 1024;
  }

  /** In seconds, of all its threads. */
  get processorS(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  async ask<Data>(method: string, path: string, body?: object): Promise<Data> {
    const answer = await fetch(`${this.url}api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { data, error } = (await answer.json()) as { data: Data; error?: { message: string } };
    if (error !== undefined) throw new Error(error.message);
    return data;
  }

  async stop(): Promise<void> {
    this.#child.kill();
    await this.#child.exited;
  }
}

/** One run: a browser, and homes that are removed at its end. */
export class WebBench implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "kanbun-bench-web-"));
  readonly browser: Browser;
  /** How long the tabs stay open. */
  readonly seconds: number;
  readonly #undo = new AsyncDisposableStack();

  private constructor(browser: Browser, seconds: number) {
    this.browser = browser;
    this.seconds = seconds;
    this.#undo.defer(() => rmSync(this.folder, { recursive: true, force: true }));
    this.#undo.defer(() => browser.close());
  }

  static async start({ seconds }: { readonly seconds: number }): Promise<WebBench> {
    const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
    const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"];
    return new WebBench(await chromium.launch({ executablePath, args }), seconds);
  }

  /** A home with a board that `kanbun init` made. */
  makeHome(): string {
    const home = mkdtempSync(join(this.folder, "home-"));
    this.run(home, "init");
    return home;
  }

  environment(home: string): Record<string, string | undefined> {
    return { PATH: process.env.PATH, HOME: home, KANBUN_HOME: home };
  }

  run(home: string, ...args: readonly string[]): string {
    const ran = Bun.spawnSync([...kanbunCommand, ...args], { env: this.environment(home), cwd: home });
    if (ran.exitCode !== 0) throw new Error(ran.stderr.toString());
    return ran.stdout.toString().trim();
  }

  async serve(home: string, ...args: readonly string[]): Promise<WebServerProcess> {
    const child = Bun.spawn([...kanbunCommand, "serve", "--port", "0", "--json", ...args], {
      env: this.environment(home),
      cwd: home,
      stdout: "pipe",
      stderr: "inherit",
    });
    const { value } = await child.stdout.getReader().read();
    const server = new WebServerProcess(child, JSON.parse(new TextDecoder().decode(value)).data);
    this.#undo.defer(() => server.stop());
    // A checkout bundles its page when it is first asked for it; what was installed has it.
    await fetch(server.url);
    return server;
  }

  /** @param script runs in the page before anything else */
  async open(address: string, script = ""): Promise<{ readonly page: Page; readonly cdp: CDPSession }> {
    const context = await this.browser.newContext({ viewport: { width: 1_600, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    await page.addInitScript({ content: script });
    const cdp = await context.newCDPSession(page);
    await cdp.send("Performance.enable");
    await page.goto(address);
    return { page, cdp };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#undo.disposeAsync();
  }
}

/** Until an expression is true in a page: its own policy forbids what Playwright has for this. @throws after two minutes */
export async function until(page: Page, expression: string): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (!(await page.evaluate<boolean>(expression))) {
    if (performance.now() > deadline) throw new Error(`never: ${expression}`);
    await Bun.sleep(10);
  }
}

/** What the browser counts of a page: seconds on its main thread, bytes of its heap. */
export async function metricsOf(cdp: CDPSession): Promise<Readonly<Record<string, number>>> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

export function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

export function spread(times: readonly number[]): string {
  return `p50 ${ms(median(times))}, p99 ${ms(percentile(times, 0.99))} (${times.length})`;
}

/** Defines `frames(during)` in a page: the milliseconds from each frame to the next while something is done. */
export const framesScript = `window.frames_ = [];
window.watchFrames = () => {
  window.frames_ = [];
  let last = performance.now();
  window.isWatching = true;
  const next = (now) => { frames_.push(now - last); last = now; if (isWatching) requestAnimationFrame(next); };
  requestAnimationFrame((now) => { last = now; requestAnimationFrame(next); });
};`;
