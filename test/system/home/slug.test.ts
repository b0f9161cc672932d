import { expect, test } from "bun:test";
import { parseSlug } from "../../../src/system/home/slug.ts";

test.each([
  ["default", "default"],
  ["atm10-server", "atm10-server"],
  ["A_b-9", "a_b-9"],
  ["0", "0"],
  ["a".repeat(64), "a".repeat(64)],
  ["con1", "con1"],
  ["com10", "com10"],
  ["null", "null"],
])("%j is the slug %j", (text, slug) => {
  expect(parseSlug(text)).toBe(slug);
});

test.each([
  ...[
    "",
    " ",
    "a b",
    " a",
    "a ",
    "a\n",
    "\na",
    "a\0",
    "a\0.db",
    ".",
    "..",
    "../x",
    "..\\x",
    "a/b",
    "a\\b",
    "/etc",
  ],
  ...[
    "-a",
    "_a",
    "_archived",
    "a.b",
    ".hidden",
    "a:b",
    "~",
    "a*",
    "%2e%2e",
    "a".repeat(65),
    "x".repeat(1_000_000),
  ],
  ...["é", "ü", "ﬁ", "🙂", "a🙂", "\u202eabc", "a\u200bb", "аbc", "１", "\u212a", "bac\u212aup", "İ"],
  ...["con", "CON", "nul", "aux", "Prn", "com1", "COM9", "com0", "lpt1", "lpt9"],
])("%# of what is no slug is refused", (text) => {
  expect(parseSlug(text)).toBeNull();
});
