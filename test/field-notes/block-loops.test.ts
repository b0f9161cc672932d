import { expect, test } from "bun:test";
import { CommandLine } from "../cli/command-line.ts";
import { homesInMemory } from "../support/place-of-homes.ts";

homesInMemory();

const config = `[profiles.agent]
command = ["sh", "{body_file}"]
stdin = "body"
completes = "by-verdict"
`;

async function openBoard(body: string) {
  const kanbun = await CommandLine.init(config);
  const id = await kanbun.create("migrate", "--assignee", "agent", "--body", body);
  const work = async () => {
    await kanbun.ok("dispatch", "--until-idle");
    return (await kanbun.task(id)).status;
  };
  const kinds = async () => {
    await using store = await kanbun.open();
    return (await store.listEvents({ taskId: id })).map((event) => event.kind);
  };
  return { kanbun, id, work, kinds };
}

test("W30: a task that asks the same a third time, whatever it was answered, waits in triage and says so", async () => {
  const { kanbun, id, work, kinds } = await openBoard('kanbun ask "which database?"');
  for (const answer of ["postgres", "postgres!"]) {
    expect(await work()).toBe("blocked");
    await kanbun.ok("answer", id, answer);
  }
  expect(await work()).toBe("triage");
  expect((await kinds()).slice(-2)).toEqual(["blocked", "block_loop_detected"]);
  const told = await kanbun.ok("explain", id);
  expect(told).toContain("stopped 3 times for the same reason: which database?");
  expect(told).toContain(`kanbun edit ${id} --body`);
  expect(told).toContain(`do: kanbun promote ${id}`);
  expect(await work()).toBe("triage");
  // What it says to type works, and the count is a new one.
  await kanbun.ok("edit", id, "--body", 'kanbun ask "which database?"');
  await kanbun.ok("promote", id);
  expect(await work()).toBe("blocked");
});

test("W30: a reason counts as the same whatever its kind and its white space", async () => {
  const lines = ["no key", "no  key --kind capability", "no key --kind needs_input"];
  const blocks = lines.map((line) => {
    const [words, kind] = line.split(" --kind ");
    return `kanbun block "${words}"${kind === undefined ? "" : ` --kind ${kind}`}`;
  });
  const { kanbun, id, work } = await openBoard(blocks[0] ?? "");
  for (const block of blocks.slice(1)) {
    expect(await work()).toBe("blocked");
    await kanbun.ok("edit", id, "--body", block);
    await kanbun.ok("unblock", id);
  }
  expect(await work()).toBe("triage");
});

test("W30: different questions never add up, and a person may block as often as they like", async () => {
  const { kanbun, id, work, kinds } = await openBoard("");
  for (const question of ["which database?", "which region?", "which database?", "which size?"]) {
    await kanbun.ok("edit", id, "--body", `kanbun ask "${question}"`);
    expect(await work()).toBe("blocked");
    await kanbun.ok("answer", id, "this one");
  }
  for (let round = 0; round < 4; round++) {
    await kanbun.ok("block", id, "waiting for legal");
    await kanbun.ok("unblock", id);
  }
  expect(await kinds()).not.toContain("block_loop_detected");
  expect((await kanbun.task(id)).status).toBe("ready");
});
