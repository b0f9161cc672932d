import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { eventually } from "../../support/eventually.ts";
import { makeTestHome } from "../../support/home.ts";
import { plainUser } from "../../support/postgres/plain-user.ts";
import { hasPostgres, requirePostgres } from "../../support/postgres/postgres.ts";
import { person } from "../board-under-test.ts";
import { planOf } from "../players.ts";
import { freshName, openBoardOn } from "./board.ts";

const program = "/usr/sbin/pgbouncer";

describe.skipIf(!hasPostgres || !existsSync(program))(
  "a pooler that gives each transaction another session",
  () => {
    // Some refuse a setting that they can't pass on, others leave it out.
    for (const [name, lines] of [
      ["refuses what it does not know", ""],
      ["leaves out what it does not know", "ignore_startup_parameters = kanbun.is_direct"],
    ] as const)
      test(`and ${name} mixes up nothing: four at once make, list and claim`, async () => {
        const server = await requirePostgres();
        const folder = makeTestHome();
        chmodSync(folder, 0o777);
        const settings = `[databases]
${server.database} = host=${server.host} dbname=${server.database} user=${server.user}
[pgbouncer]
listen_addr =
unix_socket_dir = ${folder}
listen_port = 6432
auth_type = any
pool_mode = transaction
default_pool_size = 2
${lines}
`;
        writeFileSync(join(folder, "settings"), settings);
        const pooler = Bun.spawn([program, join(folder, "settings")], {
          stdout: "ignore",
          stderr: "ignore",
          ...(plainUser() ?? {}),
        });
        try {
          await eventually("the pooler listens", () => existsSync(join(folder, ".s.PGSQL.6432")));
          const place = { ...server, host: folder, port: 6432 };
          const board = freshName();
          await using store = await openBoardOn(place, board, { clock: systemClock, mode: "create" });
          const work = async () => {
            for (let index = 0; index < 10; index++) {
              await store.createTask({ title: "x", assignee: "shell" }, person);
              await store.listTasks({ limit: 3 });
              await store.applyTick(planOf({ claims: { max: 1 } }));
            }
          };
          await Promise.all([work(), work(), work(), work()]);
          expect((await store.getCounts()).byStatus).toEqual({ running: 40 });

          // What one is told of would reach another's session: it is not listened to, and looked for.
          expect(store.news.tryListen(() => {})).toBeNull();
          await using beside = await openBoardOn(server, board, { clock: systemClock });
          const before = await store.news.getVersion();
          await beside.createTask({ title: "beside" }, person);
          await eventually("it is news", async () => (await store.news.getKnownVersion()) !== before);
        } finally {
          pooler.kill();
          await pooler.exited;
        }
      });
  },
);
