import type { CommandAnswer } from "../support/answering/exchange.ts";
import type { Invocation } from "./invocation.ts";

/** Of a command that prints what a worker wrote, or is to read, as it is: a terminal is not its reader. */
const verbatim = ["log", "context"];
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const raw = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const stack = /\n\s+at .+[(\s].*\.ts:\d+/;

/** What is wrong with an answer, in words; empty when it is an error of ours, or a success. */
export function judge({ args }: Pick<Invocation, "args">, answer: CommandAnswer | null): string[] {
  if (answer === null) return ["it died, or never answered"];
  const { code, stdout, stderr } = answer;
  const all = stdout + stderr;
  return [
    [0, 1, 2, 3, 4].includes(code) ? null : `exit code ${code}`,
    stack.test(all) ? "a stack trace" : null,
    all.includes("unexpected: ") && all.includes("bug in Kanbun") ? "an error that nobody foresaw" : null,
    raw.test(all) && !args.some((word) => verbatim.includes(word)) ? "raw control characters" : null,
    code === 0 || explains({ code, stdout, stderr }) || tellsOfFailures(args, answer)
      ? null
      : "an error without kind, message or hint",
  ].filter((finding) => finding !== null);
}

interface Told {
  readonly ok: boolean;
  readonly error: { readonly kind?: unknown; readonly message?: unknown; readonly hint?: unknown };
}

function explainsItself(error: Told["error"]): boolean {
  return typeof error.kind === "string" && error.message !== "" && "hint" in error;
}

/** A tick in which something failed, or nothing may start, says so in its report, and by its exit code. */
function tellsOfFailures(args: readonly string[], { code, stdout }: CommandAnswer): boolean {
  const told = /^ {2}(failed|held) |"(crashed|timed_out|spawn_failed|gave_up|held|findings)":\[\{/m;
  return args.includes("dispatch") && code === 1 && told.test(stdout);
}

/** For people on stderr; for programs one document, also where it is told that the home is not well. */
function explains({ stdout, stderr }: CommandAnswer): boolean {
  // Of several boards each is told of under its own name.
  if (/^kanbun: \S/.test(stderr) || /^[a-z0-9][\w-]*: \S.*\n {2}hint: /m.test(stdout + stderr)) return true;
  try {
    const { v, ok, data, error } = JSON.parse(stdout);
    // Of several tasks each has its own error.
    if (v === 1 && ok === true && data.failed > 0)
      return data.results.every((one: Told) => one.ok || explainsItself(one.error));
    return v === 1 && ok === false && explainsItself(error);
  } catch {
    return false;
  }
}
