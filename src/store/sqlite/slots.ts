import type { Connection } from "./connection.ts";

/** The workers of this host that live, in all and by profile. */
export function countSlots(db: Connection, host: string): { board: number; byProfile: Map<string, number> } {
  const rows = db.all<{ profile: string | null; n: number }>(
    `SELECT profile, count(*) AS n FROM kanbun_runs
     WHERE gone_at_ms IS NULL AND holder = 'worker' AND host = :host GROUP BY profile`,
    { host },
  );
  const byProfile = new Map(rows.map((row) => [row.profile ?? "", row.n]));
  return { board: rows.reduce((sum, row) => sum + row.n, 0), byProfile };
}
