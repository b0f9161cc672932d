import { expect, test } from "bun:test";
import { judgeTrees, type TreeSupport } from "../../src/doctor/tree-check.ts";
import { CommandLine, mainPath } from "../cli/command-line.ts";
import { canUnshare } from "../field-notes/namespaces.ts";
import { fixturePath } from "../native-shims/children.ts";
import { python } from "../support/python.ts";

const isLinux = process.platform === "linux";
const doctor = [process.execPath, mainPath, "doctor", "--json"];
const refuse = [python, fixturePath("refuse-calls.py"), "memfd_create"];
const contained = ["unshare", "--pid", "--fork", "--kill-child"];
// What a linker finds there is no library: as without it, since that of a compiler can't be moved away from under everyone.
const bare = [
  ...["unshare", "--map-root-user", "--mount", "sh", "-c"],
  'for so in /usr/lib/*/libc.so /usr/lib/libc.so /usr/lib64/libc.so; do [ ! -e "$so" ] || mount --bind "$0" "$so"; done; exec "$@"',
  import.meta.path,
];
const canBare = isLinux && canUnshare("--map-root-user", "--mount");
const canContain = isLinux && canUnshare("--pid", "--mount-proc");

const whole: TreeSupport = {
  platform: "linux",
  whyNoTrees: null,
  isProcOurs: true,
  hasChildren: true,
  hidesOthers: false,
};

test.each<[string, Partial<TreeSupport>, string, string]>([
  ["by descent", {}, "ok", "known by descent"],
  ["where /proc hides others", { hidesOthers: true }, "ok", "holds its task until it ends (hidepid)"],
  [
    "without a starter",
    { whyNoTrees: "memfd_create is refused" },
    "warning",
    "memfd_create is refused: a run's",
  ],
  ["without lists of children", { hasChildren: false }, "warning", "CONFIG_PROC_CHILDREN"],
  ["with another's /proc", { isProcOurs: false, whyNoTrees: "x" }, "problem", "another pid namespace"],
  ["on Windows", { platform: "win32", whyNoTrees: "not on win32" }, "ok", "in a job"],
  ["on macOS", { platform: "darwin", whyNoTrees: "not on darwin" }, "warning", "by their environment alone"],
])("how a run's processes are known is told: %s", (_, part, status, words) => {
  expect(judgeTrees({ ...whole, ...part })).toMatchObject({
    check: "trees",
    status,
    detail: expect.stringContaining(words),
  });
});

for (const [where, around, isHere, status, words] of [
  ["where the starter is refused", refuse, isLinux, "warning", "memfd_create is refused: "],
  ["where nothing can be linked", bare, canBare, "ok", "known by descent"],
  ["as the first of a container", [...contained, "--mount-proc"], canContain, "ok", "known by descent"],
  ["as the first of one with another's /proc", contained, canContain, "problem", "another pid namespace"],
] as const)
  test.skipIf(!isHere)(`the doctor tells how a run's processes are known: ${where}`, async () => {
    const kanbun = await CommandLine.init();
    const { stdout } = Bun.spawnSync([...around, ...doctor], {
      env: { ...process.env, KANBUN_HOME: kanbun.home },
    });
    const { data } = JSON.parse(stdout.toString());
    expect(data.checks.find((one: { check: string }) => one.check === "trees")).toMatchObject({
      status,
      detail: expect.stringContaining(words),
    });
  });
