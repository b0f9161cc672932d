import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeTestHome } from "../support/home.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { generateClient } from "./client-generator.ts";
import { WebServer } from "./web-server.ts";

homesInMemory();

/** What a program of a user's does, which knows the API by its types alone. */
const use = `import { type Card, Client, Refused } from "./client.ts";

export async function use(base: string, token: string): Promise<readonly string[]> {
  const api = new Client(base, token);
  const session = await api.getSession();
  const board: string = session.board;
  const parent: Card = await api.postBoardsTasks(board, { title: "Build", body: "echo built", assignee: "shell", priority: 3 });
  const child = await api.postBoardsTasks(board, { title: "Ship", parents: [parent.id] });
  const waits: number = child.open_parents;
  const { reason } = await api.getBoardsTasksHold(board, child.id);
  for (let status: Card["status"] = parent.status; status !== "done"; ) {
    await api.postBoardsDispatch(board, {});
    status = (await api.getBoardsTasksOne(board, parent.id)).card.status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const log: string = await api.getBoardsTasksRunsLog(board, parent.id, "last");
  const { matches } = await api.getBoardsTasksRunsLogSearch(board, parent.id, "last", { q: "BUILT" });
  const page = await api.getBoardsTasks(board, { status: ["done"], limit: 5 });
  const moved = await api.postBoardsTasksBlock(board, child.id, { reason: "not today", expected_revision: (await api.getBoardsTasksOne(board, child.id)).card.revision });
  const late = await api.postBoardsTasksComplete(board, child.id, { expected_revision: 0 }).catch((error: unknown) => (error instanceof Refused ? error.kind : "?"));
  const untilAtMs: number = session.at_ms + 60_000;
  const { runs } = await api.getBoardsTimeline(board, { since_at_ms: untilAtMs - 3_600_000, until_at_ms: untilAtMs });
  return [String(waits), reason, log.trim(), matches[0]?.line ?? "", page.tasks.map(({ title }) => title).join(), moved.card.status, String(late), runs[0]?.outcome ?? ""];
}

// Each of these is wrong, and the types say so.
export const wrong = (api: Client) => [
  // @ts-expect-error a title is needed
  () => api.postBoardsTasks("b", { body: "no title" }),
  // @ts-expect-error there is no such field
  () => api.postBoardsTasks("b", { title: "x", colour: "red" }),
  // @ts-expect-error there is no such status
  () => api.getBoardsTasks("b", { status: ["finished"] }),
];
`;

test("a client that is generated from the OpenAPI document fits by its types, and does what they say", async () => {
  await using web = await WebServer.start();
  const folder = makeTestHome();
  const document = await (await web.fetch("GET", "/openapi.json")).json();
  writeFileSync(join(folder, "client.ts"), generateClient(document));
  writeFileSync(join(folder, "use.ts"), use);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: resolve(import.meta.dir, "../../tsconfig.json"),
      compilerOptions: {
        typeRoots: [resolve(import.meta.dir, "../../node_modules/@types")],
        noUnusedLocals: false,
      },
      include: ["use.ts"],
      exclude: [],
    }),
  );
  const tsc = resolve(import.meta.dir, "../../node_modules/.bin/tsc");
  const checking = Bun.spawn([tsc, "--noEmit", "-p", folder], { stdout: "pipe" });
  const { use: run } = await import(join(folder, "use.ts"));
  expect(await run(web.served.url.replace(/\/$/, ""), web.tokens.full)).toEqual([
    "1",
    "waiting_for_parents",
    "built",
    "built",
    "Build",
    "blocked",
    "conflict",
    "completed",
  ]);
  expect(await new Response(checking.stdout).text()).toBe("");
});
