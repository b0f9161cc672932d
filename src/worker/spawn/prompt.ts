import { fillTemplate, readPromptTemplate } from "./prompt-template.ts";

/** What a prompt is made of. */
export interface PromptParts {
  readonly title: string;
  readonly body: string;
  /** The task with all that was said and tried before, as Markdown. */
  readonly context: string;
  readonly task: string;
  readonly run: string;
  readonly board: string;
  readonly workspace: string;
  readonly branch: string;
  readonly profile: string;
  readonly model: string;
  readonly skills: string;
  /** Where the body is as a file. */
  readonly body_file: string;
}

/** What a template may name beside `how_to_finish`. */
const partNames: Readonly<Record<keyof PromptParts, true>> = {
  ...{ title: true, body: true, context: true, task: true, run: true, board: true, workspace: true },
  ...{ branch: true, profile: true, model: true, skills: true, body_file: true },
};

/** Whether a profile's template can be used. @throws {SpawnError} why it can't */
export function checkPromptTemplate(home: string, name: string): void {
  const parts = Object.keys(partNames).map((part) => [part, ""]);
  fillTemplate(readPromptTemplate(home, name), { ...Object.fromEntries(parts), how_to_finish: "" });
}

export interface PromptRules {
  readonly completes: "on-exit" | "by-verdict";
  readonly isReview: boolean;
  /** A coding agent: it is told what its end means. Any other program that completes on exit has no use for that. */
  readonly isAgent: boolean;
  /** It has the tools of `kanbun mcp`. */
  readonly hasTools: boolean;
  /** The text of the profile's own template, and the file's name; null: the default. */
  readonly template: { readonly text: string; readonly name: string } | null;
}

/**
 * What an agent is told: its context, and how it says that it is done.
 * @throws {SpawnError} for a name in the template that is not known
 */
export function renderPrompt(parts: PromptParts, rules: PromptRules): string {
  const how = howToFinish(rules);
  if (rules.template !== null) return fillTemplate(rules.template, { ...parts, how_to_finish: how });
  return how === "" ? parts.context : `${parts.context}\n${how}`;
}

function howToFinish({ completes, isReview, isAgent, hasTools }: PromptRules): string {
  if (isReview) return hasTools ? `${reviewing}\n${reviewTools}` : reviewing;
  const how = completes === "by-verdict" ? finishing : isAgent ? ending : "";
  return hasTools && how !== "" ? `${how}\n${tools}` : how;
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
- \`kanbun rate-limited --retry-after 10m\` when your provider refuses more for now

Run \`kanbun heartbeat\` from time to time during long work.
`;

const ending = `## How to finish

When you end, the task is done, and your final message is its summary: say in it what was done and what later tasks need
to know. No one reads along or answers while you work. If it can't be done, run one of these instead, then end.

- \`kanbun ask "your question"\` (add \`--choice\` for each possible answer, or \`--yes-no\`) when a person must decide
- \`kanbun block "what you need"\` when you cannot continue
- \`kanbun request-review --summary "what was done"\` when someone should review it first
- \`kanbun rate-limited --retry-after 10m\` when a provider refuses more for now
`;

const tools = `The MCP server \`kanban\` has \`task_complete\` and \`task_ask\` for the same: use them where you can't run commands.
`;

const reviewTools = `The MCP server \`kanban\` has \`task_review\` for the same: use it where you can't run commands.
`;
