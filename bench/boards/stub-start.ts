import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RootState, StartedTree } from "../../native-shims/index.ts";
import type { DispatcherOptions } from "../../src/dispatcher/tick/tick-options.ts";
import { RunDirectory } from "../../src/worker/run-directory.ts";
import { SpawnError } from "../../src/worker/spawn/spawn-error.ts";

type StartWorkers = NonNullable<DispatcherOptions["startWorkers"]>;

/** Beyond the highest number that Linux gives away: no one has it. */
const nobody = { pid: 4_194_305, startTime: "1" };

type OnClaim = (claim: { readonly taskId: string }) => void;

/**
 * Starts no one, and says that it did.
 * @param onClaim called for each claim, in place of a worker
 */
export function startNobody(onClaim: OnClaim, state: RootState = "running"): StartWorkers {
  const tree: StartedTree = { ...nobody, process: nobody, state: () => state, onChange() {} };
  return async (claims) => ({
    failed: [],
    findings: [],
    started: claims.map((claim) => {
      onClaim({ taskId: claim.task.id });
      const { pid } = nobody;
      const worker = { tree, workspace: "/", scratchPath: null, agent: null };
      return { claim, process: nobody, pid, scratchPath: null, worker };
    }),
  });
}

/** Starts no one, and leaves behind what a worker leaves that ended well at once: the next tick completes its task. */
export function startEnded(onClaim: OnClaim): StartWorkers {
  const start = startNobody(onClaim, { exitCode: 0 });
  return async (claims, store, config, host) => {
    if (host === null && claims.length > 0) throw new SpawnError("there is nowhere to start a worker");
    for (const { runId, token } of claims) {
      const { path } = new RunDirectory(host?.runs ?? "", runId, token);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, "start"), `${nobody.pid} ${nobody.startTime} ${token} root\n`);
      writeFileSync(join(path, "exit"), `0 ${token} over\n`);
    }
    return start(claims, store, config, host);
  };
}

/** Starts no one, and says that each was at work for so long and ended well. */
export function startPassing(workMs: number, onClaim: OnClaim): StartWorkers {
  return async (claims, store, config, host) => {
    if (host === null && claims.length > 0) throw new SpawnError("there is nowhere to start a worker");
    const trees = claims.map(({ runId, token }) =>
      passingTree(new RunDirectory(host?.runs ?? "", runId, token), { token, workMs }),
    );
    const starts = await startNobody(onClaim)(claims, store, config, host);
    return {
      ...starts,
      started: starts.started.map((start, at) => ({
        ...start,
        worker: { ...start.worker, tree: trees[at] ?? start.worker.tree },
      })),
    };
  };
}

function passingTree(
  { path }: RunDirectory,
  { token, workMs }: { readonly token: string; readonly workMs: number },
): StartedTree {
  let state: RootState = "running";
  let tell = () => {};
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "start"), `${nobody.pid} ${nobody.startTime} ${token} root\n`);
  setTimeout(() => {
    writeFileSync(join(path, "exit"), `0 ${token} over\n`);
    state = { exitCode: 0 };
    tell();
  }, workMs);
  return {
    ...nobody,
    process: nobody,
    state: () => state,
    onChange(listener) {
      tell = listener;
    },
  };
}
