import { afterEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeTestHome } from "../../support/home.ts";
import { endChildren, startFixture } from "../children.ts";

afterEach(endChildren);

const CONTENDERS = 8;
const ROUNDS = 40;

test("of eight processes that fight for one lock, no two ever hold it at once", async () => {
  const home = makeTestHome();
  const [lock, log] = [join(home, "board.lock"), join(home, "log")];
  const contenders = Array.from({ length: CONTENDERS }, (_, index) =>
    startFixture("lock-contender.ts", [lock, log, String(index), String(ROUNDS)]),
  );
  for (const contender of contenders) contender.stdin.end();
  for (const contender of contenders) expect(await contender.exited).toBe(0);

  const lines = readFileSync(log, "utf8").trimEnd().split("\n");
  expect(lines.length).toBe(2 * CONTENDERS * ROUNDS);
  for (let at = 0; at < lines.length; at += 2) {
    const name = lines[at]?.replace("enter ", "");
    expect(lines.slice(at, at + 2)).toEqual([`enter ${name}`, `leave ${name}`]);
  }
});
