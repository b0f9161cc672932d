import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BoardStore, By } from "../../store/store.ts";
import { demoScripts } from "./scripts.ts";

/** Short pauses, so that what takes minutes in earnest takes seconds here. */
const config = `# The home of Kanbun's demo: delete the folder when you have seen enough.
[dispatch]
max_in_progress = 4
retry_delay = "1s"
rate_limit_delays = ["2s"]

# An agent that must give a verdict itself (complete, block, …); here it is a shell script.
[profiles.agent]
command = ${JSON.stringify(demoScripts.shell)}
completes = "by-verdict"

# A program that calls something with a quota.
[profiles.api]
command = ${JSON.stringify(demoScripts.shell)}
`;

const parts = 4;

/** The question that the agent asks, and the answer that it waits for. */
export const demoQuestion = "Which version is this release?";
export const demoAnswer = "version 1.0";

/**
 * Fills a fresh home with about ten real tasks: a fan-out over parts of a file and a join of their sums, one that
 * fails once, one that is rate limited at first, one that asks a person.
 */
export async function fillDemoBoard(home: string, store: BoardStore, by: By): Promise<void> {
  const work = join(home, "work");
  mkdirSync(work, { recursive: true });
  const create = async (title: string, body: string, assignee: string, parents: readonly string[] = []) => {
    const place = { workspaceKind: "dir", workspacePath: work } as const;
    const { task } = await store.createTask({ title, body, assignee, parents, ...place }, by);
    return task.id;
  };

  const { numbers } = demoScripts;
  const numbered = await create("Make the numbers", demoScripts.makeNumbers(numbers), "shell");
  const sums: string[] = [];
  for (let part = 1; part <= parts; part++) {
    const from = ((part - 1) * numbers) / parts + 1;
    const to = (part * numbers) / parts;
    const body = demoScripts.addUp(part, from, to);
    sums.push(await create(`Add up part ${part} of ${parts}`, body, "shell", [numbered]));
  }
  const total = (numbers * (numbers + 1)) / 2;
  const joined = await create(
    "Join the sums and check the total",
    demoScripts.join(total, parts),
    "shell",
    sums,
  );
  const flaky = await create("Copy the total (fails once)", demoScripts.copyTotal, "shell", [joined]);
  const limited = await create(
    "Ask the service for a date (rate limited at first)",
    demoScripts.askForDate,
    "api",
    [numbered],
  );
  const asking = await create(
    "Name the release (asks a person)",
    demoScripts.nameRelease(demoQuestion),
    "agent",
    [numbered],
  );
  await create("Publish", demoScripts.publish, "agent", [flaky, limited, asking]);
}

/** Writes the demo's configuration. */
export function writeDemoConfig(home: string): void {
  writeFileSync(join(home, "kanbun.toml"), config);
}
