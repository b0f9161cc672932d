import { expect, test } from "bun:test";
import { ConfigLocation } from "../../../src/system/config/config-location.ts";

const TEXT = `# [profiles.x]
top = 1

[profiles.x] # the first
command = [ # a list
  "a", # ]
  "]",
  'b[c]',
]
note = """
[profiles.fake]
command = ["fake"]
\\""" still inside
"""
raw = '''
[profiles.raw] '''''
ends = [ '''it'''', "]" ]
after = "# = [ \\" ["

[ profiles . "y z" ]
"quoted key" = { a = 1, b = { c = "}" }, d = [ { e = 1 } ] }
'single.quoted' = 1
"esc\\u0061ped" = 1

[profiles]
dotted.command = ["a"]
dotted.env.LANG = "C"
inline = { command = ["x"],
  # a comment }
  stdin = "none" }

[[list]]
z = 1
`;

const location = new ConfigLocation(TEXT);

test.each<[string[], number | null]>([
  [["top"], 2],
  [["profiles", "x"], 4],
  [["profiles", "x", "command"], 5],
  [["profiles", "x", "note"], 10],
  [["profiles", "x", "raw"], 15],
  [["profiles", "x", "ends"], 17],
  [["profiles", "x", "after"], 18],
  [["profiles", "y z"], 20],
  [["profiles", "y z", "quoted key"], 21],
  [["profiles", "y z", "quoted key", "b", "c"], 21],
  [["profiles", "y z", "single.quoted"], 22],
  [["profiles", "y z", "escaped"], 23],
  [["profiles", "dotted"], 26],
  [["profiles", "dotted", "command"], 26],
  [["profiles", "dotted", "env", "LANG"], 27],
  [["profiles", "inline"], 28],
  [["profiles", "inline", "command"], 28],
  [["profiles", "inline", "stdin"], 30],
  [["list", "z"], 33],
])("the key %j stands on line %d", (path, line) => {
  expect(location.lineOfKey(path)).toBe(line);
});

test.each<[string[], number | null]>([
  [["profiles", "x", "missing"], 4],
  [["profiles", "x", "missing", "deeper"], 4],
  [["profiles", "dotted", "missing"], 26],
  [["profiles", "inline", "missing"], 28],
  [["profiles", "fake"], 25],
  [["profiles", "raw"], 25],
  [["profiles"], 25],
  [["nowhere"], null],
  [["nowhere", "deeper"], null],
  [[], null],
])("for %j, which is not there, the line is that of the table around it: %j", (path, line) => {
  expect(location.lineOfKey(path)).toBe(line);
});

test("a byte order mark and Windows line ends do not move a line", () => {
  const windows = new ConfigLocation("\uFEFFa = 1\r\n\r\n[b]\r\nc = 1\r\n");
  expect([["a"], ["b"], ["b", "c"]].map((path) => windows.lineOfKey(path))).toEqual([1, 3, 4]);
});

test.each([
  "",
  "\0",
  "=",
  "[",
  "[[",
  "{",
  '"',
  "'''",
  "a.",
  "a = [",
  "a = {b",
  "a = {=}",
  '"\\',
  "a = [}{]",
  "🙂",
  ",",
])("garbage %j has some line or none, and an end", (text) => {
  const garbage = new ConfigLocation(text);
  expect(garbage.lineOfKey(["zzz"])).toBeNull();
  expect(garbage.lineOfSyntaxError()).toBeGreaterThanOrEqual(1);
});
