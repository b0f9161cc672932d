import type { BatchTask } from "../../store/task-batch.ts";

/** A goal that several profiles work at side by side. */
export interface Swarm {
  readonly goal: string;
  /** More about it, for all of them. */
  readonly body?: string | null;
  readonly workers: readonly SwarmWorker[];
  /** The profile that checks what the workers found. */
  readonly verifier: string;
  /** The profile that makes one answer of it. */
  readonly synthesizer: string;
  /** What all of its tasks have in common. */
  readonly fields?: Pick<
    BatchTask,
    "priority" | "tenant" | "workspaceKind" | "workspacePath" | "host" | "labels" | "maxRuntimeMs"
  >;
}

export interface SwarmWorker {
  readonly profile: string;
  /** Its part of the work; null: the whole goal, in its own way. */
  readonly part: string | null;
}

/**
 * The tasks of a swarm, for one batch: a root that is done from the beginning and holds what they share; the workers, side by
 * side; the verifier, which waits for all of them; the synthesizer, which waits for the verifier, and is given what the
 * workers handed over.
 */
export function swarmTasks({ goal, body, workers, verifier, synthesizer, fields = {} }: Swarm): BatchTask[] {
  const about = [`Goal: ${goal}`, ...(body ? [body] : [])].join("\n\n");
  const notes =
    "Notes for the others: comment on the first task that this one waits for (`kanbun comment <task> <text>`).";
  const all = workers.map((_, at) => at + 1);
  const verifierAt = workers.length + 1;
  return [
    { ...fields, title: `Swarm: ${goal}`, body: about, isDone: true },
    ...workers.map(({ profile, part }) => ({
      ...fields,
      title: part ?? `${profile}: ${goal}`,
      body: [about, part === null ? "Work at it in your own way." : `Your part: ${part}`, notes].join("\n\n"),
      assignee: profile,
      earlierParents: [0],
    })),
    {
      ...fields,
      title: `Verify: ${goal}`,
      body: [
        about,
        "Check what the workers handed over, which this task waited for. Complete it when their results hold; say in the summary what holds and what does not. Block it where a person has to decide.",
        notes,
      ].join("\n\n"),
      assignee: verifier,
      earlierParents: [0, ...all],
    },
    {
      ...fields,
      title: `Synthesize: ${goal}`,
      body: [about, "Make one answer of what the workers handed over, as the verifier has judged it."].join(
        "\n\n",
      ),
      assignee: synthesizer,
      earlierParents: [0, ...all, verifierAt],
    },
  ];
}
