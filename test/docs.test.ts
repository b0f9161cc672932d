import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadConfig } from "../src/system/config/config.ts";
import { forAll } from "./cli/command-line.ts";
import { makeTestHome } from "./support/home.ts";
import { blocksOf, runPage, timeless } from "./support/page-commands.ts";

const root = resolve(import.meta.dir, "..");
const pages = [
  "README.md",
  ...[...new Bun.Glob("*.md").scanSync(join(root, "docs"))].map((name) => `docs/${name}`),
];

const read = (page: string) => Bun.file(join(root, page)).text();

test("the commands of every page run, and print what it shows: after a change of that type `bun run examples`", async () => {
  await forAll(pages, async (page) => {
    const shown = await runPage(await read(page));
    for (const { said, seen } of shown) expect([page, timeless(seen)]).toEqual([page, timeless(said)]);
  });
});

test.each(pages)("the configuration in %s is accepted", async (page) => {
  for (const { mark, text } of blocksOf(await read(page))) {
    if (mark !== "toml") continue;
    const home = makeTestHome();
    writeFileSync(join(home, "kanbun.toml"), text);
    const { profiles, notify, stores, host } = loadConfig(home);
    expect(profiles.size + notify.size + stores.size + host.labels.length).toBeGreaterThan(1);
  }
});

test.each(pages)("every link in %s leads to a file", async (page) => {
  const text = await read(page);
  for (const [, target = ""] of text.matchAll(/\]\(([^)#]+)\)/g))
    if (!target.startsWith("https:"))
      expect(await Bun.file(join(root, page, "..", target)).exists()).toBe(true);
});
