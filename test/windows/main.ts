// `bun run test:windows [file…]`: the tests on the real Bun for Windows, under Wine. Its last line is the count; it says
// what was left out, and why.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildForWine } from "./executable.ts";
import { explainLeftOut } from "./left-out.ts";
import { buildTestPrograms } from "./programs.ts";
import { explainNotRun, listRun } from "./selection.ts";
import { setUpWine, type Wine } from "./wine.ts";

const wine = await setUpWine();
if (typeof wine === "string") {
  console.log(`Windows was not tested: ${wine}`);
  console.log("Windows: 0 passed, 0 failed, 1 skipped");
  process.exit(0);
}
let status = 1;
try {
  buildTestPrograms(wine.programs);
  status = await runTests(wine);
} finally {
  await wine[Symbol.asyncDispose]();
}
process.exit(status);

async function runTests(wine: Wine): Promise<number> {
  const { bun, command, env, programs } = wine;
  const files = process.argv.slice(2);
  const tally = join(programs, "left-out");
  writeFileSync(tally, "");
  const child = Bun.spawn(
    command(bun, "test", "--timeout", "120000", ...(files.length > 0 ? files : listRun())),
    {
      cwd: resolve(import.meta.dir, "../.."),
      env: {
        ...env,
        KANBUN_TEST_LEFT_OUT: `Z:${tally}`,
        KANBUN_TEST_EXECUTABLE: `Z:${await buildForWine(wine)}`,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const texts = await Promise.all([passOn(child.stdout), passOn(child.stderr)]);
  const exitCode = await child.exited;
  const count = (word: string) =>
    Number(texts.join("\n").match(new RegExp(`^ *(\\d+) ${word}$`, "m"))?.[1] ?? 0);
  const leftOut = explainLeftOut(readFileSync(tally, "utf8"));
  if (leftOut.length > 0)
    console.log(`\nSkipped on Windows, by what is missing there:\n${leftOut.join("\n")}`);
  if (files.length === 0) console.log(`\nNot run on Windows:\n${explainNotRun().join("\n")}`);
  console.log(`\nWindows: ${count("pass")} passed, ${count("fail")} failed, ${count("skip")} skipped`);
  return exitCode === 0 && count("pass") === 0 ? 1 : exitCode;
}

/** Shows the output as it comes, without what Bun says about how Wine names open folders; and all of it as text. */
async function passOn(output: Bun.Subprocess<"ignore", "pipe", "pipe">["stdout"]): Promise<string> {
  let text = "";
  let line = "";
  for await (const chunk of output.pipeThrough(new TextDecoderStream())) {
    const lines = (line + chunk).split("\n");
    line = lines.pop() ?? "";
    const shown = lines.filter((one) => !one.includes("Internal error: directory mismatch"));
    for (const one of shown) console.log(one.trimEnd());
    text += `${shown.map((one) => one.trimEnd()).join("\n")}\n`;
  }
  return text;
}
