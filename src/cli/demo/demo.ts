import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BoardError } from "../../board/error.ts";
import { WakeUp } from "../../dispatcher/resident/wake-up.ts";
import { openDispatchers } from "../../home/dispatch/dispatch-boards.ts";
import { workOff } from "../../home/dispatch/work-off.ts";
import { Home } from "../../home/session/home.ts";
import type { BoardStore } from "../../store/store.ts";
import { formatDuration } from "../../system/text/duration.ts";
import { showProgress } from "../dispatch/progress.ts";
import { TickTotals } from "../dispatch/tick-totals.ts";
import type { CliContext } from "../input/command.ts";
import { programName } from "../text/program-name.ts";
import { demoAnswer, demoQuestion, fillDemoBoard, writeDemoConfig } from "./board.ts";

/** Who answers the question that a task of the demo asks. */
const demoPerson = { actor: "demo" };
const dueWithinMs = 15_000;

/**
 * Works a small board of real commands off in a temporary home, which stays, for a look around.
 * @throws {BoardError} conflict when not every task was done in the end.
 */
export async function runDemo(cli: CliContext): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "kanbun-demo-"));
  writeDemoConfig(home);
  const demo = new Home({ home, board: "default" }, cli.env);
  await using session = await demo.open("create");
  const { store } = session;
  await fillDemoBoard(home, store, demoPerson);
  if (!cli.output.isJson)
    await cli.output.line(
      null,
      () => `A board of real commands in ${home}; dispatching until all of it is done:`,
    );

  const wakeUp = new WakeUp();
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  const startedAt = performance.now();
  const totals = new TickTotals();
  const boards = openDispatchers(demo, wakeUp.now);
  const show = await showProgress(cli, boards, {
    home: demo,
    isStream: false,
    isPlain: false,
    word: "dispatching until idle",
    onQuit: onSignal,
  });
  let answered = Promise.resolve();
  try {
    const end = await workOff(boards, wakeUp, {
      dueWithinMs,
      signal: stop.signal,
      onReport: (report) => {
        totals.add(report);
        show.report(report);
        answered = answered.then(() => answerQuestion(store));
      },
    });
    await answered;
    await show.end();
    const tasks = await store.listTasks({ sort: "created" });
    const durationMs = Math.round(performance.now() - startedAt);
    const data = { home, durationMs, ticks: end.ticks, ...totals.toData(), tasks };
    const undone = tasks.filter((task) => task.status !== "done");
    if (undone.length > 0 && !stop.signal.aborted)
      throw new BoardError("conflict", `${undone.length} of ${tasks.length} tasks are not done`, {
        hint: `list them: \`kanbun list --home ${home}\``,
      });
    await cli.output.answer(data, () => farewell(home, tasks.length - undone.length, durationMs));
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    await boards.close();
  }
}

/** Plays the person: answers the task that asks, and lets it go on. */
async function answerQuestion(store: BoardStore): Promise<void> {
  for (const task of await store.listTasks({ statuses: ["blocked"] })) {
    const { questions } = await store.requireDossier(task.id);
    const isAsked = questions.some((asked) => asked.question === demoQuestion && asked.closedAtMs === null);
    if (isAsked) await store.answerQuestion(task.id, demoAnswer, demoPerson);
  }
}

function farewell(home: string, done: number, durationMs: number): string {
  const kanbun = programName();
  return `
${done} tasks done in ${formatDuration(durationMs)}. The board is in ${home}. Look around:
  ${kanbun} list --all --home ${home}
  ${kanbun} events --home ${home}
And start your own:
  ${kanbun} init
  ${kanbun} create "Say hello" --run "echo hello"
  ${kanbun} dispatch --until-idle
`;
}
