/** What a client is told when it connects. */
export const instructions = `Kanbun is a kanban board whose tasks are worked off by programs and agents, each in a process of its own.
Plan with task_create (a whole plan in one call, linked by refs and waits_for), follow with task_wait and board_status, read what workers wrote with run_log, and settle what needs you: a question (task_comment with answer), a review (task_move to approved or changes_requested), a failure (task_move to retried).
Nothing starts without a dispatcher: board_status says whether one is there; a person starts it with \`kanbun dispatch --watch\`.
The resource kanbun://guide says more.`;

/** What the agent of a run is told: this server has the tools of its own task alone. */
export const workerInstructions = `You are the worker of one task of a Kanbun board. task_show has the task with what came before; end with task_complete, or with task_ask where only a person can decide. Leave \`task\` out: it is your own.`;

/** The same, of a run that reviews. */
export const reviewerInstructions = `You are the reviewer of one task of a Kanbun board: its work was done by another and handed in. task_show has the task with what was done; end with task_review, or with task_ask where only a person can decide. Leave \`task\` out: it is your own.`;

/** The resource kanbun://guide. */
export const guide = `# A Kanbun board

A task has a title, a body (what its worker is told), an assignee (a profile of kanbun.toml: how a worker is started) and a status.

| status | what it means |
|---|---|
| triage | a person decides whether it is to be done |
| todo | it waits for other tasks |
| scheduled | put aside, until a time or until it is made ready |
| ready | the next free slot is its own |
| running | a worker is at it |
| blocked | it needs a person: a question, a failure, a decision |
| review | it is handed in, and to be looked at by its assignee |
| done, archived | over |

- A worker knows nothing but its task: write the body so that it is enough, with what counts as done.
- A task starts when all tasks that it waits for are done; their summaries are handed on to it.
- A command needs no agent: \`run\` in place of a body.
- What fails is tried again, as often as its profile says; then it is blocked, and \`task_show\` says why.
- \`task_wait\` lasts 50 seconds at most: call it again. A task that is \`stuck\` goes on only when somebody acts.
- Give \`key\` to a task that must not be made twice.
`;
