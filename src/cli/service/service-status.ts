import { listResidents } from "../../dispatcher/resident/residents.ts";
import { formatTime } from "../../system/text/when.ts";
import type { CliContext } from "../input/command.ts";
import { formatTable } from "../text/table.ts";
import { visibleLine } from "../text/visible.ts";
import { runManager } from "./run-manager.ts";
import { readServiceFile, type ServiceFileState } from "./service-file.ts";
import { planService } from "./service-plan.ts";

const installations: Readonly<Record<ServiceFileState, string>> = {
  absent: "no",
  current: "yes",
  other: "yes, but out of date: `kanbun service install` updates it",
  foreign: "no: there is a file of this name that Kanbun did not write",
};

/** Shows whether the service of the home is installed and runs, and which dispatchers stay at work there. */
export async function showServiceStatus(cli: CliContext): Promise<void> {
  const plan = planService(cli);
  const file = readServiceFile(plan);
  const isInstalled = file === "current" || file === "other";
  const answer = isInstalled ? await runManager(plan.ask) : null;
  const isRunning = answer !== null && plan.runningWord.test(answer.text);
  const said = answer?.text.trim().split("\n")[0] ?? "";
  const residents = listResidents(cli.place.home);
  const { kind, path } = plan;
  await cli.output.answer(
    { kind, path, installed: isInstalled, file, running: isRunning, said, residents },
    (screen) =>
      formatTable(
        [
          [kind, visibleLine(path)],
          ["installed", installations[file]],
          ["running", isRunning ? "yes" : `no${said === "" ? "" : `: ${visibleLine(said)}`}`],
          ...residents.map(({ pid, sinceAtMs }) => ["dispatcher", `${pid}, since ${formatTime(sinceAtMs)}`]),
        ],
        screen,
      ),
  );
}
