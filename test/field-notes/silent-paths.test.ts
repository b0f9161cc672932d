import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ForeignMounts } from "../../src/system/files/foreign-mounts.ts";
import { CommandLine } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { lacksOnWindows } from "../windows/left-out.ts";
import { canMountSilently, mountSilently } from "./namespaces.ts";

const hasSilentMounts = await canMountSilently();

/** A folder on a mount that never answers. */
async function silentFolder() {
  const folder = makeTestHome();
  const mount = await mountSilently(folder);
  await eventually("it is mounted", () => mount.isMounted());
  return { folder, [Symbol.asyncDispose]: () => mount[Symbol.asyncDispose]() };
}

test.skipIf(!hasSilentMounts)(
  "I12: a mount in a profile's PATH, a command on one or a worktree on one that never answers holds its own tasks alone",
  async () => {
    await using silent = await silentFolder();
    const kanbun = await CommandLine.init(`[dispatch]
max_in_progress = 9
[profiles.path]
command = ["nowhere-else"]
env = { PATH = "${silent.folder}/bin:/usr/bin:/bin" }
[profiles.near]
command = ["true"]
env = { PATH = "/usr/bin:/bin:${silent.folder}/bin" }
[profiles.whole]
command = ["${silent.folder}/program"]
[profiles.relative]
command = ["./program"]
cwd = "${silent.folder}"
`);
    const held = [];
    for (const profile of ["path", "whole", "relative"])
      held.push(await kanbun.create(profile, "--assignee", profile, "--priority", "9"));
    const worktree = ["--workspace", `worktree:${silent.folder}/repository`];
    held.push(await kanbun.create("worktree", "--run", "true", "--priority", "9", ...worktree));
    const sound = await kanbun.create("sound", "--run", "true");
    const near = await kanbun.create("near", "--assignee", "near");
    const { code, data } = await kanbun.json(["dispatch"]);
    expect(code).toBe(0);
    const [report] = data.boards;
    expect(report.spawned.map((one: { task_id: string }) => one.task_id).sort()).toEqual(
      [sound, near].sort(),
    );
    expect(report.interrupted.map((one: { task_id: string }) => one.task_id).sort()).toEqual(
      [...held].sort(),
    );
    for (const { error } of report.interrupted) expect(error).toMatch(/^\/.* does not answer/);
    expect(report.findings[0].detail).toContain("does not answer");
    const listed = await kanbun.json(["profiles", "list"]);
    expect(listed.error).toBeNull();
    const { profiles } = listed.data;
    const unanswered = profiles.filter((one: { problem: string | null }) =>
      one.problem?.includes("does not answer"),
    );
    expect(unanswered.map((one: { name: string }) => one.name).sort()).toEqual(["path", "relative", "whole"]);
    const { checks } = (await kanbun.json(["doctor"])).data;
    const told = checks.filter((one: { detail: string }) => one.detail.includes("does not answer"));
    expect(told.map((one: { check: string }) => one.check).sort()).toEqual(
      ["path", "relative", "whole"].map((name) => `profile:${name}`),
    );
  },
);

test.skipIf(lacksOnWindows("links"))(
  "I12: what may never answer is known by the table of mounts, and by links that lead there",
  () => {
    const home = makeTestHome();
    const mounts = new ForeignMounts([join(home, "net")]);
    mkdirSync(join(home, "folder"));
    symlinkSync("../net/bin", join(home, "folder", "relative"));
    symlinkSync(join(home, "net"), join(home, "whole"));
    symlinkSync(join(home, "circle"), join(home, "circle"));
    for (const path of ["net", "net/x", "folder/relative", "folder/relative/x", "whole/x", "folder/../net"])
      expect([path, mounts.mayHold(`${home}/${path}`)]).toEqual([path, true]);
    for (const path of ["", "network", "folder/x", "missing/net", "circle/x"])
      expect([path, mounts.mayHold(`${home}/${path}`)]).toEqual([path, false]);
  },
);
