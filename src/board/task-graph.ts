/** Some tasks of a board, and which of them waits for which. */
export interface TaskGraph {
  readonly tasks: readonly GraphTask[];
  readonly links: readonly { readonly parentId: string; readonly childId: string }[];
  /** There are more than were asked for. */
  readonly isCut: boolean;
}

export interface GraphTask {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly assignee: string | null;
  readonly consecutiveFailures: number;
}

/** A line of a tree. */
export interface Branch {
  readonly task: GraphTask;
  /** How each level above goes on, from the top: true where another branch follows below. */
  readonly goesOn: readonly boolean[];
  /** It is shown further up, with what hangs below it. */
  readonly isRepeated: boolean;
}

/**
 * The tasks one below another, each with what hangs below it once: where it hangs below several, the others name it
 * alone. Another program may have linked a circle: that too ends there.
 */
export function layOutTree({ tasks, links }: TaskGraph, rootId: string | null): readonly Branch[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const known = links.filter(({ parentId, childId }) => byId.has(parentId) && byId.has(childId));
  const children = Map.groupBy(known, (link) => link.parentId);
  const hasParent = new Set(known.map((link) => link.childId));
  const branches: Branch[] = [];
  const seen = new Set<string>();
  const add = (id: string, goesOn: readonly boolean[]): void => {
    // Not by calls: a chain may have ten thousand links.
    const stack: { id: string; goesOn: readonly boolean[] }[] = [{ id, goesOn }];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const task = byId.get(at.id);
      if (task === undefined) continue;
      const below = children.get(at.id) ?? [];
      const isRepeated = seen.has(at.id) && below.length > 0;
      branches.push({ task, goesOn: at.goesOn, isRepeated });
      if (seen.has(at.id)) continue;
      seen.add(at.id);
      const level = at.goesOn;
      const next = below.map(({ childId }, index) => ({
        id: childId,
        goesOn: [...level, index < below.length - 1],
      }));
      stack.push(...next.reverse());
    }
  };
  if (rootId !== null) add(rootId, []);
  else {
    for (const { id } of tasks) if (!hasParent.has(id)) add(id, []);
    // What is left hangs in a circle.
    for (const { id } of tasks) if (!seen.has(id)) add(id, []);
  }
  return branches;
}
