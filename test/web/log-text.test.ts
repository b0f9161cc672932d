import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { LogFile } from "../../src/home/runs/log-file.ts";
import { findTail, readLogText } from "../../src/web/live/log-text.ts";
import { makeTestHome } from "../support/home.ts";

function logOf(bytes: string | Uint8Array): LogFile {
  const path = join(makeTestHome(), "output.log");
  writeFileSync(path, bytes);
  const file = LogFile.tryOpen(path);
  if (file === null) throw new Error("it was just written");
  return file;
}

test("a part of a log ends with a whole character, until nothing more will come", () => {
  for (const character of ["é", "€", "😀"]) {
    const bytes = Buffer.from(`ab${character}`);
    for (let length = 3; length < bytes.length; length += 1) {
      using file = logOf(bytes.subarray(0, length));
      expect(readLogText(file, 0, false)).toMatchObject({ text: "ab", nextOffset: 2, sizeBytes: length });
      expect(readLogText(file, 0, true)).toMatchObject({ text: "ab\uFFFD", nextOffset: length });
    }
    using whole = logOf(bytes);
    expect(readLogText(whole, 0, false)).toMatchObject({ text: `ab${character}`, nextOffset: bytes.length });
  }
  using noText = logOf(new Uint8Array([0x80, 0x80, 0x80, 0x80, 0xff, 0x41]));
  expect(readLogText(noText, 0, false).nextOffset).toBe(6);
});

test("the end of a log begins with a line, where there is one in it", () => {
  using file = logOf("first\nsecond\nthird\n");
  expect(["first\nsecond\nthird\n".slice(findTail(file, 8)), findTail(file, 6), findTail(file, 99)]).toEqual([
    "third\n",
    13,
    0,
  ]);
  using oneLine = logOf("x".repeat(100));
  expect(findTail(oneLine, 10)).toBe(90);
});
