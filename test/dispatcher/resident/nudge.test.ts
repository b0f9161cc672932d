import { expect, test } from "bun:test";
import { sendNudge } from "../../../src/dispatcher/resident/nudge.ts";
import { tryListenForNudges } from "../../../src/dispatcher/resident/nudge-listener.ts";
import { Residency } from "../../../src/dispatcher/resident/residents.ts";
import { makeTestHome } from "../../support/home.ts";

test("a nudge tells the resident of a home which board has changed, on every platform", async () => {
  const home = makeTestHome();
  const said = Promise.withResolvers<string>();
  const listener = tryListenForNudges({ home, name: String(process.pid) }, said.resolve);
  expect(listener).not.toBeNull();
  const residency = new Residency(home, {
    boards: ["default"],
    isForAllBoards: true,
    address: listener?.address ?? null,
    sinceMs: 1,
  });
  await sendNudge(home, "default");
  expect(await said.promise).toBe("default");
  residency.leave();
  listener?.close();
});
