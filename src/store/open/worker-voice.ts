import { resolve } from "node:path";
import type { WorkerVoice } from "../broker/brokered-store.ts";
import type { StorePlace } from "../place.ts";

/** null: this is no worker of a board of that home which a server keeps, and speaks to the server itself. */
export function workerVoice(
  place: StorePlace,
  env: Readonly<Record<string, string | undefined>>,
): WorkerVoice | null {
  const { KANBUN_HOME: home, KANBUN_BOARD: ownBoard, KANBUN_TASK: taskId, KANBUN_TOKEN: token } = env;
  // Where the dispatcher listens that has started it: only workers of such boards are told.
  const address = env.KANBUN_SOCKET;
  if (place.kind !== "postgres" || !address || !home || !ownBoard || !taskId || !token) return null;
  if (place.slug === null || resolve(home) !== place.home) return null;
  return {
    home: place.home,
    board: place.slug,
    ownBoard,
    run: { taskId, runId: Number(env.KANBUN_RUN), token },
    address,
  };
}
