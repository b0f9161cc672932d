import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { WebServer } from "./web-server.ts";

test("/metrics tells the tokens and the cost that agents said, the ticks of this server, and nothing that is not known", async () => {
  await using web = await WebServer.start();
  const task = await web.make("Costs", "echo hi");
  await web.finish(task);
  {
    using db = new Database(boardPaths(web.home, "default").database);
    db.run(
      `INSERT INTO kanbun_usage (run_id, task_id, profile, input_tokens, output_tokens, cost_usd, ended_at_ms)
       VALUES (1, '${task}', 'claude "x"', 1200, NULL, 0.41, 1)`,
    );
  }
  const answer = await fetch(`${web.served.url}metrics`, {
    headers: { Authorization: `Bearer ${web.tokens.read}` },
  });
  expect(answer.headers.get("content-type")).toStartWith("text/plain; version=0.0.4");
  const text = await answer.text();
  const samples = new Map(
    text
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );
  const profile = String.raw`profile="claude \"x\""`;
  expect(samples.get(`kanbun_tokens_total{board="default",${profile},kind="input"}`)).toBe(1200);
  expect(samples.has(`kanbun_tokens_total{board="default",${profile},kind="output"}`)).toBe(false);
  expect(samples.get(`kanbun_cost_usd_total{board="default",${profile}}`)).toBe(0.41);
  expect(samples.get('kanbun_ticks_total{board="default",result="made"}')).toBeGreaterThan(0);
  expect(samples.get('kanbun_runs_total{board="default",outcome="completed"}')).toBe(1);
  expect(samples.get('kanbun_run_duration_seconds_count{board="default"}')).toBe(1);
  // Each family is described before its samples, and every value is a number.
  expect([...samples.values()].every(Number.isFinite)).toBe(true);
});
