// Many that have a board of a server open and listen for its news. Argument: server, board and ways there, as JSON. Says
// "listening" once all do, and stays until it is killed.
import { systemClock } from "../../src/home/session/system-clock.ts";
import { openPostgresBoard } from "../../src/store/postgres/open.ts";
import type { ServerPlace } from "../../src/store/postgres/server-place.ts";

interface Told {
  readonly place: ServerPlace;
  readonly board: string;
  readonly ways: readonly string[];
}

const { place, board, ways }: Told = JSON.parse(process.argv[2] ?? "");
for (const host of ways) {
  const store = await openPostgresBoard({
    server: { ...place, host },
    board,
    clock: systemClock,
    mode: "read",
  });
  const listener = store.news.tryListen(() => {});
  while (listener?.isListening !== true) await Bun.sleep(5);
}
console.log("listening");
setInterval(() => {}, 60_000);
