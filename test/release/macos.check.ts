import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signAdHoc } from "../../build/ad-hoc-signature.ts";
import { buildExecutable } from "../../build/executable.ts";
import { removeTree } from "../../src/system/files/remove-tree.ts";
import { testRunPrefix } from "../support/test-run.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

const folder = mkdtempSync(join(tmpdir(), testRunPrefix));
afterAll(() => removeTree(folder));

/** The name under which Bun signs. */
const bunsIdentifier = "a.out";

test.skipIf(lacksOnWindows("building"))(
  "an executable for macOS on arm64 that is signed again as Bun signed it is the same to the last byte",
  async () => {
    const executable = readFileSync(await buildExecutable("macos-arm64", folder));
    expect(signAdHoc(executable, bunsIdentifier).equals(executable)).toBe(true);
    expect(signAdHoc(executable, "kanbun").equals(executable)).toBe(false);
  },
);

test.skipIf(lacksOnWindows("building"))(
  "the executable for macOS on x64 has a signature of what is in it, in place of Bun's",
  async () => {
    const executable = readFileSync(await buildExecutable("macos-x64", folder));
    expect(signAdHoc(executable, "kanbun").equals(executable)).toBe(true);
  },
);

test("what is no Mach-O file is not signed", () => {
  expect(() => signAdHoc(Buffer.alloc(4096, "x"), "kanbun")).toThrow("not a 64-bit Mach-O file");
});
