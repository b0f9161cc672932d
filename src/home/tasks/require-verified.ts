import { BoardError } from "../../board/error.ts";
import { noHooks } from "../../system/config/profile-hooks.ts";
import { runHook } from "../../worker/hooks/run-hook.ts";
import type { Home } from "../session/home.ts";

/**
 * Lets a worker complete its own task only when its profile's `verify` passes; what that prints is on standard error. For anyone
 * else, and without a `verify`, it does nothing.
 * @throws {BoardError} conflict when it fails: the worker may go on, and try again
 */
export async function requireVerified(home: Home, taskId: string): Promise<void> {
  const { KANBUN_TASK, KANBUN_PROFILE = "", KANBUN_WORKSPACE, KANBUN_TOKEN } = home.env;
  if (!KANBUN_TOKEN || KANBUN_TASK !== taskId || KANBUN_WORKSPACE === undefined) return;
  const { profiles } = await home.place.configAsFarAsItGoes();
  const profile = profiles.get(KANBUN_PROFILE);
  if (profile?.verify == null) return;
  const { timeoutMs } = profile.hooks ?? noHooks;
  const { signal } = new AbortController();
  const { code, isTimedOut } = await runHook(profile.verify, {
    cwd: KANBUN_WORKSPACE,
    env: home.env,
    timeoutMs,
    signal,
  });
  if (code === 0 && !isTimedOut) return;
  const why = isTimedOut ? `it took longer than ${timeoutMs / 1_000} s` : `exit code ${code}`;
  throw new BoardError("conflict", `\`${profile.verify}\` failed (${why}): it is not done`, {
    hint: 'correct what is wrong and say `kanbun complete` again, or `kanbun block "why you cannot"`',
  });
}
