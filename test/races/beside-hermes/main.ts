/**
 * `bun run beside-hermes [tasks]`: short tasks on one board that another dispatcher ticks as well, once beside a resident
 * of ours and once beside a tick of ours every 9 s. Exit code 0: none twice, none lost, no wrong outcome.
 */
import { removeTree } from "../../../src/system/files/remove-tree.ts";
import { makeTestHome } from "../../support/home.ts";
import { workOffTogether } from "./shared-board.ts";

const tasks = Number(process.argv[2] ?? 300);
for (const timerMs of [null, 9_000]) {
  const home = makeTestHome();
  const figures = await workOffTogether({ home, tasks, timerMs, workMsMax: 1_500, patienceMs: 30 * 60_000 });
  console.log(timerMs === null ? "resident:" : "a tick every 9 s:", JSON.stringify(figures));
  if (figures.twice + figures.lost + figures.wrongOutcomes > 0) process.exitCode = 1;
  else removeTree(home);
}
