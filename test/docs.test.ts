import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadConfig } from "../src/system/config/config.ts";
import { kanbunCommand } from "./support/board.ts";
import { makeTestHome } from "./support/home.ts";

const root = resolve(import.meta.dir, "..");
const pages = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)];

/** The fenced blocks of a page that are marked exactly so. */
async function blocks(page: string, mark: string): Promise<string[]> {
  const text = await Bun.file(join(root, page)).text();
  return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)]
    .filter((block) => block[1] === mark)
    .map((block) => block[2] ?? "");
}

test.each(pages)("the commands in %s run", async (page) => {
  const home = makeTestHome();
  const bin = join(home, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "kanbun"), `#!/bin/sh\nexec ${kanbunCommand.join(" ")} "$@"\n`);
  chmodSync(join(bin, "kanbun"), 0o755);
  const script = (await blocks(page, "sh")).join("\n");
  const child = Bun.spawn(["sh", "-eu", "-c", script], {
    cwd: home,
    env: { HOME: home, PATH: `${bin}:${process.env.PATH}` },
    stderr: "pipe",
  });
  // A page may begin without a home: then the first task says where it makes one.
  const said = (await child.stderr.text()).replace(/^made a home for your tasks: .*\n/, "");
  expect([await child.exited, said]).toEqual([0, ""]);
});

test.each(pages)("the configuration in %s is accepted", async (page) => {
  for (const block of await blocks(page, "toml")) {
    const home = makeTestHome();
    writeFileSync(join(home, "kanbun.toml"), block);
    const { profiles, notify } = loadConfig(home);
    expect(profiles.size + notify.size).toBeGreaterThan(1);
  }
});

test.each(pages)("every link in %s leads to a file", async (page) => {
  const text = await Bun.file(join(root, page)).text();
  for (const [, target = ""] of text.matchAll(/\]\(([^)#]+)\)/g))
    if (!target.startsWith("https:"))
      expect(await Bun.file(join(root, page, "..", target)).exists()).toBe(true);
});
