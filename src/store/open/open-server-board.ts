import type { StorePlace } from "../place.ts";
import { openPostgresBoard } from "../postgres/open.ts";
import type { BoardStore } from "../store.ts";
import { requireStore, serverOf } from "./servers.ts";
import type { StoreOptions } from "./store-options.ts";

/** Opens a board of a server. Loaded where a board is on one: all others need neither settings nor client. */
export function openServerBoard(
  place: Extract<StorePlace, { kind: "postgres" }>,
  { environment = process.env, ...how }: StoreOptions,
): Promise<BoardStore> {
  const server = serverOf(requireStore(place.home, place.store), environment);
  return openPostgresBoard({ ...how, server, board: place.board });
}
