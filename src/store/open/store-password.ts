import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { ConfigError } from "../../system/config/config-error.ts";
import type { PasswordSource, StoreConfig } from "../../system/config/store-config.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import { shellWord } from "../../system/text/shell-word.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const bytesMax = 64 * 1024;
/** A program that asks a person may take its time. */
const patienceMs = 60_000;
const withoutLineEnd = /\r?\n$/;

/**
 * The password of a store, read anew at each call and kept nowhere. A command's standard error
 * is the caller's, its standard input is empty.
 * @throws {ConfigError} that names the key and never says what was read: no such file, one that others can read, a variable that
 *   is not set, a command that failed, said nothing or took longer than a minute
 */
export async function readStorePassword(
  store: Pick<StoreConfig, "name" | "file">,
  password: PasswordSource,
  environment: Environment,
): Promise<string> {
  const refuse = (key: string, expected: string, found: string) =>
    new ConfigError([{ file: store.file, line: null, key: `stores.${store.name}.${key}`, expected, found }]);
  if ("env" in password) {
    const text = environment[password.env] ?? "";
    if (text !== "") return text;
    const found = environment.KANBUN_TOKEN
      ? "nothing in it, as in every worker; one that a dispatcher which stays has started (`kanbun dispatch --watch`) needs none"
      : "nothing in it";
    throw refuse("password_env", `the password in the variable ${password.env}`, found);
  }
  if ("file" in password) {
    const { file } = password;
    return readPasswordFile(file, (expected, found) => refuse("password_file", expected, found));
  }
  return await runPasswordCommand(password.command, environment, (found) =>
    refuse("password_command", "a program that prints the password", found),
  );
}

function readPasswordFile(path: string, refuse: (expected: string, found: string) => ConfigError): string {
  let handle: number;
  try {
    // Opening a pipe would wait for ever.
    if (!statSync(path).isFile()) throw refuse(`a file at ${path}`, "something else");
    handle = openSync(path, "r");
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw refuse(`a file at ${path} that can be read`, systemErrorCode(error) ?? "none");
  }
  try {
    // Of what was opened, not of what has that name by now.
    const { mode, uid } = fstatSync(handle);
    const isOurs = [0, process.getuid?.()].includes(uid);
    if (process.platform !== "win32" && ((mode & 0o077) !== 0 || !isOurs))
      throw refuse(
        `a file that only you can read (chmod 600 ${shellWord(path)})`,
        isOurs
          ? `one with mode ${(mode & 0o7777).toString(8).padStart(4, "0")}`
          : `one that belongs to user ${uid}`,
      );
    const bytes = Buffer.alloc(bytesMax);
    const text = bytes.toString("utf8", 0, readSync(handle, bytes)).replace(withoutLineEnd, "");
    if (text === "") throw refuse(`the password in ${path}`, "an empty file");
    return text;
  } finally {
    closeSync(handle);
  }
}

async function runPasswordCommand(
  command: readonly string[],
  environment: Environment,
  refuse: (found: string) => ConfigError,
): Promise<string> {
  let program: Bun.Subprocess<"ignore", "pipe", "inherit">;
  try {
    program = Bun.spawn([...command], {
      env: { ...environment },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
      timeout: patienceMs,
      killSignal: "SIGKILL",
      maxBuffer: bytesMax,
    });
  } catch (error) {
    throw refuse(`one that can't be started (${systemErrorCode(error) ?? "error"})`);
  }
  const [text, exitCode] = await Promise.all([program.stdout.text(), program.exited]);
  if (program.signalCode !== null) throw refuse(`one that was ended by ${program.signalCode}`);
  if (exitCode !== 0) throw refuse(`one that ended with exit code ${exitCode}`);
  const [first = ""] = text.split(/\r?\n/);
  if (first === "") throw refuse("one that printed nothing");
  return first;
}
