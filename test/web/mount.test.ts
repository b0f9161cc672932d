import { expect, test } from "bun:test";
import { mountWeb } from "../../src/web/mount.ts";
import { kanbunCommand, makeTestBoard, person } from "../support/board.ts";
import { homesInMemory } from "../support/place-of-homes.ts";

homesInMemory();

test("a server of one's own serves the same API, and says who comes in", async () => {
  const { home, store } = await makeTestBoard();
  await store.createTask({ title: "Served elsewhere" }, person);
  const web = await mountWeb(home, {
    names: ["board.example"],
    env: { PATH: process.env.PATH },
    kanbun: kanbunCommand,
    authorize: ({ headers }) =>
      headers.get("x-user") === "ada" ? "full" : headers.has("x-user") ? "read" : null,
  });
  const ask = async (user: string | null, how: { method?: string; host?: string; path?: string } = {}) => {
    const { method = "GET", host = "board.example", path = "/api/v1/boards/default/tasks" } = how;
    const request = new Request(`https://${host}${path}`, {
      method,
      headers: user === null ? {} : { "X-User": user },
    });
    const answer = await web.fetch(request);
    // biome-ignore lint/suspicious/noExplicitAny: a document of ours.
    return { status: answer?.status, document: (await answer?.json()) as any };
  };
  expect((await ask("ada")).document.data.tasks).toMatchObject([{ title: "Served elsewhere" }]);
  expect((await ask(null)).status).toBe(401);
  expect((await ask("ada", { host: "other.example" })).status).toBe(403);
  const pause = { method: "POST", path: "/api/v1/boards/default/pause" };
  expect((await ask("bob", pause)).status).toBe(403);
  expect((await ask("ada", pause)).status).toBe(200);
  expect((await ask("ada", { path: "/api/v1/live" })).status).toBe(501);
  expect((await ask(null, { method: "POST", path: "/api/v1/login" })).status).toBe(400);
  await expect(mountWeb(home, { authorize: () => "full", env: { KANBUN_TOKEN: "x" } })).rejects.toThrow(
    "a worker serves",
  );
});
