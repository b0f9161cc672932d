import { BoardError } from "../../board/error.ts";
import { readConfig } from "../../system/config/config.ts";
import type { StoreConfig } from "../../system/config/store-config.ts";
import { nearestName } from "../../system/text/nearest-name.ts";
import type { HostStore } from "../hosts.ts";
import { listBoardNames } from "../postgres/board-names.ts";
import { openPostgresHosts } from "../postgres/hosts.ts";
import type { Patience } from "../postgres/server.ts";
import { examineServer, judgeServer } from "../postgres/server-health.ts";
import type { ServerPlace } from "../postgres/server-place.ts";
import { renderStoreSetup } from "../postgres/store-setup.ts";
import type { StoreHealth } from "../store-health.ts";
import { readStorePassword } from "./store-password.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A store of the home's kanbun.toml. @throws {BoardError} not_found, usage for one with a mistake in it */
export function requireStore(home: string, name: string): StoreConfig {
  const { stores, path, fault } = readConfig(home);
  const store = stores.get(name);
  if (store === undefined) {
    const meant = nearestName(name, [...stores.keys()]);
    const add = `add [stores.${name}] to ${path}`;
    throw new BoardError("not_found", fault?.message ?? `there is no store ${name} in ${path}`, {
      hint: meant === null ? add : `did you mean \`${meant}\`? Or ${add}`,
    });
  }
  if (store.fault === null) return store;
  throw new BoardError("usage", store.fault.message, { hint: "correct it and run the command again" });
}

/** Where the server of a store is. Its password is asked for at each connection, and kept nowhere. */
export function serverOf(store: StoreConfig, environment: Environment): ServerPlace {
  const { address, caFile, password } = store;
  const { sslMode, ...at } = address;
  return {
    ...at,
    password: password === null ? null : () => readStorePassword(store, password, environment),
    tls: sslMode,
    caFile,
  };
}

/** What the boards in a store are called. @throws {BoardError} unreachable, unwritable */
export function listServerBoards(store: StoreConfig, environment: Environment): Promise<readonly string[]> {
  return listBoardNames(serverOf(store, environment));
}

/** The hosts of a store of the home; nothing is asked of it yet. @throws {BoardError} not_found, usage */
export function openStoreHosts(
  home: string,
  name: string,
  environment: Environment,
  patience?: Partial<Patience>,
): HostStore {
  return openPostgresHosts(serverOf(requireStore(home, name), environment), patience);
}

/** The SQL that lets the store be used, for a person who may make roles and databases. */
export function renderSetup(store: StoreConfig): string {
  return renderStoreSetup(store.name, store.address);
}

/** What the server of a store of the home says of itself. @throws {BoardError} not_found, usage, unreachable, unwritable */
export async function askStore(home: string, name: string, environment: Environment): Promise<StoreHealth> {
  const facts = await examineServer(serverOf(requireStore(home, name), environment));
  const { version, connections, connectionsMax, roundTripMs } = facts;
  return {
    summary: `PostgreSQL ${version}, ${connections} of ${connectionsMax} connections in use, ${roundTripMs} ms away`,
    flaws: judgeServer(facts),
  };
}
