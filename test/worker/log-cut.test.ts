import { expect, test } from "bun:test";
import { appendFileSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cutLog } from "../../src/worker/log-cut.ts";
import { CommandLine } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

const maxBytes = 100_000;
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `${from + at}\n`).join("");

test("a log that is too long loses whole lines of its middle, as often as it grows, and says how much", () => {
  const path = join(makeTestHome(), "log");
  writeFileSync(path, numbers(1, 10_000));
  expect(cutLog(path, maxBytes)).toBe(false);
  let written = statSync(path).size;
  for (let from = 10_000; from < 400_000; from += 20_000) {
    appendFileSync(path, numbers(from, from + 20_000));
    written += numbers(from, from + 20_000).length;
    cutLog(path, maxBytes);
    expect(statSync(path).size).toBeLessThanOrEqual(maxBytes);
  }
  const text = readFileSync(path, "utf8");
  const lines = text.trimEnd().split("\n");
  expect([lines[0], lines.at(-1)]).toEqual(["1", "409999"]);
  const notes = lines.filter((line) => line.startsWith("[kanbun: "));
  const [, cut] = /^\[kanbun: (\d+) bytes were cut out here/.exec(notes[0] ?? "") ?? [];
  expect(notes).toHaveLength(1);
  const kept = text.length - (notes[0]?.length ?? 0) - 1;
  expect(Number(cut) + kept).toBe(written);
  expect(lines.filter((line) => !/^\d+$/.test(line))).toEqual(notes);
});

test.skipIf(lacksOnWindows("links"))("a link in a log's place is not followed", () => {
  const home = makeTestHome();
  writeFileSync(join(home, "mine"), numbers(1, 50_000));
  symlinkSync(join(home, "mine"), join(home, "log"));
  expect(cutLog(join(home, "log"), maxBytes)).toBe(false);
  expect(statSync(join(home, "mine")).size).toBeGreaterThan(maxBytes);
});

test("a worker that never stops printing does not fill the disk, and its last line is in its log", async () => {
  const kanbun = await CommandLine.init('[dispatch]\nlog_max_bytes = "64 KiB"\ninterval = "20ms"\n');
  const stop = join(kanbun.home, "stop");
  const log = join(kanbun.home, "kanban/runs/1/output.log");
  // A line may be lost in the moment of a cut: the last one is written when none is to come.
  const isShort = `[ "$(wc -c <'${log}')" -lt 60000 ]`;
  const script = `echo first; until [ -e '${stop}' ]; do seq 1 2000; sleep 0.01; done
    until ${isShort}; do sleep 0.01; done; echo; echo last`;
  await kanbun.create("noisy", "--run", script, "--scratch");
  const dispatcher = kanbun.spawn(["dispatch", "--until-idle"]);
  await eventually("a cut", () =>
    Bun.file(log)
      .text()
      .then(
        (text) => text.includes("bytes were cut out here"),
        () => false,
      ),
  );
  writeFileSync(stop, "");
  expect(await dispatcher.exited).toBe(0);
  const text = readFileSync(log, "utf8");
  expect(text.length).toBeLessThanOrEqual(64 * 1024);
  expect(text).toStartWith("first\n");
  expect(text).toEndWith("\nlast\n");
});
