import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LiveRun } from "../../src/board/claim.ts";
import { thisHost } from "../../src/dispatcher/host.ts";
import { RunDirectory } from "../../src/worker/run-directory.ts";
import { sightRuns } from "../../src/worker/sighting.ts";
import { makeTestHome } from "../support/home.ts";

/** A claimed run of this host whose shim nobody has recorded. */
function claimedRun(parts: Partial<LiveRun> = {}): LiveRun {
  const { host, bootId } = thisHost();
  return {
    runId: 1,
    taskId: "t_00000001",
    holder: "worker",
    token: "a-token-that-no-process-has",
    profile: "shell",
    host,
    bootId,
    process: null,
    dispatcher: null,
    claimedAtMs: 0,
    claimedAtMonotonicMs: 0,
    claimExpiresAtMs: null,
    lastHeartbeatAtMs: null,
    lastHeartbeatAtMonotonicMs: null,
    maxRuntimeMs: null,
    graceMs: 0,
    isOpen: true,
    endedAtMs: null,
    endedAtMonotonicMs: null,
    outcome: null,
    taskStatus: "running",
    stop: null,
    ...parts,
  };
}

function look(run: LiveRun, files: Readonly<Record<string, string>>) {
  const runs = makeTestHome();
  const directory = new RunDirectory(runs, run.runId);
  directory.make();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory.path, name), text);
  const [sighted] = sightRuns([run], { ...thisHost(), runs });
  return sighted?.seen;
}

test("a start that was won by nobody who lived to say so has come to nothing", () => {
  expect(look(claimedRun(), { start: "" })).toMatchObject({ start: "given_up", tree: "dead", exit: null });
  expect(look(claimedRun(), { start: "123" })).toMatchObject({ start: "given_up", tree: "dead" });
});

test("a start that its shim is just writing down is not taken for one that came to nothing", () => {
  const token = crypto.randomUUID();
  const shim = Bun.spawn(["sleep", "60"], { env: { KANBUN_TOKEN: token } });
  expect(look(claimedRun({ token }), { start: "" })).toMatchObject({
    start: "won",
    leader: "unknown",
    tree: "alive",
  });
  shim.kill("SIGKILL");
});

test("a pid that was given to a stranger is not the shim, and the stranger no part of the run", () => {
  const stranger = Bun.spawn(["sleep", "60"]);
  const seen = look(claimedRun(), { start: `${stranger.pid} 1\n` });
  expect(seen).toMatchObject({ start: "won", leader: "dead", tree: "dead" });
  stranger.kill("SIGKILL");
});

test("a run of another pid namespace can't be seen, and one of an earlier boot is over", () => {
  const { host, bootId } = thisHost();
  const machine = host.split("/", 1)[0];
  const elsewhere = claimedRun({ host: `${machine}/pid:[1]` });
  expect(look(elsewhere, { start: "123 456\n" })).toMatchObject({ where: "elsewhere", tree: "unknown" });
  const earlier = claimedRun({ bootId: `not-${bootId}` });
  expect(look(earlier, { start: "123 456\n", exit: "0\n" })).toMatchObject({
    where: "rebooted",
    tree: "dead",
    exit: { code: 0, note: null },
  });
});
