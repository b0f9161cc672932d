import { appendFileSync, chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServerPlace } from "../../../src/store/postgres/server-place.ts";
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
  /** All its processes by KILL, as when the power of its machine goes. */
  kill(): void;
  /** Of a standby: it is the primary from now on, once this returns. */
  promote(): void;
  /** Lines of postgresql.conf that count before all others, from now on. */
  set(...settings: readonly string[]): void;
  end(): void;
}

/** Why no server can be copied while it works, for a standby of it; null: one can. The npm package has no program for that. */
export function whyNoStandby(): string | null {
  const chosen = choosePostgres();
  if (chosen === null) return "no PostgreSQL";
  const isThere = "from" in chosen && existsSync(join(chosen.from, "pg_basebackup"));
  return isThere ? null : "this PostgreSQL comes without pg_basebackup";
}

/**
 * Makes a server in a folder of this test run, for which the guard cares, and starts it. It refuses to run as root, so that there
 * it is run as nobody.
 * @param how.settings lines of postgresql.conf. By default nothing waits for the disk: what is tested with that turns fsync on
 * @param how.standbyOf a server of which it is a copy, to be kept up to date from there
 */
export function startPostgres(
  how: {
    readonly from?: string;
    readonly settings?: readonly string[];
    readonly standbyOf?: OwnPostgres;
  } = {},
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
  const origin = how.standbyOf?.place;
  const [program, ...args] =
    origin === undefined
      ? ["initdb", "-U", "kanbun", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
      : ["pg_basebackup", "-R", "-h", origin.host, "-U", origin.user, "--checkpoint=fast", "--no-sync"];
  run(binaries, user, program as string, "-D", data, ...args);
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
  const control = (...words: readonly string[]) =>
    run(binaries, user, "pg_ctl", "-D", data, "-w", "-t", "60", ...words);
  const start = () => control("-l", join(folder, "log"), "start");
  const stop = (mode: "fast" | "immediate") => control("-m", mode, "stop");
  const pidFile = join(data, "postmaster.pid");
  start();
  return {
    place: { host: folder, database: "postgres", user: "kanbun" },
    start,
    stop,
    kill: () => killServer(readFileSync(pidFile, "utf8")),
    promote: () => control("promote"),
    set(...lines) {
      appendFileSync(join(data, "postgresql.auto.conf"), `${lines.join("\n")}\n`);
      control("reload");
    },
    end() {
      // It takes that away itself, where it is not killed.
      if (!existsSync(pidFile)) return rmSync(folder, { recursive: true, force: true });
      const note = readFileSync(pidFile, "utf8");
      if (isThere(pidOf(note))) stop("immediate");
      else removeSharedMemory(note);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param note what the server writes down of itself: its pid in the first line, its shared memory in the seventh */
function pidOf(note: string): number {
  return Number(note.split("\n", 1)[0]);
}

/** First the one that would start others anew. */
function killServer(note: string): void {
  const pid = pidOf(note);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
  for (const one of [pid, ...children]) if (isThere(one)) process.kill(one, "SIGKILL");
  while ([pid, ...children].some(isThere)) Bun.sleepSync(5);
}

function isThere(pid: number): boolean {
  try {
    // What is dead and was not yet asked for by its parent is gone all the same.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false; // there is no such process
  }
}

/** What a server that was killed leaves behind. */
function removeSharedMemory(note: string): void {
  const [, id] = note.split("\n")[6]?.trim().split(/\s+/) ?? [];
  if (id !== undefined) Bun.spawnSync(["ipcrm", "-m", id], { stderr: "ignore" });
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
