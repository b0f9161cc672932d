import { endGroup } from "../../worker/tree/end-group.ts";
import { NotDelivered, type Sending } from "./letter.ts";

/**
 * Runs a command with the letter's body on standard input; exit code 0 is a delivery. `{text}`, `{task}`, `{board}` and
 * `{kind}` are replaced in its arguments, and stand in its environment.
 * @throws {NotDelivered}
 */
export async function runCommand(command: readonly string[], sending: Sending): Promise<void> {
  const { letter, signal, environment } = sending;
  const parts: Readonly<Record<string, string>> = {
    ...{ text: letter.text, task: letter.taskId, board: letter.board, kind: letter.kind },
  };
  const [program = "", ...args] = command;
  const filled = args.map((arg) =>
    arg.replaceAll(/\{(text|task|board|kind)\}/g, (_, name) => parts[name] ?? ""),
  );
  await runProgram([program, ...filled], {
    ...{ input: letter.body, signal, environment },
    added: {
      KANBUN_NOTICE_ID: letter.uid,
      ...Object.fromEntries(
        Object.entries(parts).map(([name, text]) => [`KANBUN_NOTICE_${name.toUpperCase()}`, text]),
      ),
    },
  });
}

/** @throws {NotDelivered} when it can't be started, ends with another code than 0, or the signal comes first */
export async function runProgram(
  command: readonly string[],
  how: Pick<Sending, "signal" | "environment"> & {
    readonly input: string;
    readonly added: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const { signal, input, added } = how;
  // The proof of a run is not for a program that only tells people.
  const { KANBUN_TOKEN: _, ...environment } = how.environment;
  let child: Bun.Subprocess;
  try {
    child = Bun.spawn([...command], {
      ...{ stdin: Buffer.from(input), stdout: "ignore", stderr: "ignore" },
      env: { ...environment, ...added },
      // A group of its own: what a shell has started must not stay when its time is over, at each try one more.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
  } catch (error) {
    throw new NotDelivered(
      `${command[0]} could not be started (${(error as { code?: string }).code ?? "error"})`,
    );
  }
  const end = () => endGroup(child.pid);
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  const code = await child.exited;
  signal.removeEventListener("abort", end);
  if (signal.aborted) throw new NotDelivered(`${command[0]} did not end in time`);
  if (code !== 0) throw new NotDelivered(`${command[0]} ended with exit code ${code}`);
}
