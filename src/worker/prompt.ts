/** What an agent is told: its context, and for one that must give a verdict how it is given. */
export function renderPrompt(context: string, completes: "on-exit" | "by-verdict"): string {
  if (completes === "on-exit") return context;
  return `${context}
## How to finish

Run exactly one of these when you are done; ending without one counts as a failure.

- \`kanbun complete --summary "what was done"\` (add \`--metadata '{…}'\` for facts that later tasks need)
- \`kanbun block "what you need to know or have" --kind needs_input\` when you cannot go on

Run \`kanbun heartbeat\` from time to time during long work.
`;
}
