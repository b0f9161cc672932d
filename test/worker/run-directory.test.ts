import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { RunDirectory } from "../../src/worker/run-directory.ts";
import { makeTestHome } from "../support/home.ts";

test("what no program ends with is not taken for the end of a run", () => {
  const directory = new RunDirectory(makeTestHome(), 1, "token");
  directory.make();
  const ends = ["3", "4294967295", "9".repeat(400), "-1", "1e3", "0x1", ""].map((code) => {
    writeFileSync(join(directory.path, "exit"), `${code} token over\n`);
    return directory.readEnd().exit?.code ?? null;
  });
  expect(ends).toEqual([3, 4294967295, null, null, null, null, null]);
});
