import { appendFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { kanbunCommand } from "../boards/board-process.ts";
import type { BenchServer } from "../servers/bench-server.ts";

export const crowdBoard = "crowd";

/** A home that has joined the board, as of one machine of many. */
export interface CrowdHome {
  readonly home: string;
  /** Where its workers write down that they began. */
  readonly ledger: string;
}

/** Homes with one board of a server, none of which has dispatched yet. */
export function makeCrowdHomes(
  bench: Bench,
  server: BenchServer,
  { hosts, slots }: { readonly hosts: number; readonly slots: number },
): { readonly homes: readonly CrowdHome[]; readonly ledgers: string } {
  const folder = bench.makeFolder();
  const ledgers = bench.makeMemoryFolder();
  const homes = Array.from({ length: hosts }, (_, at) => {
    const home = join(folder, String(at));
    mkdirSync(home);
    writeFileSync(
      join(home, "kanbun.toml"),
      `[dispatch]\nmax_in_progress = ${slots}\n\n[stores.team]\nurl = "${server.urlBy(server.makeWay())}"\n`,
    );
    return { home, ledger: join(ledgers, String(at)) };
  });
  const [first, ...others] = homes;
  if (first === undefined) throw new Error("a crowd of none");
  run(first, ["boards", "create", crowdBoard, "--store", "team"]);
  for (const { home } of others)
    cpSync(join(first.home, "kanban"), join(home, "kanban"), { recursive: true });
  for (const { ledger } of homes) appendFileSync(ledger, "");
  return { homes, ledgers };
}

export function environmentOfCrowd({ home }: CrowdHome): Record<string, string | undefined> {
  return { PATH: process.env.PATH, HOME: home, KANBUN_HOME: home, KANBUN_BOARD: crowdBoard };
}

function run(home: CrowdHome, words: readonly string[]): void {
  const env = { ...environmentOfCrowd(home), KANBUN_BOARD: undefined };
  const { exitCode, stderr } = Bun.spawnSync([...kanbunCommand, ...words], { env, cwd: home.home });
  if (exitCode !== 0) throw new Error(`kanbun ${words.join(" ")}: ${stderr}`);
}
