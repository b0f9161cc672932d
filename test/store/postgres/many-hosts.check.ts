import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { whyNoNetwork } from "../../races/many-hosts/network.ts";
import { hasPostgres } from "../../support/postgres/postgres.ts";

const program = resolve(import.meta.dir, "../../races/many-hosts/main.ts");
const refusal = hasPostgres ? whyNoNetwork() : "no PostgreSQL";
if (refusal !== null) console.error(`skipped: hosts in network namespaces: ${refusal}`);

test.skipIf(refusal !== null).each([
  // One is killed, and one is stopped for longer than its lease.
  ["lease", "2"],
  ["never", "1"],
] as const)(
  "three hosts, takeover %s: one worker per task, nothing lost, no one left",
  async (takeover, faults) => {
    const args = ["--hosts", "3", "--dispatchers", "3", "--tasks", "60", "--work", "3000", "--lease", "5"];
    const child = Bun.spawn(
      [process.execPath, program, "--takeover", takeover, "--faults", faults, ...args, "--json"],
      { stdout: "pipe", stderr: "pipe" },
    );
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    const found = await child.exited;
    expect({ found, stderr: found === 0 ? "" : stderr }).toEqual({ found: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ twoAtOnce: 0, lost: 0, acknowledgedLost: 0, left: 0 });
  },
);
