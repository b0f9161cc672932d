import { BoardError } from "../../board/error.ts";
import { readConfig } from "../../system/config/config.ts";
import type { StoreConfig } from "../../system/config/store-config.ts";
import { nearestName } from "../../system/text/nearest-name.ts";
import type { StorePlace } from "../place.ts";
import { openPostgresBoard } from "../postgres/open.ts";
import type { BoardStore } from "../store.ts";
import type { StoreOptions } from "./open-store.ts";
import { readStorePassword } from "./store-password.ts";

type ServerPlace = Extract<StorePlace, { kind: "postgres" }>;

/** Opens a board of a server. Loaded where a board is on one: all others need neither settings nor client. */
export async function openServerBoard(place: ServerPlace, options: StoreOptions): Promise<BoardStore> {
  const store = requireStore(place.home, place.store);
  const { environment = process.env, ...how } = options;
  const { address, caFile, password } = store;
  return await openPostgresBoard({
    ...how,
    board: place.board,
    server: {
      host: address.host,
      port: address.port,
      database: address.database,
      user: address.user,
      // Asked for at each connection, and kept nowhere.
      password: password === null ? null : () => readStorePassword(store, password, environment),
      tls: address.sslMode,
      caFile,
    },
  });
}

/** A store of the home's kanbun.toml. @throws {BoardError} not_found, usage for one with a mistake in it */
export function requireStore(home: string, name: string): StoreConfig {
  const { stores, path, fault } = readConfig(home);
  const store = stores.get(name);
  if (store === undefined) {
    const meant = nearestName(name, [...stores.keys()]);
    const hint =
      meant === null
        ? `add [stores.${name}] to ${path}`
        : `did you mean \`${meant}\`? Or add [stores.${name}] to ${path}`;
    throw new BoardError("not_found", fault?.message ?? `there is no store ${name} in ${path}`, { hint });
  }
  if (store.fault === null) return store;
  throw new BoardError("usage", store.fault.message, { hint: "correct it and run the command again" });
}
