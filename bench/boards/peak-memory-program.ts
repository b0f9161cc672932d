// Loaded before a program: says at its end how much memory it had at its peak, in kB, as the last line of standard error.
// What the kernel counts for a child begins with what its parent has.
import { readFileSync } from "node:fs";

process.on("exit", () => {
  const [, kb = "0"] = /^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  process.stderr.write(`${kb}\n`);
});
