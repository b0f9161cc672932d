import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { Door } from "../../support/postgres/door.ts";
import { type OwnPostgres, startPostgres } from "../../support/postgres/postgres.ts";
import { waitForStandby } from "../../support/postgres/standby.ts";
import type { Network } from "./network.ts";
import type { FailOver } from "./options.ts";

const flushing = ["fsync = on", "full_page_writes = on"];
/** A standby that is cut off from the primary: what that acknowledges from then on it never hears of. */
const fallsBehindMs = 4_000;

/** The server of all hosts, which flushes what it acknowledges. */
export interface RaceServer {
  readonly url: string;
  start(): void;
  stop(mode: "fast" | "immediate"): void;
  /** The primary is killed and the standby takes its place, with another standby. @param onKilled called at that moment */
  failOver(onKilled: () => void): Promise<void>;
  end(): Promise<void>;
}

/** One that hosts on the bridge can reach. @param failOver with a standby, behind an address that follows the primary */
export async function startServer(network: Network, failOver: FailOver | null): Promise<RaceServer> {
  return failOver === null ? startAlone(network) : startPair(network, failOver);
}

function urlOf(network: Network, { place: { user, database } }: OwnPostgres): string {
  return `postgres://${user}@${network.address}/${database}?sslmode=disable`;
}

function startAlone(network: Network): RaceServer {
  const server = startPostgres({ settings: [`listen_addresses = '${network.address}'`, ...flushing] });
  appendFileSync(join(server.place.host, "data", "pg_hba.conf"), `host all all ${network.range} trust\n`);
  server.stop("fast");
  server.start();
  return {
    url: urlOf(network, server),
    start: server.start,
    stop: server.stop,
    failOver: async () => {
      throw new Error("it has no standby");
    },
    end: async () => server.end(),
  };
}

async function startPair(network: Network, failOver: FailOver): Promise<RaceServer> {
  const door = new Door(`${network.address}:5432`);
  let primary = startPostgres({ settings: flushing });
  let standby = await addStandby(primary, failOver);
  await door.lead(primary);
  return {
    url: urlOf(network, primary),
    start: () => primary.start(),
    stop: (mode) => primary.stop(mode),
    async failOver(onKilled) {
      if (failOver === "async") {
        standby.set("primary_conninfo = ''");
        await Bun.sleep(fallsBehindMs);
      }
      onKilled();
      primary.kill();
      await door.close();
      standby.promote();
      await door.lead(standby);
      primary.end();
      primary = standby;
      standby = await addStandby(primary, failOver);
    },
    async end() {
      await door.close();
      standby.end();
      primary.end();
    },
  };
}

async function addStandby(primary: OwnPostgres, failOver: FailOver): Promise<OwnPostgres> {
  const standby = startPostgres({ standbyOf: primary, settings: flushing });
  await waitForStandby(primary);
  if (failOver === "sync") primary.set("synchronous_standby_names = '*'");
  return standby;
}
