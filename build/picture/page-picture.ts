import { resolve } from "node:path";
import { chromium } from "playwright-core";
import { PageScene } from "./page-scene.ts";

/** `bun build/picture/page-picture.ts`: docs/board.png, the page of `kanbun serve` in a real browser on a board of real commands. */
const path = resolve(import.meta.dir, "../../docs/board.png");

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
  const page = await browser.newPage({ viewport: { width: 1680, height: 620 }, colorScheme: "light" });
  await page.goto(await readAddress());
  await page.locator(".last-line", { hasText: "of 7 places" }).waitFor();
  await page.locator(".state-live").waitFor();
  await page.screenshot({ path });
  console.log(path);
} finally {
  await browser.close();
  server.kill();
  await server.exited;
}

/** The first line is the address. */
async function readAddress(): Promise<string> {
  const { value } = await server.stdout.getReader().read();
  const { url, token } = JSON.parse(new TextDecoder().decode(value)).data;
  return `${url}#token=${token}`;
}
