import { renderContext } from "../../board/context.ts";
import { partCharsMax } from "../../board/cut-text.ts";
import { BoardError } from "../../board/error.ts";
import { isWithReviewer } from "../../board/task.ts";
import { SpawnError } from "../../worker/spawn/spawn-error.ts";
import { renderProfilePrompt } from "../../worker/spawn/worker-inputs.ts";
import type { Home } from "../session/home.ts";
import type { Session } from "../session/session.ts";

/** What a worker of a task is told, as of now. */
export interface PromptPreview {
  readonly taskId: string;
  /** The task with all that was said and tried before. */
  readonly context: string;
  /** The whole prompt: the context, and how to finish; or what the template of the profile makes of it. */
  readonly prompt: string;
  /** null: its assignee is no profile that is configured, and the prompt is the context. */
  readonly profile: string | null;
}

/**
 * The prompt of a task's next worker, inside a worker its own. What only a run has, such as a folder that is not made yet, is
 * named in angle brackets.
 * @throws {BoardError} usage for a template that can't be used
 */
export async function previewPrompt(home: Home, session: Session, id: string): Promise<PromptPreview> {
  const dossier = await session.store.requireDossier(id, { charsMax: partCharsMax });
  const { task } = dossier;
  const config = await home.place.configAsFarAsItGoes();
  const profile = config.profiles.get(task.assignee ?? "") ?? null;
  const isWhole = profile?.stdin === "prompt";
  const context = renderContext(dossier, Date.now(), isWhole ? "whole" : `kanbun show ${id} --json`);
  if (profile === null) return { taskId: id, context, prompt: context, profile: null };
  const isOwn = home.env.KANBUN_TASK === id;
  const parts = {
    title: task.title,
    body: task.body ?? "",
    context,
    task: id,
    run: (isOwn ? home.env.KANBUN_RUN : undefined) ?? "<run>",
    board: home.place.board,
    workspace: (isOwn ? home.env.KANBUN_WORKSPACE : undefined) ?? task.workspacePath ?? "<workspace>",
    branch: task.branchName ?? (task.workspaceKind === "worktree" ? `wt/${id}` : ""),
    profile: profile.name,
    model: task.modelOverride ?? profile.model ?? "",
    skills: task.skills.join(","),
    body_file: "<body file>",
  };
  const isReview = task.status === "review" || (isOwn && isWithReviewer(task));
  try {
    const prompt = renderProfilePrompt(parts, { profile, isReview, home: home.place.home });
    return { taskId: id, context, prompt, profile: profile.name };
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    throw new BoardError("usage", error.message, {
      hint: `correct it, or the \`prompt\` of the profile ${profile.name}`,
    });
  }
}
