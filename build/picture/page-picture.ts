import { resolve } from "node:path";
import { chromium, type Page } from "playwright-core";
import { PageScene } from "./page-scene.ts";

/** `bun run picture:page`: docs/board*.png, the page of `kanbun serve` in a real browser on a board of real commands. */
const docs = resolve(import.meta.dir, "../../docs");

using scene = new PageScene();
const server = Bun.spawn(scene.command("serve", "--port", "0", "--dispatch", "--json"), {
  env: scene.env,
  cwd: scene.home,
  stdout: "pipe",
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const address = await readAddress();
  await shoot("board", address, { width: 1680, height: 620, colorScheme: "light" });
  await shoot("board-dark", address, { width: 1280, height: 800, colorScheme: "dark" }, async (page) => {
    await page.locator(".status-running h3 a", { hasText: "End-to-end tests" }).click();
    await page.getByRole("tab", { name: "Runs and log" }).click();
    await page.locator(".log-line", { hasText: "41 of 96" }).waitFor();
  });
  await shoot("board-phone", address, { width: 390, height: 844, colorScheme: "light" }, async (page) => {
    await page.getByRole("link", { name: "Needs you" }).click();
    await page.getByRole("button", { name: "Approve" }).waitFor();
  });
} finally {
  await browser.close();
  server.kill();
  await server.exited;
}

async function shoot(
  name: string,
  address: string,
  { width, height, colorScheme }: { width: number; height: number; colorScheme: "light" | "dark" },
  look: (page: Page) => Promise<void> = async () => {},
): Promise<void> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(address);
  await page.locator(".last-line", { hasText: "of 7 places" }).waitFor();
  await page.locator(".state-live").waitFor();
  await look(page);
  await page.waitForLoadState("networkidle");
  const path = resolve(docs, `${name}.png`);
  await page.screenshot({ path });
  await context.close();
  console.log(path);
}

/** The first line is the address. */
async function readAddress(): Promise<string> {
  const { value } = await server.stdout.getReader().read();
  const { url, token } = JSON.parse(new TextDecoder().decode(value)).data;
  return `${url}#token=${token}`;
}
