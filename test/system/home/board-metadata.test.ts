import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "../../../src/system/config/config-error.ts";
import { readBoardMetadata, writeBoardMetadata } from "../../../src/system/home/board-metadata.ts";
import { boardPaths } from "../../../src/system/home/board-paths.ts";
import { makeTestHome } from "../../support/home.ts";

function boardWith(text: string) {
  const board = boardPaths(makeTestHome(), "atm10-server");
  mkdirSync(board.root, { recursive: true });
  writeFileSync(board.metadata, text);
  return board;
}

const WRITTEN_BY_HERMES = `{
  "slug": "atm10-server",
  "name": "ATM10 Server",
  "description": "Minecraft modded server ops",
  "icon": "🎮",
  "color": "",
  "default_workdir": null,
  "created_at": 1795422492,
  "archived": false
}`;

const META = {
  slug: "atm10-server",
  name: "ATM10 Server",
  description: "Minecraft modded server ops",
  icon: "🎮",
  color: "",
  defaultWorkdir: null,
  createdAtMs: 1795422492000,
  archived: false,
};

test("metadata that Hermes wrote is read", () => {
  expect(readBoardMetadata(boardWith(WRITTEN_BY_HERMES))).toEqual(META);
});

test("a board without metadata has none", () => {
  expect(readBoardMetadata(boardPaths(makeTestHome(), "default"))).toBeNull();
});

test("missing and null fields are empty, and the folder's name is the slug", () => {
  const expected = { ...META, name: "", description: "", icon: "", createdAtMs: null };
  expect(readBoardMetadata(boardWith('{"slug": "other", "name": null}'))).toEqual(expected);
});

test("a write changes the given fields and keeps all others, unknown ones too", () => {
  const board = boardWith('{"zz_future": {"a": [1]}, "__proto__": {"x": 1}, "name": "Old", "created_at": 5}');
  const after = writeBoardMetadata(board, { name: "New", defaultWorkdir: "/srv" });
  expect(after).toEqual({
    ...META,
    name: "New",
    description: "",
    icon: "",
    defaultWorkdir: "/srv",
    createdAtMs: 5_000,
  });
  expect(readBoardMetadata(board)).toEqual(after);
  const text = readFileSync(board.metadata, "utf8");
  expect(text).toContain('"zz_future": {');
  expect(text).toContain('"__proto__": {');
  expect(text).toContain('"default_workdir": "/srv"');
  expect(readdirSync(board.root)).toEqual(["board.json"]);
});

test("the first write makes the file and its folder, also for the default board", () => {
  const board = boardPaths(makeTestHome(), "default");
  writeBoardMetadata(board, { name: "Home", createdAtMs: 7_000 });
  expect(JSON.parse(readFileSync(board.metadata, "utf8"))).toEqual({
    slug: "default",
    name: "Home",
    description: "",
    icon: "",
    color: "",
    default_workdir: null,
    created_at: 7,
    archived: false,
  });
});

test.each([
  ["", "expected a JSON object, found text that is no JSON"],
  ["{", "expected a JSON object, found text that is no JSON"],
  ["\0\0\0", "expected a JSON object, found text that is no JSON"],
  ["[]", "expected a JSON object, found an empty array"],
  ["null", "expected a JSON object, found null"],
  ["7", "expected a JSON object, found 7 (an integer)"],
  ['{"name": 7}', "name: expected a string, found 7 (an integer)"],
  ['{"default_workdir": ["/x"]}', "default_workdir: expected a string, found an array"],
  ['{"created_at": "2026"}', 'created_at: expected Unix seconds, found "2026" (a string)'],
  ['{"archived": 1}', "archived: expected true or false, found 1 (an integer)"],
])("damaged metadata %j is named, and not overwritten", (text, message) => {
  const board = boardWith(text);
  for (const use of [() => readBoardMetadata(board), () => writeBoardMetadata(board, { name: "New" })]) {
    expect(use).toThrow(ConfigError);
    expect(use).toThrow(`${board.metadata}: ${message}`);
  }
  expect(readFileSync(board.metadata, "utf8")).toBe(text);
});

test("a byte order mark is no damage", () => {
  expect(readBoardMetadata(boardWith(`\uFEFF${WRITTEN_BY_HERMES}`))).toEqual(META);
});

test("a folder in place of the file is a ConfigError", () => {
  const board = boardPaths(makeTestHome(), "x");
  mkdirSync(board.metadata, { recursive: true });
  expect(() => readBoardMetadata(board)).toThrow("expected a file that can be read, found EISDIR");
  expect(readdirSync(dirname(board.metadata))).toEqual(["board.json"]);
});
