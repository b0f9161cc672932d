import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { Connection } from "../../src/store/sqlite/database/connection.ts";
import { migrate } from "../../src/store/sqlite/database/migrate.ts";
import { CommandLine } from "../cli/command-line.ts";
import { HermesStandIn } from "../hermes/stand-in.ts";
import { person } from "../support/board.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { Scene } from "./scene.ts";

homesInMemory();

const config = `
[dispatch]
max_in_progress = 4
retry_delay = "1ms"
[profiles.coder]
command = ["sh", "{body_file}"]
completes = "by-verdict"
[profiles.critic]
command = ["sh", "-c", "kanbun context | grep -q '> better' || exec kanbun request-changes 'better'; exec kanbun approve"]
completes = "by-verdict"
`;

const nothing = { reviewer: null, summary: null, metadata: null };

test("X25: a hand-in and a rejection are called what they are, in runs, context, reports and words", async () => {
  const kanbun = await CommandLine.init(config);
  const body = `if kanbun context | grep -q 'bette[r]$'; then word=better; else word=good; fi
kanbun context >&2; kanbun request-review --reviewer critic --summary $word`;
  const id = await kanbun.create("Write", "--body", body, "--assignee", "coder");
  const [totals] = (await kanbun.json(["dispatch", "--until-idle"])).data.boards;
  const outcomes = (await kanbun.json(["runs", id])).data.runs.map((run: { outcome: string }) => run.outcome);
  expect(outcomes).toEqual(["review_requested", "changes_requested", "review_requested", "completed"]);
  const counted = [totals.review_requested, totals.changes_requested, totals.completed];
  expect(counted.map((runs) => runs.length)).toEqual([2, 1, 1]);
  const second = await kanbun.ok("log", id, "--run", "3");
  expect(second).toMatch(/run 1, .*: review_requested/);
  expect(second).toMatch(/run 2, .*: changes_requested/);
  expect(second).not.toContain(": completed");
});

test("X25: failures before a review that came to its end are not in a row with those after it", async () => {
  const gate = `n=$(cat n 2>/dev/null || echo 0); n=$((n + 1)); echo $n > n
case $n in 1|3) exit 1;; *) kanbun request-review --reviewer critic --summary "$n";; esac`;
  const crashes = `[profiles.critic]
command = ["sh", "-c", "echo >> seen; case $(wc -l < seen) in 1) exit 1;; 2) exec kanbun request-changes again;; *) exec kanbun approve;; esac"]
completes = "by-verdict"
`;
  const kanbun = await CommandLine.init(config.replace(/\[profiles\.critic\][\s\S]*/, crashes));
  const id = await kanbun.create("Write", "--body", gate, "--assignee", "coder", "--max-retries", "2");
  await kanbun.json(["dispatch", "--until-idle"]);
  const runs = (await kanbun.json(["runs", id])).data.runs;
  expect(runs.map((run: { profile: string; outcome: string }) => `${run.profile} ${run.outcome}`)).toEqual([
    "coder crashed",
    "coder review_requested",
    "critic crashed",
    "critic changes_requested",
    "coder crashed",
    "coder review_requested",
    "critic completed",
  ]);
});

test("X29: one person cannot claim, hand in and approve, nor complete what is in review, unless forced", async () => {
  const kanbun = await CommandLine.init(config);
  const as = (who: string, ...args: string[]) => kanbun.json([...args, "--as", who]);
  for (const verb of ["approve", "complete"]) {
    const id = await kanbun.create("Write");
    await as("ada", "claim", id);
    await as("ada", "request-review", id);
    expect((await as("ada", verb, id)).error).toMatchObject({ kind: "conflict" });
    await as("ada", "claim", id);
    expect((await as("ada", verb, id)).error).toMatchObject({ kind: "conflict" });
    expect((await kanbun.task(id)).status).toBe("running");
    expect((await as("ada", verb, id, "--force")).data.task.status).toBe("done");
    const other = await kanbun.create("Write");
    await as("ada", "claim", other);
    await as("ada", "request-review", other);
    expect((await as("bob", verb, other)).data.task.status).toBe("done");
  }
});

test("X29: a worker that is being replaced cannot hand its task to its own profile, nor to the one that gets it", async () => {
  using scene = await Scene.open(config);
  const id = await scene.create(scene.gate(), { assignee: "coder" });
  await scene.tick();
  const [live] = await scene.store.listLiveRuns();
  const worker = { actor: "worker:coder", run: { runId: live?.runId ?? 0, token: live?.token ?? "" } };
  await scene.store.assignTask(id, "critic", { ...person, force: true });
  const handIn = (reviewer: string | null) => scene.store.requestReview(id, { ...nothing, reviewer }, worker);
  for (const own of ["coder", "critic"]) expect(await handIn(own).catch((error) => error.kind)).toBe("usage");
  expect(await handIn(null)).toMatchObject({ status: "review", assignee: null, author: "coder" });
  expect((await scene.store.requestChanges(id, "again", person)).assignee).toBe("critic");
});

test("X29: assigning a review to who did the work is refused, unless forced", async () => {
  using scene = await Scene.open(config);
  const id = await scene.create("exit 0", { assignee: "coder" });
  await scene.store.requestReview(id, { ...nothing, reviewer: "critic" }, { actor: "ada" });
  for (const author of ["coder", "ada"])
    expect(await scene.store.assignTask(id, author, person).catch((error) => error.kind)).toBe("usage");
  expect((await scene.store.assignTask(id, "coder", { ...person, force: true })).assignee).toBe("coder");
});

test("H7: a review is its reviewer's task, and its author's again when changes are requested", async () => {
  const kanbun = await CommandLine.init(config);
  const id = await kanbun.create("Write", "--assignee", "coder");
  const assignee = async () => (await kanbun.task(id)).assignee;
  await kanbun.ok("request-review", id, "--reviewer", "critic");
  expect(await assignee()).toBe("critic");
  using hermes = new HermesStandIn(kanbun.home, { workers: { coder: ["false"], critic: ["true"] } });
  hermes.tick();
  const profiles = () => hermes.db.query("SELECT profile FROM task_runs WHERE profile IS NOT NULL").values();
  expect(profiles()).toEqual([["critic"]]);
  await kanbun.ok("request-changes", id, "again", "--force");
  expect(await assignee()).toBe("coder");
});

test("H7: a review by a person is assigned to nobody, so that no dispatcher starts it", async () => {
  const kanbun = await CommandLine.init(config);
  const id = await kanbun.create("Write", "--assignee", "coder");
  await kanbun.ok("request-review", id);
  using hermes = new HermesStandIn(kanbun.home, { workers: { coder: ["true"], critic: ["true"] } });
  expect(hermes.tick()).toBe(true);
  expect((await kanbun.json(["dispatch"])).data.boards[0].spawned).toEqual([]);
  expect((await kanbun.json(["explain", id])).data).toMatchObject({
    reason: "review",
    command: null,
  });
  await kanbun.ok("request-changes", id, "shorter", "--as", "bob");
  expect(await kanbun.task(id)).toMatchObject({ assignee: "coder", status: "ready", author: null });
});

test("H7: a review that another program assigned is started for its assignee, and goes back to who handed it in", async () => {
  using scene = await Scene.open(config.replace("exec kanbun approve", "exit 0"));
  const id = await scene.create("true", { assignee: "coder" });
  scene.sql("UPDATE tasks SET status = 'review', assignee = 'critic'");
  scene.sql(
    `INSERT INTO task_runs (task_id, profile, status, started_at, ended_at, outcome)
     VALUES (?, 'coder', 'review_requested', 1, 2, 'review_requested')`,
    id,
  );
  const { spawned } = await scene.tick();
  expect(spawned).toMatchObject([{ taskId: id, profile: "critic" }]);
  await scene.tickUntil(
    "it is sent back",
    async () =>
      (await scene.store.requireTask(id)).author === null &&
      (await scene.store.requireTask(id)).assignee === "coder",
  );
  expect((await scene.outcomes(id)).slice(0, 2)).toEqual(["review_requested", "changes_requested"]);
});

test("H7: a crashed review that another dispatcher gave back as ready is still a review", async () => {
  using scene = await Scene.open(config);
  const id = await scene.create("true", { assignee: "coder" });
  await scene.store.requestReview(id, { ...nothing, reviewer: "critic" }, person);
  scene.sql("UPDATE tasks SET status = 'ready'");
  await scene.tickUntil("it is sent back", async () => (await scene.outcomes(id))[0] === "changes_requested");
  expect((await scene.store.requireTask(id)).assignee).toBe("coder");
});

test("H7: a board of the former version gives its reviews to the reviewers that it named", async () => {
  using scene = await Scene.open(config);
  const id = await scene.create("true", { assignee: "coder" });
  using db = new Database(scene.database);
  db.run("ALTER TABLE kanbun_tasks ADD COLUMN reviewer TEXT");
  db.run("INSERT INTO kanbun_tasks (task_id, in_review, reviewer) VALUES (?, 1, 'critic')", [id]);
  db.run("UPDATE tasks SET status = 'review'");
  const connection = new Connection(db, scene.database);
  connection.write(() => migrate(connection, 2));
  expect(await scene.store.requireTask(id)).toMatchObject({ assignee: "critic", author: "coder" });
});
