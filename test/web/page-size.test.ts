import { expect, test } from "bun:test";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundlePage } from "../../src/web/page-bundle.ts";

const eagerBytesMax = 40_000;

test("what a browser loads to show a board is at most 40 kB, compressed, and dragging and dialogs are not in it", async () => {
  const files = await bundlePage(join(import.meta.dir, "../../src/web/page"));
  const textOf = (name: string) => new TextDecoder().decode(files.get(name)?.bytes);
  const boardView = [...files.keys()].find((name) => name.startsWith("/board-view-")) ?? "";
  const eager = new Set(["/index.html", boardView]);
  for (const name of eager) {
    const named =
      name === "/index.html"
        ? textOf(name).matchAll(/(?:src|href)="(\/[^"]+)"/g)
        : textOf(name).matchAll(/(?:^|[;}\s])(?:import|export)\s*(?:[^"'();]*?from)?\s*"(\/[^"]+\.js)"/g);
    for (const [, found = ""] of named) eager.add(found);
  }
  const scripts = [...eager].filter((name) => name.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(3);
  expect(scripts.map(textOf).join("")).not.toContain("data-drop-target-for-element");
  const bytes = [...eager].map((name) => gzipSync(files.get(name)?.bytes ?? "", { level: 9 }).length);
  const sum = bytes.reduce((all, one) => all + one, 0);
  expect(sum).toBeGreaterThan(20_000);
  expect(sum).toBeLessThan(eagerBytesMax);
});
