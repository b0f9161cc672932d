import type { LiveRun } from "./claim.ts";
import type { RunOutcome } from "./run.ts";
import type { Sighting, SupervisionRules } from "./sighting.ts";

/** How a run ended, before it is known what that means for its task. */
export interface RunEnding {
  readonly outcome: RunOutcome;
  /** What to show: the exit code or signal, and the log's last lines. Never read by a rule. */
  readonly error: string | null;
  readonly exitCode: number | null;
  /** Exit 0 of a profile that completes by verdict, without a verdict. */
  readonly protocolViolation: boolean;
  /** What a rate-limited worker asked for. */
  readonly retryAfterMs: number | null;
  /** What was done, in the worker's own last words; null or absent: it said nothing. */
  readonly summary?: string | null;
  /** What is known about another try; absent: nothing. */
  readonly again?: NextTry;
}

/**
 * `never`: it can't help, as where there is no such command, folder or repository. `later`: the machine is short of
 * something, or the home can't be written. `now`: a person wants it.
 */
export type NextTry = "never" | "later" | "now";

/** By what its shim wrote down. */
export function exitEnding(run: LiveRun, seen: Sighting, rules: SupervisionRules): RunEnding {
  const exit = seen.exit ?? { code: 1, note: null };
  if (exit.note === "cwd" || exit.note === "worktree")
    return {
      ...plain("spawn_failed", seen.logTail || `could not prepare the ${exit.note}`),
      exitCode: exit.code,
      // 1 from a shim that could say no more: another try may help.
      ...(exit.code > 1 || exit.note === "cwd" ? { again: "never" } : {}),
    };
  if (exit.note === "lease")
    return interrupted("its machine could not renew its lease in time: what it had started was killed");
  if (exit.note === "fork")
    return interrupted(
      withLastWords("its machine had no room for another process: it was not started", seen),
    );
  const report = seen.report ?? null;
  if (report?.isRateLimited === true && report.error !== null)
    return {
      ...plain("rate_limited", report.error),
      exitCode: exit.code,
      retryAfterMs: report.retryAfterMs,
    };
  // An agent that ends in order may have failed all the same, and says so.
  if (exit.code === 0 && report?.error != null)
    return { ...plain("crashed", `the agent ended in order, but ${report.error}`), exitCode: 0 };
  if (exit.code === 0 && rules.completes !== "by-verdict")
    return { ...plain("completed", null), exitCode: 0, summary: report?.text ?? silence(rules) };
  if (exit.code === 0)
    return {
      ...plain("crashed", "the worker ended without a verdict (its profile completes by verdict)"),
      exitCode: 0,
      protocolViolation: true,
    };
  if (exit.code === exitRateLimited) return { ...plain("rate_limited", null), exitCode: exit.code };
  // Told to end while its dispatcher is gone as well: the service was torn down around it.
  if (exit.note === "signalled" && seen.dispatcher === "dead" && (run.stop?.reason ?? "leave") === "leave")
    return { ...interrupted("its dispatcher's service was stopped"), exitCode: exit.code };
  const known = rules.exitCodes?.[exit.code];
  const what = known === undefined ? describeExit(exit.code) : `${describeExit(exit.code)}: ${known.meaning}`;
  const ending =
    report?.error == null
      ? crashed(exit.code, what, seen)
      : { ...plain("crashed", `${what}: ${report.error}`), exitCode: exit.code };
  return known?.again === undefined ? ending : { ...ending, again: known.again };
}

/** Nothing is known that speaks against its exit code; but who reads of it must not take it for a message. */
function silence({ tellsEnd }: SupervisionRules): string | null {
  return tellsEnd === true
    ? "(no final message that is known: the agent ended with exit code 0, see its log)"
    : null;
}

/** EX_TEMPFAIL of sysexits.h: come back later. */
const exitRateLimited = 75;

/** Of a run that was told to stop, when its last process is gone. */
export function stoppedEnding(run: LiveRun, seen: Sighting, rules: SupervisionRules): RunEnding {
  const reason = run.stop?.reason ?? "leave";
  const code = seen.exit?.code ?? null;
  switch (reason) {
    case "timed_out":
      return {
        ...plain("timed_out", withLastWords(`ran longer than ${(run.maxRuntimeMs ?? 0) / 1000} s`, seen)),
        exitCode: code,
      };
    case "stale": {
      const silence = rules.stallAfterMs == null ? "no heartbeat" : "no output, or no heartbeat,";
      return {
        ...plain("stale", withLastWords(`${silence} for longer than the profile allows`, seen)),
        exitCode: code,
      };
    }
    case "reclaimed":
      return { ...plain("reclaimed", null), exitCode: code, again: "now" };
    case "leave":
      // Stopped for no fault of its own: only what it brought to its end all the same counts.
      if (seen.start === "given_up" && code !== 0)
        return interrupted("it had not started, or its run folder is gone: what was there of it was stopped");
      if (seen.exit) return exitEnding(run, seen, rules);
      return crashed(
        null,
        `how it ended is not known (${seen.flaw ?? "its shim was killed"}); what was left was stopped`,
        seen,
      );
  }
}

/** In words: `exit code 3`, or the signal that a shell reports as 128 and its number. */
export function describeExit(code: number): string {
  const signal = code > 128 ? signalNames[code - 128] : undefined;
  return signal ? `ended by ${signal} (exit code ${code})` : `exit code ${code}`;
}

const signalNames: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  6: "SIGABRT",
  8: "SIGFPE",
  9: "SIGKILL",
  11: "SIGSEGV",
  13: "SIGPIPE",
  14: "SIGALRM",
  15: "SIGTERM",
};

export function plain(outcome: RunEnding["outcome"], error: string | null): RunEnding {
  return { outcome, error, exitCode: null, protocolViolation: false, retryAfterMs: null };
}

export function interrupted(why: string): RunEnding {
  return plain("interrupted", why);
}

export function crashed(exitCode: number | null, what: string, seen: Sighting): RunEnding {
  return { ...plain("crashed", withLastWords(what, seen)), exitCode };
}

/** With the end of the log; of an agent that talks in events with what it said last, for the next one reads this. */
function withLastWords(what: string, { logTail, report }: Sighting): string {
  if (report == null) return logTail === "" ? what : `${what}\n${logTail}`;
  const isProse = (line: string) => line.startsWith("[kanbun] ") || !/^[^ ]*["{}[\]]/.test(line);
  const prose = logTail.split("\n").filter((line) => line !== "" && isProse(line));
  const last = report.error ?? report.text;
  const said = last === null ? [] : [`it last said: ${last}`];
  return [what, ...prose, ...said].join("\n");
}
