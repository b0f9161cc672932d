import { join, resolve } from "node:path";
import type { Task } from "../../src/board/task.ts";
import { systemClock } from "../../src/home/session/system-clock.ts";
import { openBoard } from "../../src/store/sqlite/open.ts";
import type { BoardStore } from "../../src/store/store.ts";

import { boardPaths } from "../../src/system/home/board-paths.ts";
import { askAnswerer } from "../support/answering/answerers.ts";
import { builtCommand, builtProgram } from "../support/built-program.ts";

import { makeTestHome } from "../support/home.ts";
import { withPosixShell } from "../support/posix-shell.ts";
import { shortLived } from "../support/short-lived.ts";

/** The command line as the package has it: the file that Bun is given. */
export const mainPath = builtProgram();

/** For what says how this Kanbun is typed: `kanbun`, where an executable that is not on the PATH is typed by its path. */
export const packageCommand: readonly string[] = [process.execPath, mainPath];

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program sees that calls Kanbun with --json: exactly one document. */
export interface Answer {
  readonly code: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into documents whose shape is what it tests.
  readonly data: any;
  readonly error: { readonly kind: string; readonly message: string; readonly hint: string | null } | null;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
}

/** The real command line on a home of its own, in processes with a clean environment. */
export class CommandLine {
  readonly home: string;
  readonly #command: readonly string[];
  readonly #isShared: boolean;

  /** @param command how the command line is started; else it is the installed one, and most commands share a process */
  constructor(home = join(makeTestHome(), "home"), command?: readonly string[]) {
    this.home = home;
    this.#command = command ?? builtCommand();
    this.#isShared = command === undefined;
  }

  /** A home with its default board. */
  static async init(config?: string): Promise<CommandLine> {
    const kanbun = new CommandLine();
    if (config !== undefined || process.platform === "win32")
      await Bun.write(join(kanbun.home, "kanbun.toml"), withPosixShell(config ?? ""));
    await kanbun.ok("init");
    return kanbun;
  }

  /** In a process of its own. */
  spawn(args: readonly string[], { env = {}, stdin }: RunOptions = {}) {
    return Bun.spawn([...this.#command, ...args], {
      ...this.#place({ ...shortLived, ...env }),
      stdin: stdin === undefined ? "ignore" : Buffer.from(stdin),
      stdout: "pipe",
      stderr: "pipe",
    });
  }

  /** In a process that it shares with others, where that makes no difference to what it does. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    if (this.#isShared && options.stdin === undefined) {
      const answer = await askAnswerer({ args, ...this.#place(options.env) });
      if (answer !== null) return answer;
    }
    return this.runAlone(args, options);
  }

  /** In a process of its own, for what only a process has: its start, its end, its standard input. */
  async runAlone(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const child = this.spawn(args, options);
    const [stdout, stderr, code] = await Promise.all([
      child.stdout.text(),
      child.stderr.text(),
      child.exited,
    ]);
    return { code, stdout: this.#named(stdout), stderr: this.#named(stderr) };
  }

  /** An executable that is not on the PATH says its path where the package, and a shared process, say `kanbun`. */
  #named(text: string): string {
    const [program = ""] = this.#command;
    return this.#isShared && program !== process.execPath ? text.replaceAll(program, "kanbun") : text;
  }

  #place(env: RunOptions["env"]) {
    const cwd = resolve(this.home, "..");
    return { cwd, env: { PATH: process.env.PATH ?? "", HOME: cwd, KANBUN_HOME: this.home, ...env } };
  }

  /** Standard output of a command that must succeed. */
  async ok(...args: readonly string[]): Promise<string> {
    const ran = await this.run(args);
    if (ran.code !== 0) throw new Error(`kanbun ${args.join(" ")}: ${ran.code}\n${ran.stderr}${ran.stdout}`);
    return ran.stdout;
  }

  /** The one document of a command with --json; anything else on stdout is an error. */
  async json(args: readonly string[], options: RunOptions = {}): Promise<Answer> {
    const { code, stdout } = await this.run([...args, "--json"], options);
    return { code, ...readDocument(stdout) };
  }

  /** Makes a task; its id. */
  async create(...args: readonly string[]): Promise<string> {
    return (await this.ok("create", ...args)).trim();
  }

  /** The board itself, for what a test needs to know without a process for each step. */
  open(mode: "read" | "write" = "read", slug = "default"): Promise<BoardStore> {
    const { database, initLock } = boardPaths(this.home, slug);
    return openBoard({ path: database, initLockPath: initLock, clock: systemClock, mode });
  }

  /** Makes a task without a process; its id. */
  async make(title: string): Promise<string> {
    await using store = await this.open("write");
    return (await store.createTask({ title }, { actor: "tester" })).task.id;
  }

  async task(id: string): Promise<Task> {
    await using store = await this.open();
    return store.requireTask(id);
  }
}

/** @throws {Error} when `text` is not one document of the version that is promised, on one line. */
function readDocument(text: string): Omit<Answer, "code"> {
  if (!text.endsWith("\n") || text.indexOf("\n") !== text.length - 1)
    throw new Error(`not one line: ${text}`);
  const document = JSON.parse(text);
  if (document.v !== 1) throw new Error(`not version 1: ${text}`);
  if (document.ok === true && "data" in document) return { data: document.data, error: null };
  if (document.ok === false && document.error.kind && document.error.message)
    return { data: null, error: document.error };
  throw new Error(`neither data nor error: ${text}`);
}

/** Does `work` for all items, a few at a time: a test that starts many processes should use the machine. */
export async function forAll<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const queue = items.values();
  const takeTurns = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: 3 }, takeTurns));
}
