import type { Refusal, RepeatWrite } from "../../store/tick.ts";
import type { Config } from "../../system/config/config.ts";
import { slotsLockPath } from "../tick/home-slots.ts";
import type { UnreadBoard } from "../tick/other-boards.ts";
import type { Finding } from "./finding.ts";

/** What keeps this board and all others from starting anything. */
export function describeSlotsHolder(holder: string, home: string): Finding {
  return {
    about: "slots",
    taskId: null,
    runId: null,
    path: slotsLockPath(home),
    detail: `${holder} holds the slots of the home and is stuck: no board starts anything`,
    hint: `see what is wrong with it with \`kanbun doctor\``,
  };
}

/** Another board that can't be read, and what that means for this one. */
export function describeUnread({ slug, error }: UnreadBoard): Finding {
  return {
    about: "other_board",
    taskId: null,
    runId: null,
    path: null,
    detail: `the board ${slug} cannot be read, and counts as one running worker: ${error.message}`,
    hint: `see what is wrong with it with \`kanbun doctor --board ${slug}\``,
  };
}

/** A store that could not be told that this host is there: others may take it for silent. */
export function describeStoreTrouble(store: string, problem: string): Finding {
  return {
    about: "home",
    taskId: null,
    runId: null,
    path: null,
    detail: `the store ${store} could not be told that this host is there: ${problem}`,
    hint: "see what is wrong with it with `kanbun doctor`",
  };
}

/** The repeats that make no task any more, until a person has corrected them. */
export function describeRepeats(repeats: readonly RepeatWrite[]): readonly Finding[] {
  return repeats
    .filter(({ problem }) => problem !== null)
    .map(({ repeatId, title, problem }) => ({
      about: "repeat",
      taskId: null,
      runId: null,
      path: null,
      detail: `the repeating task ${repeatId} ${JSON.stringify(title)} has stopped making tasks: ${problem}`,
      hint: `\`kanbun cron resume ${repeatId}\` when that is corrected, or \`kanbun cron rm ${repeatId}\``,
    }));
}

/** So many are named of those that the tables refuse for the same reason. */
const refusedNamedMax = 3;

/** What the tables refused while all else went on. */
export function describeRefusals(refused: readonly Refusal[]): readonly Finding[] {
  return [...Map.groupBy(refused, ({ problem }) => problem)].map(([problem, of]) => {
    const [first] = of;
    const isOne = of.length === 1 && first !== undefined;
    const named = of.slice(0, refusedNamedMax).map(({ what }) => what);
    const more = of.length > refusedNamedMax ? ` and ${of.length - refusedNamedMax} more` : "";
    return {
      about: "board",
      taskId: isOne ? first.taskId : null,
      runId: isOne ? first.runId : null,
      path: null,
      detail: `what was to be written of ${named.join(", ")}${more} was refused: ${problem}`,
      hint: "`kanbun doctor` says what another program changed",
    };
  });
}

/** What is wrong with the configuration, and what does not start for it. */
export function describeConfig({ path, fault, profiles, notify }: Config): readonly Finding[] {
  const find = (detail: string): Finding => ({
    about: "configuration",
    taskId: null,
    runId: null,
    path,
    detail,
    hint: "correct it: the next tick reads it again",
  });
  if (fault !== null) return [find(`nothing is started: ${fault.message}`)];
  return [
    ...[...profiles.values()].flatMap((profile) =>
      profile.fault === null
        ? []
        : [find(`no task of the profile ${profile.name} is started: ${profile.fault.message}`)],
    ),
    ...[...notify.values()].flatMap((target) =>
      target.fault === null ? [] : [find(`${target.name} is not told of anything: ${target.fault.message}`)],
    ),
  ];
}

/** What went wrong after a tick had done something: it is told with what was done. */
export function describeFault(what: string, error: unknown, path: string): Finding {
  return {
    about: "board",
    taskId: null,
    runId: null,
    path,
    detail: `${what}: ${error instanceof Error ? error.message : String(error)}`,
    hint: "the next tick reads the run folders instead; `kanbun doctor` says what is wrong with the board",
  };
}

/** The home, or what the machine lacks just now, keeps every worker from starting. */
export function describeNoStart(reason: string): Finding {
  return {
    about: "home",
    taskId: null,
    runId: null,
    path: null,
    detail: `no worker can be started: ${reason}`,
    hint: "`kanbun doctor` says what is wrong with the home",
  };
}
