import { expect, test } from "bun:test";
import { readPatch } from "../../src/web/page/plots/diff/patch-lines.ts";

test("a patch is read file by file, with the numbers of its lines", () => {
  const files = readPatch(
    [
      "diff --git a/one b/one",
      "index 111..222 100644",
      "--- a/one",
      "+++ b/one",
      "@@ -3,2 +3,3 @@ of it",
      " same",
      "-old",
      "+new",
      "+++ not a heading",
      "\\ No newline at end of file",
      'diff --git "a/t\\tb" "b/t\\tb"',
      "Binary files differ",
      "",
    ].join("\n"),
  );
  expect(files.map(({ name }) => name)).toEqual(["a/one b/one", '"a/t\\tb" "b/t\\tb"']);
  expect(
    files[0]?.lines.map(({ kind, oldNumber, newNumber, text }) => [kind, oldNumber, newNumber, text]),
  ).toEqual([
    ["part", null, null, "@@ -3,2 +3,3 @@ of it"],
    ["same", 3, 3, "same"],
    ["removed", 4, null, "old"],
    ["added", null, 4, "new"],
    ["added", null, 5, "++ not a heading"],
    ["note", null, null, "No newline at end of file"],
  ]);
  expect(files[1]?.lines.map(({ text }) => text)).toEqual(["Binary files differ"]);
  expect(readPatch("")).toEqual([]);
});
