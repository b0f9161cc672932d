import { expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { CommandLine, forAll } from "../cli/command-line.ts";
import { aFolder, aTask, type Invocation, invocation } from "./invocation.ts";
import { judge } from "./judgement.ts";
import { tryHostileInput } from "./trial.ts";

test("hostile input gets an error of ours or success, whatever the command", async () => {
  await tryHostileInput({ cases: Number(process.env.HOSTILE_CASES ?? 150) });
});

/** What can be given to a process at all: no NUL, in no argument and no variable. */
function isPossible({ args, env }: Invocation): boolean {
  return ![...args, ...Object.values(env)].some((word) => word.includes("\0"));
}

test("hostile input gets the same in processes of their own", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.make("a task");
  const seed = Math.floor(Math.random() * 2 ** 31);
  const count = Number(process.env.HOSTILE_PROCESSES ?? 12);
  const cases = fc.sample(invocation.filter(isPossible), { numRuns: count, seed });
  await forAll(cases, async ({ args, env }) => {
    const words = args.map((word) =>
      word.replaceAll(aTask, id).replaceAll(aFolder, join(kanbun.home, "folder")),
    );
    const ran = await kanbun.runAlone(words, { env: { ...env } });
    expect({ seed, words, findings: judge({ args: words }, ran) }).toEqual({ seed, words, findings: [] });
  });
});

test("the judgement of hostile input is able to find fault", () => {
  const fine = { code: 2, stdout: "", stderr: "kanbun: no such thing\n" };
  const list = { args: ["list"] };
  expect(judge(list, fine)).toEqual([]);
  for (const answer of [
    null,
    { ...fine, code: 139 },
    { ...fine, stderr: "TypeError: x is not a function\n    at run (/src/cli/program.ts:3:1)\n" },
    {
      ...fine,
      stderr: "kanbun: unexpected: x\n  hint: this is a bug in Kanbun; KANBUN_DEBUG=1 shows where\n",
    },
    { ...fine, stderr: `kanbun: ${String.fromCharCode(27)}[31mred\n` },
    { ...fine, stderr: "" },
  ])
    expect(judge(list, answer)).not.toEqual([]);
});
