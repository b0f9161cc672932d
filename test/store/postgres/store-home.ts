import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { CommandLine } from "../../cli/command-line.ts";
import { requirePostgres } from "../../support/postgres/postgres.ts";

let homes = 0;

/** A home with the store `team`, and a name that no board has there. */
export async function makeStoreHome(settings = ""): Promise<{ kanbun: CommandLine; slug: string }> {
  const { host, database, user } = await requirePostgres();
  const kanbun = await CommandLine.init();
  const url = `postgres://${user}@${host.startsWith("/") ? "" : host}/${database}`;
  appendFileSync(
    join(kanbun.home, "kanbun.toml"),
    `\n[stores.team]\nurl = "${url}${host.startsWith("/") ? `?host=${host}` : ""}"\n${settings}\n`,
  );
  homes += 1;
  return { kanbun, slug: `home-${process.pid}-${homes}` };
}
