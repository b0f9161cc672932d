import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { LogFile } from "../../../src/home/runs/log-file.ts";
import { searchLog } from "../../../src/home/runs/search-log.ts";
import { makeTestHome } from "../../support/home.ts";

function logOf(bytes: string | Uint8Array): LogFile {
  const path = join(makeTestHome(), "output.log");
  writeFileSync(path, bytes);
  const file = LogFile.tryOpen(path);
  if (file === null) throw new Error("it was just written");
  return file;
}

test("a part of a log ends with a whole character, until nothing more will come", () => {
  const read = (file: LogFile, isWhole: boolean) => {
    file.seek(0);
    return new TextDecoder().decode(file.readCharacters(isWhole) ?? new Uint8Array());
  };
  for (const character of ["é", "€", "😀"]) {
    const bytes = Buffer.from(`ab${character}`);
    for (let length = 3; length < bytes.length; length += 1) {
      using file = logOf(bytes.subarray(0, length));
      expect([read(file, false), read(file, true)]).toEqual(["ab", "ab\uFFFD"]);
      file.seek(2);
      expect(file.readCharacters(false)).toBe(null);
    }
    using whole = logOf(bytes);
    expect(read(whole, false)).toBe(`ab${character}`);
  }
  using noText = logOf(new Uint8Array([0x80, 0x80, 0x80, 0x80, 0xff, 0x41]));
  expect(noText.readCharacters(false)?.length).toBe(6);
});

test("the end of a log begins with a line, where there is one in it", () => {
  using file = logOf("first\nsecond\nthird\n");
  expect(["first\nsecond\nthird\n".slice(file.findTail(8)), file.findTail(6), file.findTail(99)]).toEqual([
    "third\n",
    13,
    0,
  ]);
  using oneLine = logOf("x".repeat(100));
  expect(oneLine.findTail(10)).toBe(90);
});

test("words are found in every line of a log, also where its chunks meet, and a search goes on where it was", async () => {
  const words = "Größe ERROR";
  // A chunk is a megabyte: its end comes within the words at each place of them.
  for (let cut = 0; cut <= Buffer.byteLength(words); cut += 1) {
    const before = "x".repeat((1 << 20) - cut - 1);
    const text = `${before}\n${words} and größe error again\nnothing\n\u001b[31mGröße error\u001b[0m\n`;
    using file = logOf(text);
    const all = { offset: 0, limit: 10, budgetMs: 60_000, signal: new AbortController().signal };
    const found = await searchLog(file, "größe error", all);
    const places = [1 << 20, 0].map((_, at) =>
      Buffer.byteLength(text.slice(0, at === 0 ? before.length + 1 : text.lastIndexOf("Gr"))),
    );
    expect({ cut, offsets: found.matches.map(({ offset }) => offset) }).toEqual({ cut, offsets: places });
    expect(found.matches[1]?.line).toBe("Größe error");
    expect(found.nextOffset).toBe(null);
    const first = await searchLog(file, "größe error", { ...all, limit: 1 });
    expect(first.matches).toHaveLength(1);
    const rest = await searchLog(file, "größe error", { ...all, offset: first.nextOffset ?? 0 });
    expect([...first.matches, ...rest.matches]).toEqual([...found.matches]);
  }
  using empty = logOf("");
  const none = { offset: 0, limit: 1, budgetMs: 1, signal: new AbortController().signal };
  expect(await searchLog(empty, "x", none)).toEqual({ matches: [], nextOffset: null, sizeBytes: 0 });
});

test("a search through a log that is longer than its time says where to go on", async () => {
  using file = logOf(
    Buffer.concat([Buffer.alloc(40 << 20, "line without it\n"), Buffer.from("the needle\n")]),
  );
  const signal = new AbortController().signal;
  let rounds = 0;
  let matches: readonly { offset: number }[] = [];
  for (let offset: number | null = 0; offset !== null; rounds += 1) {
    const part: Awaited<ReturnType<typeof searchLog>> = await searchLog(file, "needle", {
      offset,
      limit: 5,
      budgetMs: 0,
      signal,
    });
    matches = [...matches, ...part.matches];
    offset = part.nextOffset;
  }
  expect([rounds, matches.map(({ offset }) => offset)]).toEqual([3, [(40 << 20) + 4]]);
});
