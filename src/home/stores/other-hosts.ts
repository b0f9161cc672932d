import type { Placement } from "../../board/placement.ts";
import type { Session } from "../session/session.ts";

/** Whether a host that is alive dispatches the board, and may start such a task; false of a board that is a file. */
export async function hasLivingHost(
  session: Pick<Session, "store" | "place">,
  task: Placement = { host: null, labels: [] },
): Promise<boolean> {
  if (session.store.hosts === null) return false;
  const { listBoardHosts } = await import("./board-hosts.ts");
  const { suitsHost } = await import("./placing-hosts.ts");
  return (await listBoardHosts(session)).some((host) => host.state === "alive" && suitsHost(task, host));
}
