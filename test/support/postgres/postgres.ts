import { appendFileSync, chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServerPlace } from "../../../src/store/postgres/server.ts";
import { atEnd } from "../at-end.ts";
import { testRunPrefix } from "../test-run.ts";
import { type Binaries, choosePostgres, findBinaries } from "./binaries.ts";
import { plainUser, type User } from "./plain-user.ts";

/** Whether there is a PostgreSQL to test with; where there is none the tests of it are left out, and say so. */
export const hasPostgres = choosePostgres() !== null;

if (!hasPostgres) console.error("skipped: no PostgreSQL (Debian's package `postgresql` has one)");

let server: Promise<ServerPlace> | null = null;

/** The one server of this process, started when it is first asked for. */
export function requirePostgres(): Promise<ServerPlace> {
  server ??= begin();
  return server;
}

async function begin(): Promise<ServerPlace> {
  const chosen = choosePostgres();
  if (chosen === null) throw new Error("there is no PostgreSQL");
  if ("url" in chosen) return fromUrl(chosen.url);
  const own = startPostgres({ from: chosen.from });
  atEnd(async () => {
    server = null;
    own.end();
  });
  return own.place;
}

/** `postgres://user@host/database?host=/folder/of/a/socket` */
function fromUrl(text: string): ServerPlace {
  const url = new URL(text);
  return {
    host: url.searchParams.get("host") ?? url.hostname,
    ...(url.port === "" ? {} : { port: Number(url.port) }),
    database: url.pathname.slice(1) || "postgres",
    user: decodeURIComponent(url.username) || "postgres",
    ...(url.password === "" ? {} : { password: async () => decodeURIComponent(url.password) }),
  };
}

/** A server of a test's own. */
export interface OwnPostgres {
  readonly place: ServerPlace;
  start(): void;
  /** @param mode `immediate` is what a power cut is to it */
  stop(mode: "fast" | "immediate"): void;
  end(): void;
}

/**
 * Makes a server in a folder of this test run, for which the guard cares, and starts it. It refuses to run as root, so that there
 * it is run as nobody.
 * @param how.settings lines of postgresql.conf. By default nothing waits for the disk: what is tested with that turns fsync on
 */
export function startPostgres(
  how: { readonly from?: string; readonly settings?: readonly string[] } = {},
): OwnPostgres {
  const chosen = choosePostgres();
  const from = how.from ?? (chosen !== null && "from" in chosen ? chosen.from : null);
  if (from === null) throw new Error("there is no PostgreSQL of which a server could be started");
  // The path of a socket has room for 107 bytes.
  const folder = mkdtempSync(join(tmpdir(), testRunPrefix));
  const user = plainUser();
  if (user !== null) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o755);
  const binaries = findBinaries(from, folder);
  const data = join(folder, "data");
  run(
    binaries,
    user,
    "initdb",
    "-D",
    data,
    "-U",
    "kanbun",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
  );
  const settings = [
    "fsync = off",
    "full_page_writes = off",
    "max_connections = 200",
    ...(how.settings ?? []),
  ];
  appendFileSync(
    join(data, "postgresql.conf"),
    [`listen_addresses = ''`, `unix_socket_directories = '${folder}'`, ...settings, ""].join("\n"),
  );
  const start = () =>
    run(binaries, user, "pg_ctl", "-D", data, "-w", "-t", "60", "-l", join(folder, "log"), "start");
  const stop = (mode: "fast" | "immediate") =>
    run(binaries, user, "pg_ctl", "-D", data, "-w", "-t", "60", "-m", mode, "stop");
  start();
  return {
    place: { host: folder, database: "postgres", user: "kanbun" },
    start,
    stop,
    end() {
      stop("immediate");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function run(
  { folder, env }: Binaries,
  user: User | null,
  program: string,
  ...args: readonly string[]
): void {
  const { exitCode, stdout, stderr } = Bun.spawnSync([join(folder, program), ...args], {
    env: { PATH: process.env.PATH ?? "", LC_ALL: "C", ...env },
    cwd: "/",
    stdin: "ignore",
    stdout: program === "pg_ctl" ? "ignore" : "pipe",
    // Inherited by the server, a pipe would be waited for.
    stderr: program === "pg_ctl" ? "ignore" : "pipe",
    ...(user ?? {}),
  });
  if (exitCode !== 0) throw new Error(`${program} ended with ${exitCode}: ${stdout ?? ""}${stderr ?? ""}`);
}
