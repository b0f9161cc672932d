import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Glob } from "bun";

const sources = resolve(import.meta.dir, "../../../src/store");

/** Functions of SQLite that came after 3.39: on macOS Bun uses the system's, which may be that old. */
const laterFunctions = /\b(string_agg|octet_length|concat_ws|timediff|unistr|jsonb|json_pretty)\(/;

test("the SQL of boards in files has no function that the SQLite of an older macOS lacks", () => {
  const files = [...new Glob("{sql,sqlite}/**/*.ts").scanSync(sources)];
  expect(files.length).toBeGreaterThan(50);
  const found = files.filter((file) => laterFunctions.test(readFileSync(resolve(sources, file), "utf8")));
  expect(found).toEqual([]);
});
