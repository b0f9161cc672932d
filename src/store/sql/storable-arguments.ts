import { requireStorable } from "../../board/storable-text.ts";
import type { BoardStore } from "../store.ts";

/** Methods that keep texts of whoever calls them, and what each text is called that is given as it is. */
const fields = {
  createTask: ["task"],
  editTask: ["id", "field"],
  assignTask: ["id", "assignee"],
  addComment: ["id", "comment"],
  attachFiles: ["id", "file name"],
  detachFile: [],
  completeTask: ["id"],
  blockTask: ["id"],
  unblockTask: ["id"],
  promoteTask: ["id"],
  scheduleTask: ["id"],
  archiveTask: ["id"],
  cancelTask: ["id", "reason"],
  retryTask: ["id"],
  restoreTask: ["id"],
  deleteTask: ["id"],
  reclaimTask: ["id", "reason"],
  claimTask: ["id"],
  heartbeat: ["id"],
  askQuestion: ["id"],
  answerQuestion: ["id", "answer"],
  requestReview: ["id"],
  approveTask: ["id"],
  requestChanges: ["id", "comment"],
  linkTasks: [],
  unlinkTasks: [],
  pause: [],
  rateLimitTask: ["id"],
  addRepeat: ["repeat"],
  runRepeat: [],
} as const satisfies Partial<Record<keyof BoardStore, readonly string[]>>;

type Method = (...given: readonly unknown[]) => Promise<unknown>;

/** The same methods, but what none of them may keep is refused before anything else is looked at. */
export function withStorableArguments<Methods extends Pick<BoardStore, keyof typeof fields>>(
  methods: Methods,
): Methods {
  const guarded = Object.entries(fields).map(([name, names]) => {
    const method = methods[name as keyof typeof fields] as Method;
    return [
      name,
      async (...given: readonly unknown[]) => {
        for (const [at, value] of given.entries()) requireStorable(value, names[at]);
        return method(...given);
      },
    ];
  });
  return { ...methods, ...Object.fromEntries(guarded) };
}
