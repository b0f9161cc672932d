import type { LiveRun } from "../../../board/claim.ts";
import { dayStartMs, type EndedUsage, type RunUsage, type StartedAgent } from "../../../board/usage.ts";
import type { UsageGroup, UsageSum } from "../../counts.ts";
import type { TickPlan } from "../../tick.ts";
import type { Connection } from "../connection.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";

/** How agents were started: their sessions are known also where they never get to say them. */
export function* recordAgents(
  { db }: Scope,
  started: readonly {
    readonly run: Pick<LiveRun, "taskId" | "runId" | "token" | "profile">;
    readonly agent: StartedAgent;
  }[],
): Steps<void> {
  for (const { run, agent } of started) {
    const { runId, taskId, profile, token } = run;
    yield* db.send(
      `INSERT INTO kanbun_usage (run_id, task_id, profile, agent, permissions, session, workspace, resumed_run_id)
       SELECT :runId, :taskId, :profile, :agent, :permissions, :session, :workspacePath, :resumedRunId
       WHERE EXISTS (SELECT 1 FROM kanbun_runs WHERE run_id = :runId AND token = :token)
       ON CONFLICT (run_id) DO UPDATE SET agent = excluded.agent, permissions = excluded.permissions,
         session = coalesce(kanbun_usage.session, excluded.session), workspace = excluded.workspace,
         resumed_run_id = excluded.resumed_run_id`,
      { ...agent, runId, taskId, profile, token },
    );
  }
}

/**
 * What agents say at their end that they used. A session that counts on tells the sum of all its runs: of it each run has what
 * it added.
 */
export function* recordUsages(
  { db, nowMs }: Scope,
  usages: readonly { readonly run: LiveRun; readonly usage: EndedUsage }[],
): Steps<void> {
  for (const { run, usage } of usages) {
    const { countsOn, costUsd, ...told } = usage;
    const session = countsOn ? usage.session : null;
    const before = session === null ? 0 : yield* costBefore(db, run.runId, session);
    // Less than before: it began to count anew.
    const ownUsd = costUsd === null ? null : costUsd >= before ? costUsd - before : costUsd;
    const counts = session === null ? told : withoutTokens(told, yield* tokensBefore(db, run.runId, session));
    yield* db.send(
      `INSERT INTO kanbun_usage (run_id, task_id, profile, session, model, turns, input_tokens, output_tokens,
         cache_read_tokens, cache_write_tokens, reasoning_tokens, cost_usd, session_cost_usd, ended_at_ms)
       VALUES (:runId, :taskId, :profile, :session, :model, :turns, :inputTokens, :outputTokens, :cacheReadTokens,
         :cacheWriteTokens, :reasoningTokens, :ownUsd, :costUsd, :nowMs)
       ON CONFLICT (run_id) DO UPDATE SET session = coalesce(excluded.session, kanbun_usage.session), model = excluded.model,
         turns = excluded.turns, input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
         cache_read_tokens = excluded.cache_read_tokens, cache_write_tokens = excluded.cache_write_tokens,
         reasoning_tokens = excluded.reasoning_tokens, cost_usd = excluded.cost_usd,
         session_cost_usd = excluded.session_cost_usd, ended_at_ms = coalesce(kanbun_usage.ended_at_ms, excluded.ended_at_ms)`,
      { ...counts, ownUsd, costUsd, nowMs, runId: run.runId, taskId: run.taskId, profile: run.profile },
    );
  }
}

/**
 * A profile whose runs, on all boards of the home, have cost what a day may cost starts nothing until midnight: looked at when a
 * run has said its cost.
 */
export function* pauseOverspent(
  { db, nowMs }: Scope,
  { usages = [], policies, spentElsewhere }: Pick<TickPlan, "usages" | "policies" | "spentElsewhere">,
): Steps<void> {
  for (const profile of new Set(usages.map(({ run }) => run.profile))) {
    const budgetUsd = profile === null ? null : (policies.get(profile)?.dayBudgetUsd ?? null);
    if (profile === null || budgetUsd === null) continue;
    const elsewhereUsd = spentElsewhere?.get(profile) ?? 0;
    const costUsd = elsewhereUsd + ((yield* sumSpent(db, [profile], dayStartMs(nowMs))).get(profile) ?? 0);
    if (costUsd < budgetUsd) continue;
    const untilMs = new Date(nowMs).setHours(24, 0, 0, 0);
    const others = elsewhereUsd > 0 ? `, $${elsewhereUsd.toFixed(2)} of it on other boards` : "";
    yield* db.send(
      `INSERT INTO kanbun_pauses (scope, until_ms, reason, since_ms) VALUES (:scope, :untilMs, :reason, :nowMs)
       ON CONFLICT (scope) DO UPDATE SET until_ms = max(kanbun_pauses.until_ms, excluded.until_ms), reason = excluded.reason`,
      {
        scope: `profile:${profile}`,
        untilMs,
        reason: `its budget of $${budgetUsd.toFixed(2)} a day is used up ($${costUsd.toFixed(2)}${others})`,
        nowMs,
      },
    );
  }
}

/** @see BoardStore.sumSpent */
export function* sumSpent(
  db: Connection,
  profiles: readonly string[],
  sinceMs: number,
): Steps<ReadonlyMap<string, number>> {
  const rows = yield* db.all<{ profile: string; cost: number }>(
    `SELECT profile, sum(cost_usd) AS cost FROM kanbun_usage
     WHERE profile IN (SELECT value FROM json_each(:profiles)) AND ended_at_ms >= :sinceMs
     GROUP BY profile HAVING sum(cost_usd) > 0`,
    { profiles: JSON.stringify(profiles), sinceMs },
  );
  return new Map(rows.map(({ profile, cost }) => [profile, cost]));
}

function* costBefore(db: Connection, runId: number, session: string): Steps<number> {
  const row = yield* db.get<{ cost: number | null }>(
    `SELECT session_cost_usd AS cost FROM kanbun_usage
     WHERE session = :session AND run_id < :runId AND session_cost_usd IS NOT NULL ORDER BY run_id DESC LIMIT 1`,
    { session, runId },
  );
  return row?.cost ?? 0;
}

const tokenCounts = {
  inputTokens: "input_tokens",
  outputTokens: "output_tokens",
  cacheReadTokens: "cache_read_tokens",
  cacheWriteTokens: "cache_write_tokens",
  reasoningTokens: "reasoning_tokens",
} as const;
type Tokens = Readonly<Record<keyof typeof tokenCounts, number | null>>;
const tokenKeys = Object.keys(tokenCounts) as (keyof Tokens)[];

/** What the runs of a session have added so far. */
function* tokensBefore(db: Connection, runId: number, session: string): Steps<Tokens> {
  const sums = Object.values(tokenCounts).map((column) => `CAST(sum(${column}) AS BIGINT) AS ${column}`);
  const row = yield* db.get<Record<string, number | null>>(
    `SELECT ${sums.join(", ")} FROM kanbun_usage WHERE session = :session AND run_id < :runId`,
    { session, runId },
  );
  return Object.fromEntries(tokenKeys.map((key) => [key, row?.[tokenCounts[key]] ?? null])) as Tokens;
}

function withoutTokens<T extends Tokens>(told: T, before: Tokens): T {
  if (tokenKeys.some((key) => (told[key] ?? Number.POSITIVE_INFINITY) < (before[key] ?? 0))) return told;
  const own = tokenKeys.map((key) => [key, told[key] === null ? null : told[key] - (before[key] ?? 0)]);
  return { ...told, ...Object.fromEntries(own) };
}

interface UsageRow {
  readonly run_id: number;
  readonly agent: string | null;
  readonly permissions: string | null;
  readonly session: string | null;
  readonly workspace: string | null;
  readonly resumed_run_id: number | null;
  readonly model: string | null;
  readonly turns: number | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cache_read_tokens: number | null;
  readonly cache_write_tokens: number | null;
  readonly reasoning_tokens: number | null;
  readonly cost_usd: number | null;
}

/** SQL: the local day on which a run ended. */
export const localDay = "strftime('%Y-%m-%d', ended_at_ms / 1000, 'unixepoch', 'localtime')";

const groups = {
  profile: "coalesce(profile, '-')",
  task: "task_id",
  day: localDay,
} as const;

/** What all runs of agents used, by profile, task or local day; the dearest first, days newest first. */
export function* sumUsages(db: Connection, by: UsageGroup): Steps<UsageSum[]> {
  const rows = yield* db.all<{
    name: string;
    runs: number;
    input: number | null;
    output: number | null;
    cost: number | null;
  }>(
    `SELECT ${groups[by]} AS name, count(*) AS runs, CAST(sum(input_tokens) AS BIGINT) AS input, CAST(sum(output_tokens) AS BIGINT) AS output,
       sum(cost_usd) AS cost
     FROM kanbun_usage WHERE ended_at_ms IS NOT NULL GROUP BY 1 ORDER BY ${by === "day" ? "1 DESC" : "cost DESC NULLS LAST, output DESC NULLS LAST"}, 1`,
  );
  return rows.map(({ name, runs, input, output, cost }) => ({
    name,
    runs,
    inputTokens: input,
    outputTokens: output,
    costUsd: cost,
  }));
}

/** By run. */
export function* readUsages(db: Connection, taskId: string): Steps<ReadonlyMap<number, RunUsage>> {
  const rows = yield* db.all<UsageRow>("SELECT * FROM kanbun_usage WHERE task_id = :taskId", { taskId });
  return new Map(rows.map((row) => [row.run_id, toUsage(row)]));
}

function toUsage(row: UsageRow): RunUsage {
  return {
    agent: row.agent,
    permissions: row.permissions,
    session: row.session,
    workspacePath: row.workspace,
    resumedRunId: row.resumed_run_id,
    model: row.model,
    turns: row.turns,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cacheReadTokens: row.cache_read_tokens,
    cacheWriteTokens: row.cache_write_tokens,
    reasoningTokens: row.reasoning_tokens,
    costUsd: row.cost_usd,
  };
}
