import { BoardUpkeep } from "../../dispatcher/board-upkeep.ts";
import { Dispatcher } from "../../dispatcher/dispatcher.ts";
import type { Finding } from "../../dispatcher/report/finding.ts";
import { describeStoreTrouble } from "../../dispatcher/report/home-findings.ts";
import { type TickReport, withFindings } from "../../dispatcher/report/report.ts";
import { listResidents } from "../../dispatcher/resident/residents.ts";
import { WakeUp } from "../../dispatcher/resident/wake-up.ts";
import { describeError } from "../failure.ts";
import type { Home } from "../session/home.ts";
import { systemClock } from "../session/system-clock.ts";
import { makeDispatchContext } from "./dispatch-context.ts";
import { HostPresence } from "./host-presence.ts";
import type { PresenceOptions } from "./presence-options.ts";
import { openWorkerDesk } from "./worker-desk.ts";

/** From tick to tick where nothing wakes it: workers that another dispatcher started. */
const intervalMs = 100;
/** Where a resident stays, so much longer: that one may have been stopped. */
const besideResidentMs = 5_000;

/** For what is being told at the end; the next dispatcher tells the rest. */
const tellWithinMs = 2_000;

/**
 * Makes sure that the board that is used is ticked until `signal`: a dispatcher that stays there does it, else this one,
 * under the same lock and limits. Workers go on.
 * @throws what a tick throws
 */
export async function tickUntil(
  home: Home,
  { signal, onReport }: { readonly signal: AbortSignal; readonly onReport: (report: TickReport) => void },
): Promise<void> {
  const { home: folder, board } = home.place;
  const wakeUp = new WakeUp();
  signal.addEventListener("abort", wakeUp.now);
  const desk = openWorkerDesk(home, [board]);
  const presence = new HostPresence(home);
  const context = makeDispatchContext(folder, board, home.env, home.kanbun, {
    presence,
    findWorkerSocket: () => desk.address,
  });
  const dispatcher = new Dispatcher(context, { onWorkerExit: wakeUp.now });
  const upkeep = new BoardUpkeep(dispatcher, () => systemClock.nowMs());
  const troubles: Finding[] = [];
  const staying: PresenceOptions = {
    stays: true,
    countAtWork: () => dispatcher.atWork,
    onTrouble: (store, error) => troubles.push(describeStoreTrouble(store, describeError(error).message)),
    onWake: wakeUp.now,
  };
  let lastMs = performance.now();
  let isFirst = true;
  try {
    while (!signal.aborted) {
      const staysElsewhere = listResidents(folder).some(({ boards }) => boards.includes(board));
      if (!staysElsewhere || performance.now() - lastMs > besideResidentMs) {
        // Only now: a dispatcher that stays has made the home known itself, and goes on doing so.
        if (isFirst) await presence.begin([board], staying);
        const report = await dispatcher.tick({ reconcile: isFirst });
        [lastMs, isFirst] = [performance.now(), false];
        onReport(withFindings(report, troubles.splice(0)));
        upkeep.noteTick(report);
        if (!report.skippedLocked) await upkeep.turn();
      }
      await wakeUp.wait(intervalMs);
      wakeUp.take();
    }
  } finally {
    signal.removeEventListener("abort", wakeUp.now);
    await upkeep.finish(tellWithinMs);
    desk.close();
    await presence.leave();
    await dispatcher.close();
  }
}
