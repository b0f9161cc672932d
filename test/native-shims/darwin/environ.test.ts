import { describe, expect, test } from "bun:test";
import { sliceEnviron } from "../../../native-shims/darwin/environ.ts";

function sliceOf(text: string): string {
  return sliceEnviron(Buffer.from(text)).toString();
}

describe("the arguments area of a process on macOS", () => {
  test("gives up its environment, and neither arguments nor the loader's entries", () => {
    const area = "\x02\0\0\0/bin/tool\0\0\0\0tool\0RUN=argument\0RUN=1\0B=2\0\0executable_path=/bin/tool\0";
    expect(sliceOf(area)).toBe("\0RUN=1\0B=2\0");
  });

  test("that ends with the environment gives up all of it", () => {
    expect(sliceOf("\x01\0\0\0/bin/tool\0\0tool\0RUN=1\0")).toBe("\0RUN=1\0\0");
  });

  test("that is cut short has no environment", () => {
    for (const area of ["", "\x01\0", "\x01\0\0\0/bin/tool", "\x09\0\0\0/bin/tool\0\0tool\0"]) {
      expect(sliceOf(area)).toBe("");
    }
  });
});
