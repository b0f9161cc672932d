import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { startPostgres } from "../../support/postgres/postgres.ts";
import type { Network } from "./network.ts";

/** A server that hosts on the bridge can reach, and that flushes what it acknowledges. */
export function startServer(network: Network) {
  const server = startPostgres({
    settings: [`listen_addresses = '${network.address}'`, "fsync = on", "full_page_writes = on"],
  });
  const { host, database, user } = server.place;
  appendFileSync(join(host, "data", "pg_hba.conf"), `host all all ${network.range} trust\n`);
  server.stop("fast");
  server.start();
  return { ...server, url: `postgres://${user}@${network.address}/${database}?sslmode=disable` };
}

export type RaceServer = ReturnType<typeof startServer>;
