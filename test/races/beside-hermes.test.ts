import { expect, test } from "bun:test";
import { makeTestHome } from "../support/home.ts";
import { workOffTogether } from "./beside-hermes/shared-board.ts";

for (const [ours, timerMs] of [
  ["a resident", null],
  ["a timer", 700],
] as const)
  test.skipIf(process.platform === "win32")(
    `H3, H4: beside the other dispatcher's loop and ${ours} of ours no task runs twice, none is lost, and no outcome is wrong`,
    async () => {
      const home = makeTestHome();
      const run = { home, tasks: 30, timerMs, workMsMax: 400, patienceMs: 240_000 };
      const figures = await workOffTogether(run);
      expect(figures).toMatchObject({ tasks: 30, twice: 0, lost: 0, wrongOutcomes: 0 });
      expect(figures.startedBy.hermes).toBeGreaterThan(0);
      expect(figures.startedBy.kanbun).toBeGreaterThan(9);
    },
  );
