import { later, promises } from "./promises.ts";

/** A test as bun:test reports it. */
export interface TestResult {
  /** With the titles of the groups around it. */
  readonly title: string;
  readonly outcome: "pass" | "fail" | "skip";
}

export interface RowResult {
  readonly row: string;
  readonly promise: string;
  readonly passed: number;
  readonly failed: readonly string[];
  /** `missing`: no test of it was run. */
  readonly result: "pass" | "fail" | "missing" | "later";
}

/** Titles with the number of a row in them. */
export const rowPattern = /\b[WDXH]\d+\b/g;

/** The tests of a JUnit report as Bun writes it. @throws {Error} when it is none */
export function readReport(xml: string): TestResult[] {
  if (!xml.trimEnd().endsWith("</testsuites>")) throw new Error("the report of the tests is cut off");
  const cases = xml.matchAll(
    /<testcase name="([^"]*)" classname="([^"]*)"[^>]*?(\/>|>([\s\S]*?)<\/testcase>)/g,
  );
  return [...cases].map(([, name = "", groups = "", , inner = ""]) => ({
    title: plain(groups === "" ? name : `${groups} > ${name}`),
    outcome: /<(failure|error)\b/.test(inner) ? "fail" : inner.includes("<skipped") ? "skip" : "pass",
  }));
}

function plain(text: string): string {
  const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? "");
}

/** Each row with what its tests said; a row that is not `later` needs one that passed and none that failed. */
export function judgeRows(
  tests: readonly TestResult[],
  excused: Readonly<Record<string, string>> = later,
): RowResult[] {
  return Object.entries(promises).map(([row, promise]) => {
    const own = tests.filter(({ title }) => title.match(rowPattern)?.includes(row));
    const failed = own.filter(({ outcome }) => outcome === "fail").map(({ title }) => title);
    const passed = own.filter(({ outcome }) => outcome === "pass").length;
    const untested = row in excused ? "later" : "missing";
    const result = failed.length > 0 ? "fail" : passed > 0 ? "pass" : untested;
    return { row, promise, passed, failed, result };
  });
}

/** Numbers in titles that no row has: a typing error, or a row that went away. */
export function unknownRows(tests: readonly TestResult[]): string[] {
  const named = new Set(tests.flatMap(({ title }) => title.match(rowPattern) ?? []));
  return [...named].filter((row) => !(row in promises));
}
