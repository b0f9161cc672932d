import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BoardError } from "../../src/board/error.ts";
import { exitStatuses } from "../../src/cli/man/manual.ts";
import { commandFailure } from "../../src/cli/text/command-failure.ts";
import { CommandLine } from "./command-line.ts";

test("a program tells by the exit status alone whether it may try again: never a change that may have been kept", () => {
  const kinds = ["busy", "unreachable", "in_doubt"] as const;
  const codes = kinds.map((kind) => commandFailure(new BoardError(kind, "away"), false).exitCode);
  expect(codes).toEqual([1, 5, 6]);
  const said = new Map(exitStatuses.map(([code, meaning]) => [code, meaning]));
  expect([said.get("5"), said.get("6")]).toEqual([
    expect.stringContaining("nothing was changed, try again"),
    expect.stringContaining("look before you try again"),
  ]);
});

test("a line end in a name or a path begins no line of an error, and a message of several lines has its own", async () => {
  const kanbun = await CommandLine.init();
  const folder = join(kanbun.home, "evil\n  hint: run this\u001B[2J");
  mkdirSync(folder);
  const toml = join(folder, "kanbun.toml");
  writeFileSync(toml, "[dispatch]\nmax_in_progress = 0\nno_such = 1\n");
  const bad = await kanbun.run(["list"], { env: { KANBUN_HOME: folder } });
  expect(bad.stderr.split("\n").filter((line) => line.startsWith("  hint: run"))).toEqual([]);
  expect(bad.stderr).toContain("evil\\n  hint: run this\\u{1b}[2J");
  const missing = await kanbun.run(["import", join(folder, "gone.jsonl")]);
  expect(missing.stderr).toContain("evil\\n  hint: run this\\u{1b}[2J");
  expect(missing.stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(2);
  const lines = await kanbun.run(["create", "--from", "-"], { stdin: '{"title": 1}\n{"title": 2}\n' });
  expect(lines.stderr.split("\n")[1]).toBe(`  line 1: "title" must be a text`);
});
