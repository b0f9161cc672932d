import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkProcessRoom } from "../../src/doctor/process-room.ts";
import { makeTestHome } from "../support/home.ts";

/** What the kernel would tell, in a folder. */
function machine(files: Readonly<Record<string, string>>): string {
  const root = makeTestHome();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

const kernel = {
  "proc/loadavg": "0.10 0.20 0.30 1/300 4711\n",
  "proc/sys/kernel/threads-max": "5000\n",
  "proc/sys/kernel/pid_max": "32768\n",
};

test("the room for processes is what the tightest limit leaves", () => {
  expect(checkProcessRoom(machine(kernel), 0)).toMatchObject({
    status: "ok",
    detail: "room for 4700 more processes, by kernel.threads-max",
  });
  expect(checkProcessRoom(machine({ ...kernel, "proc/sys/kernel/pid_max": "350\n" }), 0)).toMatchObject({
    status: "problem",
    detail: "only room for 50 more processes, by kernel.pid_max",
  });
  expect(checkProcessRoom(machine({}), 0).status).toBe("ok");
});

test("the room for processes is bounded by every control group above, of both kinds", () => {
  const groups = {
    ...kernel,
    "sys/fs/cgroup/a/b/pids.max": "max\n",
    "sys/fs/cgroup/a/b/pids.current": "3\n",
    "sys/fs/cgroup/a/pids.max": "20\n",
    "sys/fs/cgroup/a/pids.current": "12\n",
  };
  const problem = { status: "problem", detail: "only room for 8 more processes, by the control group /a" };
  expect(checkProcessRoom(machine({ ...groups, "proc/self/cgroup": "0::/a/b\n" }), 0)).toMatchObject(problem);
  const old = Object.fromEntries(
    Object.entries(groups).map(([name, text]) => [name.replace("cgroup/a", "cgroup/pids/a"), text]),
  );
  const named = "8:pids:/a/b\n7:cpu:/\n0::/\n";
  expect(checkProcessRoom(machine({ ...old, "proc/self/cgroup": named }), 0)).toMatchObject(problem);
});

test("the room for processes is bounded by the user's own limit, which does not bind root", () => {
  const limits = { ...kernel, "proc/self/limits": "Max processes             10      10      processes\n" };
  expect(checkProcessRoom(machine(limits), 0).status).toBe("ok");
  expect(checkProcessRoom(machine(limits), 54_321).detail).toEndWith("by `ulimit -u`");
});
