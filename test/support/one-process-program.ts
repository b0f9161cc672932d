// Runs command lines in one process, one after the other, and sends back exit code and output. Its standard output is a
// file, which it empties before each.
import { ftruncateSync, readFileSync } from "node:fs";
import { runCommandLine } from "../../src/cli/program.ts";

const [stdout = ""] = process.argv.slice(2);

process.on("message", ({ args, env }: { args: string[]; env: Record<string, string> }) => {
  void (async () => {
    ftruncateSync(1);
    const code = await runCommandLine(args, env);
    process.send?.({ code, stdout: readFileSync(stdout, "utf8") });
  })();
});
process.send?.("ready");
