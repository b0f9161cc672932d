import { join, resolve } from "node:path";
import { runPage, timeless } from "./page-commands.ts";

/** `bun run examples [page…]`: writes into the pages what the commands that they show print now. */
const root = resolve(import.meta.dir, "../..");
const given = process.argv.slice(2);
const pages =
  given.length > 0
    ? given
    : ["README.md", ...[...new Bun.Glob("*.md").scanSync(join(root, "docs"))].map((name) => `docs/${name}`)];

for (const page of pages) {
  const path = join(root, page);
  const before = await Bun.file(path).text();
  let after = "";
  let rest = before;
  for (const { said, seen } of await runPage(before)) {
    const isSame = timeless(said) === timeless(seen);
    const at = rest.indexOf(said);
    if (at === -1 || !said.startsWith("$ ")) {
      if (!isSame) console.error(`${page}: ${seen}`);
      continue;
    }
    after += rest.slice(0, at) + (isSame ? said : seen);
    rest = rest.slice(at + said.length);
  }
  if (after + rest === before) continue;
  console.log(page);
  await Bun.write(path, after + rest);
}
