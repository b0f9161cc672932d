// Works the board of the home argv[2]: creates argv[4] tasks of each kind, comments, claims and closes by ticks,
// completes. Appends to argv[3], after each acknowledged write, what was acknowledged and how long the log was then.
import { appendFileSync, closeSync, openSync, statSync } from "node:fs";
import type { NewTask } from "../../../src/board/task.ts";
import { Dispatcher } from "../../../src/dispatcher/dispatcher.ts";
import type { EndedRun } from "../../../src/dispatcher/report/report.ts";
import { person, testContext } from "../../support/board.ts";
import { claimFact, commentFact, createdFact, doneFact, endFact, type Fact } from "./facts.ts";

const [home = "", acknowledgements = "", count = ""] = process.argv.slice(2);
const context = testContext(home);
const store = await context.openStore(context.place);
const dispatcher = new Dispatcher(context);
const descriptor = openSync(acknowledgements, "a");

for (let index = 0; index < Number(count); index++) {
  const title = `task ${index}`;
  const ofWorker = await create({ title, body: `: ${"x".repeat(index * 97)}`, assignee: "shell" });
  await comment(ofWorker, `first of ${index}`);
  const ofPerson = await create({ title, body: "y".repeat((index % 7) * 1_500) });
  if (index % 3 === 2) await tick();
  await store.completeTask(ofPerson, { summary: "done by hand" }, person);
  acknowledge(doneFact(ofPerson));
  await comment(ofPerson, "z".repeat((index % 5) * 2_000 + 1));
}
await workOff();
// Without a scratch folder to strike off, the tick that sees its end has nothing more to write.
await create({ title: "last", body: ":", assignee: "shell", workspaceKind: "dir", workspacePath: home });
await workOff();
dispatcher.close();
store.close();
closeSync(descriptor);

async function workOff(): Promise<void> {
  while (await isAnyLeft()) {
    await tick();
    await Bun.sleep(5);
  }
}

async function isAnyLeft(): Promise<boolean> {
  return (await store.listLiveRuns()).length + (await store.listTasks({ statuses: ["ready"] })).length > 0;
}

async function create(input: NewTask & { readonly body: string }): Promise<string> {
  const { task } = await store.createTask(input, person);
  acknowledge(createdFact(task.id, input.title, input.body.length));
  return task.id;
}

async function comment(task: string, body: string): Promise<void> {
  await store.addComment(task, body, person);
  acknowledge(commentFact(task, body));
}

async function tick(): Promise<void> {
  const { spawned, completed, crashed } = await dispatcher.tick();
  const ended = (outcome: string, runs: readonly EndedRun[]) =>
    runs.flatMap(({ taskId: task, runId: run }) => [endFact(task, run, outcome)]);
  const facts = [
    ...spawned.map(({ taskId: task, runId: run }) => claimFact(task, run)),
    ...ended("completed", completed),
    ...completed.map(({ taskId: task }) => doneFact(task)),
    ...ended("crashed", crashed),
  ];
  if (facts.length > 0) acknowledge(...facts);
}

/** Asks for the log's size alone: a descriptor of it that we close would drop SQLite's locks (I10). */
function acknowledge(...facts: Fact[]): void {
  const walBytes = statSync(`${context.paths.database}-wal`).size;
  appendFileSync(descriptor, `${JSON.stringify({ walBytes, facts })}\n`);
}
