import { BoardError } from "../../board/error.ts";
import type { BoardHosts, GivenRun, HostEpoch } from "../hosts.ts";
import { getLiveRun } from "../sql/runs/live-runs.ts";
import { freeRuns } from "../sql/runs/runs.ts";
import { reclaimTask } from "../sql/runs/take-backs.ts";
import type { Scope } from "../sql/scope.ts";
import type { Steps } from "../sql/steps.ts";
import { type HostRow, selectHosts, toHost } from "./host-row.ts";
import type { PostgresEngine } from "./postgres-engine.ts";

export function boardHosts(engine: PostgresEngine): BoardHosts {
  return {
    list: () =>
      engine.read(function* (db) {
        return (yield* db.all<HostRow>(selectHosts)).map(toHost);
      }),
    giveAway: (host, { actor }) => engine.write((scope) => giveAway(scope, host, actor), { isSynced: true }),
  };
}

/**
 * The row is held until this is committed: a host that registers meanwhile does so after it, and then ends those of its workers whose
 * runs it no longer finds. One that registered before has them back.
 */
const selectFenced = `SELECT 1 FROM hosts WHERE id = :id AND epoch = :epoch AND fenced_epoch = :epoch FOR SHARE`;

const selectRuns = `SELECT run_id, task_id FROM live_runs
  WHERE holder = 'worker' AND substr(host, 1, 13) = :prefix ORDER BY run_id`;

function* giveAway(scope: Scope, { id, epoch }: HostEpoch, actor: string): Steps<readonly GivenRun[]> {
  if ((yield* scope.db.get(selectFenced, { id, epoch })) === null)
    throw new BoardError("conflict", `the host ${id} is back: its runs are its own`, {
      hint: "see `kanbun hosts`",
    });
  const given: GivenRun[] = [];
  const runs = yield* scope.db.all<{ run_id: number; task_id: string }>(selectRuns, { prefix: `${id}+` });
  for (const { run_id: runId, task_id: taskId } of runs) {
    const live = yield* getLiveRun(scope.db, taskId);
    const wasOpen = live?.isOpen === true && live.runId === runId;
    if (wasOpen)
      yield* reclaimTask(scope, taskId, `its host ${id} was declared gone`, {
        actor,
        force: true,
        vouchesDead: true,
      });
    else yield* freeRuns(scope, [runId]);
    given.push({ taskId, runId, wasOpen });
  }
  return given;
}
