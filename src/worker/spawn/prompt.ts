/** What an agent is told: its context, and for one that must give a verdict how it is given. */
export function renderPrompt(
  context: string,
  { completes, isReview }: { readonly completes: "on-exit" | "by-verdict"; readonly isReview: boolean },
): string {
  if (isReview) return `${context}\n${reviewing}`;
  return completes === "on-exit" ? context : `${context}\n${finishing}`;
}

const reviewing = `## What to do

Review this: the work has been done and handed in, see the last attempt above. Do not do it again. Run exactly one of
these when you are done.

- \`kanbun approve --summary "why it is accepted"\`
- \`kanbun request-changes "what has to change"\`
`;

const finishing = `## How to finish

Run exactly one of these when you are done; ending without one counts as a failure.

- \`kanbun complete --summary "what was done"\` (add \`--metadata '{…}'\` for facts that later tasks need)
- \`kanbun request-review --summary "what was done"\` when someone should review it first
- \`kanbun ask "your question"\` (add \`--choice\` for each possible answer, or \`--yes-no\`) when a person must decide
- \`kanbun block "what you need"\` when you cannot continue

Run \`kanbun heartbeat\` from time to time during long work.
`;
