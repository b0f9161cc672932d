import type { BoardStore, By } from "../../store/store.ts";
import type { CliContext } from "../input/command.ts";
import { answerEach } from "./answer-each.ts";
import { visibleLine } from "./visible.ts";

/** Changes what some tasks wait for, and answers with each of them. @param says between child and parent */
export async function answerLinks(
  cli: CliContext,
  {
    parent,
    children,
    says,
  }: { readonly parent: string; readonly children: readonly string[]; readonly says: string },
  change: (store: BoardStore, link: { parentId: string; childId: string }, by: By) => Promise<void>,
): Promise<void> {
  await answerEach(
    cli,
    { names: children },
    async (session, childId) => {
      const parentId = await session.taskId(parent);
      await change(session.store, { parentId, childId }, session.by(childId));
      return { parentId, childId, task: await session.store.requireTask(childId) };
    },
    {
      text: ({ parentId, childId, task }) =>
        `${visibleLine(`${childId} ${says} ${parentId} (${task.status})`)}\n`,
      document: (linked) => linked,
    },
  );
}
