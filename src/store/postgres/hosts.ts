import type { HostCapacity, HostFacts, HostStore } from "../hosts.ts";
import { schemaVersion } from "../sql/schema/schema-version.ts";
import type { Answer } from "./answer.ts";
import { flushed, waitsForReplicas } from "./flush.ts";
import { selectHosts, toHost } from "./host-row.ts";
import { look, migrate, requireKnown } from "./migrate.ts";
import { type Patience, type Session, useServer } from "./server.ts";
import { type ServerPlace, schemaOf } from "./server-place.ts";

/** The version of the schema since which there are hosts. */
const hostsSince = 11;
const capacityColumns = ["slots", "slots_free", "profiles", "labels", "boards"] as const;
const factColumns = ["id", "machine", "home", "version", "beat_ms", "lease_ms", ...capacityColumns] as const;

/** The hosts of the boards on a server; nothing is asked of it yet. */
export function openPostgresHosts(place: ServerPlace, patience: Partial<Patience> = {}): HostStore {
  const schema = schemaOf(place);
  const { server, release } = useServer(place, { patience, isUrgent: true });

  /** One statement, flushed before it counts. */
  async function write(text: string, values: readonly unknown[]): Promise<Answer> {
    const { session } = await server.begin(
      "BEGIN",
      `SELECT set_config('search_path', '${schema}', true), set_config('lock_timeout', '5000', true),
         set_config('statement_timeout', '15000', true), set_config('idle_in_transaction_session_timeout', '5000', true),
         ${flushed}`,
    );
    return settle(session, async () => {
      const answer = await session.run(text, values);
      await session.runEach([`SELECT ${waitsForReplicas}`, "COMMIT"]);
      return answer;
    });
  }

  async function isSchemaThere(since = hostsSince): Promise<boolean> {
    const found = await look(server, schema, "");
    requireKnown(found, server);
    return found.version !== null && found.version >= since;
  }

  return {
    async register(facts) {
      if (!(await isSchemaThere(schemaVersion))) await migrate(server, schema, null);
      const values = factValues(facts);
      const { rows } = await write(
        `INSERT INTO hosts (${factColumns.join(", ")}, epoch, beat, beat_at, registered_at, origin)
         VALUES (${factColumns.map((_, index) => `$${index + 1}`).join(", ")}, 1, 1, clock_timestamp(), clock_timestamp(), server_origin())
         ON CONFLICT (id) DO UPDATE SET epoch = hosts.epoch + 1, beat = hosts.beat + 1, beat_at = clock_timestamp(),
           registered_at = clock_timestamp(), left_at = NULL, origin = excluded.origin,
           ${factColumns.map((column) => `${column} = excluded.${column}`).join(", ")}
         RETURNING epoch`,
        values,
      );
      return Number(rows[0]?.epoch);
    },

    async beat({ id, epoch }, capacity) {
      const columns = capacityColumns.map((column, index) => `${column} = $${index + 3}`);
      const { count } = await write(
        `UPDATE hosts SET beat = beat + 1, beat_at = clock_timestamp(), left_at = NULL, ${columns.join(", ")}
         WHERE id = $1::text AND epoch >= $2::bigint AND fenced_epoch < $2::bigint
           AND origin IS NOT DISTINCT FROM server_origin()`,
        [id, epoch, ...capacityValues(capacity)],
      );
      return count === 1;
    },

    async leave({ id, epoch }) {
      await write("UPDATE hosts SET left_at = clock_timestamp() WHERE id = $1::text AND epoch = $2::bigint", [
        id,
        epoch,
      ]);
    },

    async getTerm(id) {
      const { session } = await server.begin("SELECT 1");
      const { rows } = await settle(session, () =>
        session.run(`SELECT fenced_epoch FROM ${schema}.hosts WHERE id = $1::text`, [id]),
      );
      const term = rows[0]?.fenced_epoch;
      return term === undefined ? null : Number(term);
    },

    async list() {
      if (!(await isSchemaThere())) return [];
      const { session, answers } = await server.begin(
        "BEGIN READ ONLY",
        `SET LOCAL search_path = ${schema}`,
        selectHosts,
        "COMMIT",
      );
      session.release();
      return (answers.find(({ rows }) => rows.length > 0)?.rows ?? []).map(toHost);
    },

    async listRuns() {
      if (!(await isSchemaThere())) return [];
      const { session } = await server.begin("SELECT 1");
      return settle(session, async () => {
        // A board that has moved away left none behind.
        const { rows } = await session.run(
          `SELECT substr(k.host, 1, 12) AS host_id, b.name AS board, k.task_id, t.title, k.run_id
           FROM ${schema}.all_kanbun_runs k JOIN ${schema}.boards b ON b.id = k.board AND b.frozen IS NULL
             LEFT JOIN ${schema}.all_tasks t ON t.board = k.board AND t.id = k.task_id
           WHERE k.gone_at_ms IS NULL AND k.holder = 'worker' AND substr(k.host, 13, 1) = '+'
           ORDER BY b.name, k.run_id`,
        );
        return rows.map(({ host_id, board, task_id, title, run_id }) => ({
          hostId: String(host_id),
          board: String(board),
          taskId: String(task_id),
          title: String(title ?? ""),
          runId: Number(run_id),
        }));
      });
    },

    async fence({ id, epoch, beat }, by) {
      const { count } = await write(
        `UPDATE hosts SET fenced_epoch = epoch, fenced_at = clock_timestamp(), fenced_by = $4::text
         WHERE id = $1::text AND epoch = $2::bigint AND beat = $3::bigint`,
        [id, epoch, beat, by],
      );
      return count === 1;
    },

    async remove({ id, epoch, beat }) {
      const { count } = await write(
        `DELETE FROM hosts WHERE id = $1::text AND epoch = $2::bigint AND beat = $3::bigint AND NOT EXISTS (
           SELECT 1 FROM all_kanbun_runs k JOIN boards b ON b.id = k.board AND b.frozen IS NULL
           WHERE k.gone_at_ms IS NULL AND k.holder = 'worker' AND substr(k.host, 1, 13) = $1::text || '+')`,
        [id, epoch, beat],
      );
      return count === 1;
    },

    [Symbol.asyncDispose]: release,
  };
}

async function settle<Result>(session: Session, work: () => Promise<Result>): Promise<Result> {
  try {
    const result = await work();
    session.release();
    return result;
  } catch (error) {
    // With the connection its transaction ends.
    session.abandon();
    throw session.explain(error);
  }
}

function capacityValues({ slots, slotsFree, profiles, labels, boards }: HostCapacity): readonly unknown[] {
  return [slots, slotsFree, ...[profiles, labels, boards].map((list) => JSON.stringify(list))];
}

function factValues(facts: HostFacts): readonly unknown[] {
  const { id, machine, home, version, beatMs, leaseMs } = facts;
  return [id, machine, home, version, beatMs, leaseMs, ...capacityValues(facts)];
}
