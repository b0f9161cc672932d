import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTestHome } from "../support/home.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { packageCommand } from "./command-line.ts";

homesInMemory();

const config = `
[dispatch]
max_in_progress = 4
[profiles.coder]
command = ["sh", "{body_file}"]
completes = "by-verdict"
[profiles.critic]
command = ["sh", "-c", "if kanbun context | grep -q '> good'; then kanbun approve; else kanbun request-changes 'do it right'; fi"]
completes = "by-verdict"
`;

/** Runs the command line on a fresh home; each call returns the document's data, or its error. */
function makeKanbun() {
  const home = makeTestHome();
  writeFileSync(join(home, "kanbun.toml"), config);
  return async (...args: string[]) => {
    const child = Bun.spawn([...packageCommand, ...args, "--json"], {
      env: { HOME: home, KANBUN_HOME: home, PATH: process.env.PATH ?? "" },
      stderr: "inherit",
    });
    const document = JSON.parse(await child.stdout.text());
    return document.ok ? document.data : document.error;
  };
}

test("a worker's question is answered by a person, and the next run reads the answer", async () => {
  const kanbun = makeKanbun();
  await kanbun("init");
  const body = `if kanbun context | grep -q "[a]nswered:"; then kanbun complete --summary "$(kanbun context | grep -A 1 "[a]nswered:")"
    else kanbun ask "Which database?" --choice postgres --choice sqlite; fi`;
  const { task } = await kanbun("create", "Choose", "--body", body, "--assignee", "coder");
  await kanbun("dispatch", "--until-idle");
  expect(await kanbun("explain", task.id)).toMatchObject({
    reason: "needs_answer",
    command: `kanbun answer ${task.id} 1`,
  });
  expect(await kanbun("answer", task.id, "oracle")).toMatchObject({ kind: "usage" });
  expect((await kanbun("answer", task.id, "2")).task.status).toBe("ready");
  await kanbun("dispatch", "--until-idle");
  const shown = await kanbun("show", task.id);
  expect(shown.task.status).toBe("done");
  expect(shown.runs.at(-1).summary).toContain("sqlite");
});

test("a reviewer sends work back until it is right (W46)", async () => {
  const kanbun = makeKanbun();
  await kanbun("init");
  const body = `if kanbun context | grep -q "do it [r]ight"; then word=good; else word=bad; fi
    kanbun request-review --reviewer critic --summary $word`;
  const { task } = await kanbun("create", "Write", "--body", body, "--assignee", "coder");
  await kanbun("dispatch", "--until-idle");
  const { runs, comments, ...shown } = await kanbun("show", task.id);
  expect(shown.task.status).toBe("done");
  expect(runs.map((run: { profile: string }) => run.profile)).toEqual(["coder", "critic", "coder", "critic"]);
  expect(comments.map((comment: { body: string }) => comment.body)).toEqual(["do it right"]);
});

test("a paused board starts nothing until it is resumed, and a drain waits for what runs", async () => {
  const kanbun = makeKanbun();
  await kanbun("init");
  await kanbun("create", "Run", "--run", "sleep 0.3; echo done");
  const [before] = (await kanbun("dispatch")).boards;
  expect(before.spawned).toHaveLength(1);
  await kanbun("pause", "--reason", "release day");
  const { task } = await kanbun("create", "Wait", "--run", "true");
  expect(await kanbun("explain", task.id)).toMatchObject({
    reason: "board_paused",
    detail: "the board is paused (release day)",
    command: "kanbun resume",
  });
  const [drained] = (await kanbun("dispatch", "--drain")).boards;
  expect(drained).toMatchObject({ spawned: [], completed: [{ run_id: 1 }] });
  expect(await kanbun("resume")).toMatchObject({ resumed: true });
  await kanbun("dispatch", "--until-idle");
  expect((await kanbun("stats")).by_status).toEqual({ done: 2 });
});
