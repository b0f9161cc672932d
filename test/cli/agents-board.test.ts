import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { eventually } from "../support/eventually.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { makeStandIns } from "../support/stand-ins.ts";
import { CommandLine } from "./command-line.ts";

homesInMemory();

const settings = `
[dispatch]
max_in_progress = 4
max_retries = 1
[profiles.claude]
agent = "claude"
resume = true
[profiles.second]
agent = "claude"
stall_after = "300ms"
grace = "100ms"
max_in_progress = 1
[profiles.thrifty]
agent = "claude"
max_day_cost_usd = 0.4
max_in_progress = 1
[profiles.limited]
agent = "codex"
[profiles.codex]
agent = "codex"
[profiles.opencode]
agent = "opencode"
[profiles.copilot]
agent = "copilot"
`;

test.skipIf(process.platform === "win32")(
  "a board of twelve tasks is worked off by four agents: outcomes, costs to the cent, and what each was told",
  async () => {
    const kanbun = await CommandLine.init(settings);
    const env = { PATH: makeStandIns(dirname(kanbun.home), "claude", "codex", "opencode", "copilot") };
    const acts = [
      ["claude", "good"],
      ["codex", "good"],
      ["opencode", "good"],
      ["copilot", "good"],
      ["claude", "ask"],
      ["claude", "hand in"],
      ["claude", "is_error"],
      ["thrifty", "good"],
      ["thrifty", "good"],
      ["thrifty", "good"],
      ["second", "silent"],
      ["limited", "limit"],
    ] as const;
    const ids: string[] = [];
    {
      await using store = await kanbun.open("write");
      for (const [assignee, act] of acts) {
        const body = `act: ${act}`;
        const { task } = await store.createTask(
          { title: `${assignee}: ${act}`, body, assignee },
          { actor: "tester" },
        );
        ids.push(task.id);
      }
    }
    const [, , , , asked = "", handedIn = "", , , , , silent = ""] = ids;
    await using store = await kanbun.open();
    const tick = () => kanbun.run(["dispatch"], { env });
    await eventually("the question is asked, the work reviewed, the silent one stopped", async () => {
      await tick();
      const [question, reviewed] = [await store.requireTask(asked), await store.requireTask(handedIn)];
      const [run] = await store.listRuns(silent, {});
      return question.status === "blocked" && reviewed.status === "done" && run?.outcome === "stale";
    });
    expect((await kanbun.run(["answer", asked, "red", "--as", "ada"])).code).toBe(0);
    await eventually("its next run asks again", async () => {
      await tick();
      // What a run has used is known when its last process is gone.
      return (await store.listRuns(asked, {})).filter((run) => run.usage?.costUsd === 0.25).length === 2;
    });
    const outcomes = await Promise.all(
      ids.map(async (id) =>
        (await store.listRuns(id, {})).filter((run) => run.endedAtMs !== null).map((run) => run.outcome),
      ),
    );
    expect(outcomes.map((some) => some.slice(0, 2))).toEqual([
      ["completed"],
      ["completed"],
      ["completed"],
      ["completed"],
      ["blocked", "blocked"],
      ["review_requested", "completed"],
      ["crashed"],
      ["completed"],
      ["completed"],
      [],
      ["stale", ...(outcomes[10]?.slice(1, 2) ?? [])],
      ["rate_limited"],
    ]);
    const cost = new Map((await store.sumUsages("task")).map(({ name, costUsd }) => [name, costUsd]));
    expect(ids.map((id) => cost.get(id) ?? null)).toEqual([
      0.25,
      null,
      0.03,
      null,
      0.5,
      0.25,
      0.25,
      0.25,
      0.25,
      null,
      null,
      0,
    ]);

    const promptOf = async (id: string, run: number) => {
      const runId = (await store.listRuns(id, {})).at(run)?.id;
      const log = readFileSync(
        join(boardPaths(kanbun.home, "default").runs, String(runId), "output.log"),
        "utf8",
      );
      const line = log.split("\n").find((one) => one.includes('"stand_in"'));
      const { prompt } = JSON.parse(line ?? "null");
      return String(prompt);
    };
    for (const [at, [assignee, act]] of acts.entries()) {
      // It was never started: no money was left.
      if (at === 9) continue;
      expect(await promptOf(ids[at] ?? "", 0)).toStartWith(
        `# ${assignee}: ${act}\n\nact: ${act}\n\n## How to finish\n\nWhen you end, the task is done, `,
      );
    }
    expect(await promptOf(asked, 1)).toContain(
      "blocked\n  > Which colour?\n\n## Questions and answers\n\n- just now, asked:\n  > Which colour?\n  ada answered:\n  > red\n",
    );
    expect(await promptOf(handedIn, 1)).toMatch(
      /> Please look\.\n\n## What to do\n\nReview this: .*\n.*\n\n- `kanbun approve /,
    );

    const held = await kanbun.json(["explain", ids[9] ?? ""], { env });
    expect(JSON.stringify(held.data)).toContain("its budget of $0.40 a day is used up ($0.50)");
  },
);
