import { afterAll, describe, expect, test } from "bun:test";
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildExecutable } from "../../build/executable.ts";
import packageJson from "../../package.json" with { type: "json" };
import { removeTree } from "../../src/system/files/remove-tree.ts";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import type { CommandLine } from "../cli/command-line.ts";
import { startFixture } from "../support/processes.ts";
import { testRunPrefix } from "../support/test-run.ts";
import { lacksOnWindows } from "../windows/left-out.ts";
import { layMusl, muslTools } from "./musl.ts";
import { canInterpret, inSmallRoot, whyNoSmallRoot } from "./small-root.ts";

const folder = mkdtempSync(join(tmpdir(), testRunPrefix));
afterAll(() => removeTree(folder));

/** Has another process hold the board's lock, and lets it go again. */
async function expectToGiveWay(kanbun: CommandLine): Promise<void> {
  await kanbun.ok("init");
  const id = await kanbun.create("wait", "--run", "echo done");
  {
    await using holder = await startFixture(
      "hold-lock.ts",
      `${boardPaths(kanbun.home, "default").database}.dispatch.lock`,
    );
    expect(holder.first).toBe("held");
    const { code, data } = await kanbun.json(["dispatch", "--fail-if-locked"]);
    expect([code, data.boards[0].skipped_locked, data.boards[0].spawned]).toEqual([75, true, []]);
  }
  await kanbun.ok("dispatch", "--until-idle");
  expect((await kanbun.task(id)).status).toBe("done");
}

const noMusl = whyNoSmallRoot(...muslTools);
describe.skipIf(lacksOnWindows("programs of Linux") || noMusl !== "")(
  `the executable for musl${noMusl}`,
  () => {
    async function onMusl(): Promise<CommandLine> {
      const executable = await buildExecutable("linux-x64-musl", folder);
      return inSmallRoot(executable, (root) => layMusl(root, executable));
    }

    test("gives way to a lock that a program of another C library holds, and runs after it", async () => {
      await expectToGiveWay(await onMusl());
    });

    test("says its version and works the demo off", async () => {
      const kanbun = await onMusl();
      expect(await kanbun.ok("--version")).toBe(`${packageJson.version}\n`);
      const { code, data } = await kanbun.json(["dispatch", "--demo"]);
      expect(code).toBe(0);
      expect(new Set(data.tasks.map((task: { status: string }) => task.status))).toEqual(new Set(["done"]));
    });
  },
);

const qemu = "qemu-aarch64-static";
const arm64Library = "/usr/aarch64-linux-gnu/lib";
const noArm64 =
  whyNoSmallRoot(qemu, `${arm64Library}/ld-linux-aarch64.so.1`) ||
  (canInterpret() ? "" : " (skipped: the kernel lets only the machine as a whole run programs of others)");
// 64-bit, little-endian, an executable, for aarch64: the header of such a file. F: opened now, outside of the root.
const arm64Format = `:kanbun-arm64:M::\\x7fELF\\x02\\x01\\x01${"\\x00".repeat(9)}\\x02\\x00\\xb7\\x00:${"\\xff".repeat(7)}\\x00${"\\xff".repeat(8)}\\xfe\\xff\\xff\\xff:${Bun.which(qemu)}:F`;

describe.skipIf(lacksOnWindows("programs of Linux") || noArm64 !== "")(
  `the executable for arm64${noArm64}`,
  () => {
    test("says its version, gives way to a lock that is held and runs after it", async () => {
      const executable = await buildExecutable("linux-arm64", folder);
      const lay = (root: string) =>
        cpSync(arm64Library, join(root, "lib"), { recursive: true, dereference: true });
      const kanbun = inSmallRoot(executable, lay, arm64Format);
      expect(await kanbun.ok("--version")).toBe(`${packageJson.version}\n`);
      await expectToGiveWay(kanbun);
    });
  },
);
