import { expect, test } from "bun:test";
import { join } from "node:path";
import { person } from "../support/board.ts";
import { WebServer } from "./web-server.ts";

const program = join(import.meta.dir, "page-cards-program.ts");
const titles = ["beta", "Zeta", "Ähre", "ö"];

for (const [at, sort] of (["priority", "title", "updated", "newest"] as const).entries())
  test(`the page keeps its cards, ordered by ${sort}, as a page has them that is loaded then`, async () => {
    await using web = await WebServer.start();
    for (let i = 0; i < 130; i++)
      await web.store.createTask({ title: titles[i % titles.length] ?? "", priority: i % 3 }, person);
    const child = Bun.spawn([process.execPath, program, web.served.url, web.tokens.full, `${at + 1}`, sort], {
      stdout: "pipe",
      stderr: "pipe",
    });
    expect([await child.stdout.text(), await child.stderr.text()]).toEqual(["", ""]);
  });
