import { expect, test } from "bun:test";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LogFile } from "../../../src/home/runs/log-file.ts";
import { LogReader } from "../../../src/home/runs/log-reader.ts";
import { makeTestHome } from "../../support/home.ts";

test("what is written after the first look at a log was not there before, also where nothing was looked for between", () => {
  const path = join(makeTestHome(), "output.log");
  using reader = new LogReader({ path, tryOpen: () => LogFile.tryOpen(path) });
  writeFileSync(path, "early\n");
  const next = () => {
    const piece = reader.next(false);
    return piece?.isCut === false ? [Buffer.from(piece.bytes).toString(), piece.isEarlier] : piece;
  };
  expect(next()).toEqual(["early\n", true]);
  appendFileSync(path, "late\n");
  expect(next()).toEqual(["late\n", false]);
  writeFileSync(path, "new\n");
  expect(next()).toEqual({ isCut: true });
  expect(next()).toEqual(["new\n", false]);
});
