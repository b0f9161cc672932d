import { expect, test } from "bun:test";
import { CommandLine, mainPath } from "./command-line.ts";

/** The same home, and each command in a process of its own: those that share one run one after the other. */
const racing = ({ home }: CommandLine) => new CommandLine(home, [process.execPath, mainPath]);

test("eight processes that create with one idempotency key at once make one task (W44)", async () => {
  const kanbun = await CommandLine.init();
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      racing(kanbun).json(["create", `from ${i}`, "--idempotency-key", "k"]),
    ),
  );
  expect(answers.map((answer) => answer.code)).toEqual(Array(8).fill(0));
  expect(new Set(answers.map((answer) => answer.data.task.id)).size).toBe(1);
  expect(answers.filter((answer) => !answer.data.is_existing)).toHaveLength(1);
  await using store = await kanbun.open();
  expect(await store.listTasks({})).toHaveLength(1);
});

test("eight processes that make the home at once make one board", async () => {
  const kanbun = new CommandLine();
  const answers = await Promise.all(Array.from({ length: 8 }, () => racing(kanbun).json(["init"])));
  expect(answers.map((answer) => answer.code)).toEqual(Array(8).fill(0));
  expect(answers.filter((answer) => answer.data.wrote_config)).toHaveLength(1);
  expect(await kanbun.ok("list", "--json")).toContain('"tasks":[]');
});

test("two linkers that race in opposite directions never close a circle", async () => {
  const kanbun = await CommandLine.init();
  for (let round = 0; round < 8; round += 1) {
    const [a, b] = [await kanbun.make(`a${round}`), await kanbun.make(`b${round}`)];
    const codes = await Promise.all(
      [
        [a, b],
        [b, a],
      ].map((ids) => racing(kanbun).run(["link", ...ids])),
    );
    expect(codes.map((ran) => ran.code).sort()).toEqual([0, 4]);
    await using store = await kanbun.open();
    const { parents, children } = await store.requireDossier(a);
    expect(parents.length + children.length).toBe(1);
  }
});

test("of eight claimers at once one wins, the others are told 4", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("x");
  const codes = await Promise.all(Array.from({ length: 8 }, () => racing(kanbun).json(["claim", id])));
  expect(codes.map((answer) => answer.code).sort()).toEqual([0, 4, 4, 4, 4, 4, 4, 4]);
  await using store = await kanbun.open();
  expect(await store.listRuns(id)).toHaveLength(1);
});
