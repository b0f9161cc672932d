// `bun run test:windows [file…]`: the tests on the real Bun for Windows, under Wine. Its last line is the count; it says
// what was left out, and why.
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { wineMsMax } from "../support/patience.ts";
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
  const files = process.argv.slice(2);
  const tally = join(wine.programs, "left-out");
  writeFileSync(tally, "");
  const env = {
    ...wine.env,
    KANBUN_TEST_LEFT_OUT: `Z:${tally}`,
    KANBUN_TEST_EXECUTABLE: `Z:${await buildForWine(wine)}`,
  };
  const total = { pass: 0, fail: 0, skip: 0 };
  // One after the other: what tests leave open until their process ends is more than one process may have open there.
  for (const target of files.length > 0 ? files : listRun()) {
    // Now and then Wine's server refuses a program that it has just started ("Connection reset by peer"): then no test has run yet.
    const ran =
      (await runOne(wine, target, env)) ?? (await runOne(wine, target, env)) ?? neverStarted(target);
    for (const word of ["pass", "fail", "skip"] as const) total[word] += ran[word];
  }
  const leftOut = explainLeftOut(readFileSync(tally, "utf8"));
  if (leftOut.length > 0)
    console.log(`\nSkipped on Windows, by what is missing there:\n${leftOut.join("\n")}`);
  if (files.length === 0) console.log(`\nNot run on Windows:\n${explainNotRun().join("\n")}`);
  console.log(`\nWindows: ${total.pass} passed, ${total.fail} failed, ${total.skip} skipped`);
  return total.fail === 0 && total.pass > 0 ? 0 : 1;
}

function neverStarted(target: string) {
  console.log(`Wine did not start the tests of ${target}, twice.`);
  return { pass: 0, fail: 1, skip: 0 };
}

/**
 * Null where Wine ended it before Bun said its name. A run that comes to no end, or breaks off, has one failure at least.
 * Its output goes into a file, for a pipe may never end: now and then a program of Wine's own (explorer.exe) outlives the
 * server of Wine and keeps open what it inherited.
 */
async function runOne(wine: Wine, target: string, env: Wine["env"]) {
  const log = join(wine.programs, "log");
  const output = openSync(log, "w");
  const child = Bun.spawn(wine.command(wine.bun, "test", "--timeout", String(wineMsMax.test), target), {
    cwd: resolve(import.meta.dir, "../.."),
    env,
    stdio: ["ignore", output, output],
    timeout: wineMsMax.run,
  });
  const exitCode = await child.exited;
  closeSync(output);
  // Without what Bun says about how Wine names open folders.
  const lines = readFileSync(log, "utf8").split(/\r?\n/);
  const text = lines.filter((line) => !line.includes("Internal error: directory mismatch")).join("\n");
  console.log(text.trimEnd());
  if (exitCode !== 0 && !text.includes("bun test v")) return null;
  const count = (word: string) => Number(text.match(new RegExp(`^ *(\\d+) ${word}$`, "m"))?.[1] ?? 0);
  if (exitCode !== 0 && count("fail") === 0)
    console.log(`No test of ${target} failed, and yet its exit code is ${exitCode}.`);
  const fail = exitCode === 0 ? count("fail") : Math.max(1, count("fail"));
  return { pass: count("pass"), fail, skip: count("skip") };
}
