import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { hasMore } from "../shapes.ts";
import { addTool, type BoardFace } from "../tool.ts";

/** `board_status`: how the board and its dispatcher stand. */
export function addBoardStatus(server: McpServer, { kanbun }: BoardFace): void {
  addTool(
    server,
    {
      name: "board_status",
      title: "Board status",
      description:
        "Counts by status, slots, what is held and why, and whether a dispatcher is there to start tasks.",
      input: z.object({}),
      output: z.looseObject({ board: z.string(), has_dispatcher: z.boolean() }).meta(hasMore),
      effect: "reads",
    },
    async () => {
      const { board, home, residents, hosts, lockHolderPid, byStatus, byHold, slots, pauses } =
        await kanbun.status();
      const hasDispatcher =
        residents.length > 0 || lockHolderPid !== null || hosts.some(({ state }) => state === "alive");
      const counts = Object.entries(byStatus).map(([status, count]) => `${count} ${status}`);
      return {
        data: {
          board,
          home,
          has_dispatcher: hasDispatcher,
          by_status: byStatus,
          by_hold: byHold,
          slots: { used: slots.homeUsed, max: slots.homeMax },
          pauses: pauses.map(({ scope, reason }) => ({ scope, reason })),
        },
        text: `${board}: ${counts.join(", ") || "no tasks"}; dispatcher: ${hasDispatcher ? "there" : "none is running"}`,
      };
    },
  );
}
