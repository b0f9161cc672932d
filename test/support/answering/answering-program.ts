// Runs command lines in one process: it is sent one after the other, and answers with exit code and output. Its standard
// output and error are files that have no name, which it reads and empties after each.
import { fstatSync, ftruncateSync, readSync } from "node:fs";
import { runCommandLine } from "../../../src/cli/program.ts";
import type { CommandAnswer, CommandRequest } from "./exchange.ts";

process.on("message", (request: CommandRequest) => {
  void answer(request).then((answer) => process.send?.(answer));
});
// Whoever asks is gone.
process.on("disconnect", () => process.exit());
process.send?.("ready");

async function answer({ args, env, cwd }: CommandRequest): Promise<CommandAnswer> {
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  const code = await runCommandLine(args, env);
  // What ends the processes that a test has left must not take it for one of them.
  process.chdir("/");
  return { code, stdout: take(1), stderr: take(2) };
}

function take(descriptor: 1 | 2): string {
  const bytes = Buffer.alloc(fstatSync(descriptor).size);
  for (let at = 0; at < bytes.length; ) at += readSync(descriptor, bytes, at, bytes.length - at, at);
  ftruncateSync(descriptor);
  return bytes.toString();
}
