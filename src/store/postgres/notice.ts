import { waitsForReplicas } from "./flush.ts";

/** From one notice of the server about a board to the next, at least: each wakes all that listen in the database. */
export const noticeIntervalMs = 50;

/**
 * On a board with more hosts than this that are heard of, a notice names one that has a free slot, and the others leave it alone: each
 * that looks takes the server's time, and one is enough for what is ready. What it can't take is found by their own looks, each second.
 */
const hostsTold = 4;

/** What a notice names where it is for all, and where it is for no one that dispatches. */
const [allHosts, noHost] = ["", "-"];

/** The channel on which a board's news are told. */
export function channelOf(schema: string, board: number): string {
  return `${schema}_news_${board}`;
}

/** Whether what a notice names concerns this dispatcher; null: one that only follows the board, which each does. */
export function isFor(dispatcher: string | null, named: string): boolean {
  return named === allHosts || dispatcher === null || named === dispatcher;
}

/**
 * Counts a board's changes, and tells of them where that was not done just now: for the second of many writes the one that hears
 * of the first looks again. A clock that was put back keeps no one waiting.
 * @param how.dispatcher which host writes: it needs no notice of that; null: none of them
 * @param how.makesWork false: nothing that another host could start now. Then only those are told that follow the board, and what
 *   makes work behind it is told at once.
 */
export function countUp(
  schema: string,
  board: number,
  { dispatcher, makesWork }: { readonly dispatcher: string | null; readonly makesWork: boolean },
): string {
  const toldMs = makesWork ? 0 : noticeIntervalMs;
  const told = `statement_timestamp() - interval '${toldMs} ms'`;
  const counted = `UPDATE ${schema}.boards SET version = version + 1, told_at = CASE
      WHEN told_at > statement_timestamp() - interval '${noticeIntervalMs + toldMs} ms' AND told_at <= statement_timestamp()
      THEN told_at ELSE ${told} END
    WHERE id = ${board} RETURNING told_at = ${told} AS is_told, name`;
  const channel = channelOf(schema, board);
  if (!makesWork)
    return `WITH counted AS (${counted})
      SELECT ${waitsForReplicas}, CASE WHEN is_told THEN pg_notify('${channel}', '${noHost}')::text END FROM counted`;
  return `WITH counted AS (${counted}),
  alive AS (
    SELECT id, slots FROM ${schema}.hosts WHERE left_at IS NULL
      AND beat_at > clock_timestamp() - 3 * beat_ms * interval '1 ms'
      AND strpos(boards, (SELECT to_json(name)::text FROM counted)) > 0)
    SELECT ${waitsForReplicas}, CASE WHEN is_told THEN pg_notify('${channel}', CASE
      WHEN (SELECT count(*) FROM alive) <= ${hostsTold} THEN '${allHosts}'
      ELSE coalesce((
        SELECT alive.id FROM alive LEFT JOIN (
          SELECT left(host, 12) AS id, count(*) AS live FROM ${schema}.live_runs GROUP BY 1) AS used ON used.id = alive.id
        WHERE alive.slots > coalesce(used.live, 0) AND alive.id <> '${dispatcher ?? noHost}'
        ORDER BY random() LIMIT 1), '${noHost}') END)::text END
    FROM counted`;
}
