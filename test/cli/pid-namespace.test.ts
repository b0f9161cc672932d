import { expect, test } from "bun:test";
import { chownSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commandForAll } from "../support/command-for-all.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { processesOf } from "../support/processes.ts";
import { CommandLine } from "./command-line.ts";

// As docs/many-hosts.md has it, for a user who is not root.
const unshare = "unshare --user --map-current-user --pid --fork --kill-child --mount-proc".split(" ");
const isRoot = process.getuid?.() === 0;
const asPlainUser = isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
const refusal = whyNot();
if (refusal !== null) console.error(`skipped: a dispatcher in a pid namespace: ${refusal}`);

function whyNot(): string | null {
  if (process.platform !== "linux") return "those are Linux's";
  if (Bun.which("unshare") === null || Bun.which("setpriv") === null)
    return "there is no unshare or no setpriv (package util-linux)";
  const { exitCode, stderr } = Bun.spawnSync([...asPlainUser, ...unshare, "true"]);
  return exitCode === 0 ? null : stderr.toString().trim();
}

test.skipIf(refusal !== null)(
  "a dispatcher that is the first process of a pid namespace takes all workers with it, also what left their session, however it ends",
  async () => {
    const folder = makeTestHome();
    if (isRoot) chownSync(folder, 65534, 65534);
    const home = join(folder, "home");
    const command = commandForAll();
    const kanbun = new CommandLine(home, [...asPlainUser, ...command]);
    const inNamespace = new CommandLine(home, [...asPlainUser, ...unshare, ...command]);
    await kanbun.ok("init");
    const pidOfDispatcher = (pid: number) =>
      Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim());
    const ends = {
      "unshare is killed": (pid: number) => process.kill(pid, "SIGKILL"),
      "it is killed": (pid: number) => process.kill(pidOfDispatcher(pid), "SIGKILL"),
      "it is told to end": (pid: number) => process.kill(pidOfDispatcher(pid), "SIGTERM"),
    };
    for (const [how, end] of Object.entries(ends)) {
      const begun = join(folder, how.replaceAll(" ", "-"));
      const task = await kanbun.create(
        how,
        "--run",
        `setsid sh -c 'setsid sleep 1000 & echo >${begun}; exec sleep 1000' & exec sleep 1000`,
      );
      const resident = inNamespace.spawn(["dispatch", "--watch"]);
      await eventually("it is at work", () => existsSync(begun));
      end(resident.pid);
      await eventually(`nothing is left when ${how}`, () => processesOf(home).length === 0);
      const [said, code] = await Promise.all([resident.stderr.text(), resident.exited]);
      // unshare itself ends otherwise when its child was killed, with a word that is wrong.
      if (how === "it is told to end")
        expect({ code, said }).toEqual({
          code: 0,
          said: expect.stringContaining("stopped: 1 worker ends with it"),
        });
      await kanbun.ok("cancel", task);
    }
  },
);
