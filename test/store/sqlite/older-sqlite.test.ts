import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Functions of SQLite that came after 3.39: on macOS Bun uses the system's, which may be that old. */
const laterFunctions = /\b(string_agg|octet_length|concat_ws|timediff|unistr|jsonb|json_pretty)\(/;

test("the SQL of boards in files has no function that the SQLite of an older macOS lacks", () => {
  const files = ["sql", "sqlite"].flatMap((name) => {
    const folder = resolve(import.meta.dir, "../../../src/store", name);
    const all = readdirSync(folder, { recursive: true, encoding: "utf8" });
    return all.filter((file) => file.endsWith(".ts")).map((file) => join(folder, file));
  });
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => laterFunctions.test(readFileSync(file, "utf8")))).toEqual([]);
});
