import { describe, expect, test } from "bun:test";
import { promises } from "./promises.ts";
import { judgeRows, readReport, unknownRows } from "./results.ts";

const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test">
  <testsuite name="a.test.ts">
    <testcase name="a &quot;b&quot; &amp; c (W1)" classname="" time="0" assertions="1" />
    <testcase name="x" classname="W3: a &lt;group&gt; &gt; outer" time="0">
      <failure type="AssertionError" message="1 &gt; 2">at a.test.ts</failure>
    </testcase>
    <testcase name="W5: z" classname="" time="0">
      <skipped />
    </testcase>
    <testcase name="W99: y" classname="" time="0" />
  </testsuite>
</testsuites>
`;

describe("the report of the field notes", () => {
  const tests = readReport(report);
  const excused = { W5: "not built yet", W37: "not built yet", W1: "not built yet" };
  const resultOf = (row: string, later = {}) => judgeRows(tests, later).find((one) => one.row === row);

  test("reads titles with their groups, and what became of them", () => {
    expect(tests.map(({ outcome }) => outcome)).toEqual(["pass", "fail", "skip", "pass"]);
    expect(tests[0]?.title).toBe(`a "b" & c (W1)`);
    expect(tests[1]?.title).toBe(`W3: a <group> > outer > x`);
  });

  test("has a row pass only with a test that passed and none that failed", () => {
    expect(resultOf("W1")).toMatchObject({ passed: 1, failed: [], result: "pass" });
    expect(resultOf("W3")).toMatchObject({ passed: 0, result: "fail" });
    expect(resultOf("W5")).toMatchObject({ passed: 0, result: "missing" });
    expect(judgeRows([])).toHaveLength(Object.keys(promises).length);
  });

  test("excuses a row as long as no test of it passes or fails", () => {
    const rows = ["W1", "W5", "W37"].map((row) => resultOf(row, excused)?.result);
    expect(rows).toEqual(["pass", "later", "later"]);
  });

  test("names the numbers that are no row", () => {
    expect(unknownRows(tests)).toEqual([`W99`]);
  });

  test("is refused when it is cut off", () => {
    expect(() => readReport(report.slice(0, 300))).toThrow("cut off");
  });
});
