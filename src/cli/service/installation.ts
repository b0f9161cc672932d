import { noBoard } from "../../home/boards/no-board.ts";
import { listBoardSlugs } from "../../system/home/board-paths.ts";
import type { CliContext } from "../input/command.ts";
import { visibleText } from "../text/visible.ts";
import { runManager, runManagers } from "./run-manager.ts";
import { readServiceFile, removeServiceFile, writeServiceFile } from "./service-file.ts";
import { planService } from "./service-plan.ts";

/** Says what would be written, and writes nothing. */
export async function printService(cli: CliContext): Promise<void> {
  const { kind, path, text, startHint } = planService(cli);
  await cli.output.answer({ kind, path, text, start: startHint }, () => visibleText(text));
}

/**
 * Writes the service and starts it. Where no one is there to start it, it is written all the same, and said so.
 * @throws {BoardError} not_found without a board, conflict for a file of this name that Kanbun has not written
 */
export async function installService(cli: CliContext): Promise<void> {
  const plan = planService(cli);
  requireBoard(cli);
  writeServiceFile(plan);
  for (const command of plan.clear) await runManager(command);
  const trouble = await runManagers(plan.start);
  const { kind, path, text, startHint } = plan;
  const isStarted = trouble === null;
  await cli.output.answer(
    { kind, path, text, start: startHint, started: isStarted, trouble },
    () =>
      `wrote ${visibleText(path)}, a ${kind}:\n\n${visibleText(text)}\n${isStarted ? "started" : "start it"} with: ${visibleText(startHint)}\n`,
  );
  if (trouble !== null)
    cli.output.note(
      `kanbun: it is installed, but could not be started from here: \`${trouble.command}\`: ${trouble.said}`,
    );
}

/** A service without one would fail, be restarted, and fail. */
function requireBoard({ place }: CliContext): void {
  if (listBoardSlugs(place.home).length > 0) return;
  throw noBoard(place);
}

/** Stops the service and removes its file; workers go on. @throws {BoardError} conflict for a file of another's */
export async function uninstallService(cli: CliContext): Promise<void> {
  const plan = planService(cli);
  const { kind, path } = plan;
  const wasInstalled = readServiceFile(plan) !== "absent";
  if (wasInstalled) {
    // Refused before anything is stopped: what is not ours is not ours to stop.
    const remove = removeServiceFile(plan);
    const trouble = await runManagers(plan.stop);
    remove();
    for (const command of plan.afterRemoval) await runManager(command);
    if (trouble !== null)
      cli.output.note(`kanbun: it could not be stopped from here: \`${trouble.command}\`: ${trouble.said}`);
  }
  await cli.output.answer({ kind, path, removed: wasInstalled }, () =>
    wasInstalled
      ? `removed ${visibleText(path)}\n`
      : `no service is installed for this home: ${visibleText(path)}\n`,
  );
}
