import type { Session } from "../../home/session/session.ts";
import { type ChangeResult, changeMany, type TaskChoice } from "../../home/tasks/change-many.ts";
import type { CliContext } from "../input/command.ts";
import { commandFailure } from "./command-failure.ts";
import type { Screen } from "./screen.ts";

/** What is said of each task that was changed. */
export interface EachTelling<Done> {
  /** Whole lines, for a person. */
  text(done: Done, screen: Screen): string;
  /** For a program: the answer where one task was named, else beside its id. */
  document(done: Done): object;
  /** What has to be said beside it, a sentence each. */
  notes?(done: Done): readonly string[];
}

/**
 * Makes one change, of one task or of many. One: its error is the command's. Many: what fails is told one by one, and
 * makes the exit status 1.
 * @param choice null: inside a worker its own task
 * @returns what came of those that were changed
 */
export async function answerEach<Done>(
  cli: CliContext,
  choice: TaskChoice | null,
  change: (session: Session, id: string) => Promise<Done>,
  telling: EachTelling<Done>,
): Promise<readonly Done[]> {
  await using session = await cli.open("write");
  const only = choice === null ? [undefined] : "names" in choice ? choice.names : [];
  if (choice === null || only.length === 1) {
    const done = await change(session, await session.taskId(only[0]));
    await answerOne(cli, done, telling);
    return [done];
  }
  const results = await changeMany(session, choice, (id) => change(session, id));
  await answerMany(cli, results, telling);
  return results.flatMap((one) => ("done" in one ? [one.done] : []));
}

/** Answers with what came of the only one. */
export async function answerOne<Done>(
  cli: CliContext,
  done: Done,
  telling: EachTelling<Done>,
): Promise<void> {
  noteAll(cli, telling, done);
  await cli.output.answer(telling.document(done), (screen) => telling.text(done, screen));
}

/** Answers with what came of each. */
export async function answerMany<Done>(
  cli: CliContext,
  results: readonly ChangeResult<Done>[],
  telling: EachTelling<Done>,
): Promise<void> {
  const all = results.flatMap((one) => ("done" in one ? [one.done] : []));
  const failed = results.length - all.length;
  const documents = results.map((one) =>
    "done" in one
      ? { taskId: one.id, ok: true, ...telling.document(one.done) }
      : { taskId: one.id, ok: false, error: describe(one.error) },
  );
  if (failed > 0) cli.setExitCode(1);
  await cli.output.answer({ results: documents, moved: all.length, failed }, (screen) =>
    all.map((one) => telling.text(one, screen)).join(""),
  );
  for (const one of all) noteAll(cli, telling, one);
  for (const one of results)
    if ("error" in one) {
      const { message, hint } = describe(one.error);
      cli.output.note(`kanbun: ${message}`, ...(hint === null ? [] : [`  hint: ${hint}`]));
    }
  if (results.length === 0) cli.output.note("no task fits");
  else if (failed > 0) cli.output.note(`done for ${all.length} of ${results.length} tasks`);
}

function describe(error: Error) {
  const { kind, message, hint } = commandFailure(error, false);
  return { kind, message, hint };
}

function noteAll<Done>(cli: CliContext, telling: EachTelling<Done>, done: Done): void {
  for (const note of telling.notes?.(done) ?? []) cli.output.note(`note: ${note}`);
}
