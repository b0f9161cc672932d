// Runs command lines in one process: it is sent one after the other, and answers with exit code and output. Its
// standard output and error are files, which it reads and empties after each.
import { ftruncateSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCommandLine } from "../../src/cli/program.ts";
import type { Answer, Request } from "./exchange.ts";
import { aFolder, aTask } from "./invocation.ts";
import { makeHome } from "./prey.ts";

/** A board that many cases have written to is slow: it is made anew after so many. */
const casesPerHome = 400;

const [sandbox = ""] = process.argv.slice(2);
const home = join(sandbox, "home");
const textMax = 400_000;
let ids: readonly string[] = [];
let cases = 0;

process.on("message", (request: Request) => {
  void answer(request).then((answer) => process.send?.(answer));
});
process.send?.("ready");

async function answer(request: Request): Promise<Answer> {
  if (cases++ % casesPerHome === 0) {
    rmSync(home, { recursive: true, force: true });
    ids = await makeHome(home);
  }
  for (const { path, content } of request.files) plant(join(home, path), content);
  const args = request.args.map(fillIn);
  const env = { HOME: sandbox, KANBUN_HOME: home, PATH: process.env.PATH ?? "", ...request.env };
  empty();
  const code = await runCommandLine(args, env);
  const answer = { code, stdout: read("stdout"), stderr: read("stderr") };
  for (const name of ["kanbun.toml", "kanban/current", "kanban/boards/default/board.json"])
    rmSync(join(home, name), { force: true });
  return answer;
}

function fillIn(word: string, at: number, words: readonly string[]): string {
  const id = ids[(words.length + at) % ids.length] ?? "";
  return word.replaceAll(aTask, id).replaceAll(aFolder, join(home, "folder"));
}

function plant(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function empty(): void {
  ftruncateSync(1);
  ftruncateSync(2);
}

function read(name: "stdout" | "stderr"): string {
  return readFileSync(join(sandbox, name), "utf8").slice(0, textMax);
}
