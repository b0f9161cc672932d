import { userInfo } from "node:os";
import { BoardError } from "../../board/error.ts";
import type { OwnRun } from "../../board/run.ts";
import { type Place, resolvePlace } from "./place.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Who types: a person, a program, or the worker of a run. */
export interface Actor {
  readonly name: string;
  readonly env: Environment;
}

/** Who was named, else KANBUN_ACTOR, else inside a worker its profile, else the login name. */
export async function resolveActor(given: { readonly as?: string }, env: Environment): Promise<Actor> {
  const named = given.as || env.KANBUN_ACTOR;
  if (named) return { name: named, env };
  if (isWorker(env) && env.KANBUN_PROFILE) return { name: `worker:${env.KANBUN_PROFILE}`, env };
  return { name: await readLoginName(env), env };
}

/**
 * The run in whose environment we are, if it is one of the board of `place`; else null. A worker that names another
 * home or board names another task, whatever its id.
 */
export function ownRunAt(place: Pick<Place, "home" | "board">, env: Environment): OwnRun | null {
  const run = readOwnRun(env);
  if (run === null) return null;
  const own = ownPlace(env);
  return own.home === place.home && own.board === place.board ? run : null;
}

/**
 * The run in whose environment we are, on whatever board; null for a person.
 * @throws {BoardError} usage when that environment was tampered with
 */
export function readOwnRun(env: Environment): OwnRun | null {
  if (!isWorker(env)) return null;
  const runId = Number(env.KANBUN_RUN);
  if (!Number.isSafeInteger(runId) || runId < 0)
    throw new BoardError("usage", `KANBUN_RUN is not the number of a run: ${env.KANBUN_RUN}`, {
      hint: "leave the worker's environment as its dispatcher set it",
    });
  return { taskId: env.KANBUN_TASK ?? "", runId, token: env.KANBUN_TOKEN ?? "" };
}

/** The board of the run in whose environment we are, whatever the options say. */
export function ownPlace(env: Environment): Place {
  return resolvePlace({}, env);
}

function isWorker(env: Environment): boolean {
  return Boolean(env.KANBUN_TASK && env.KANBUN_RUN && env.KANBUN_TOKEN);
}

async function readLoginName(env: Environment): Promise<string> {
  const { username, uid } = userInfo();
  // Bun takes the name from USER, which a timer or a container may not have set.
  if (username !== "unknown") return username;
  return env.LOGNAME || (await findUserName(uid)) || `user ${uid}`;
}

async function findUserName(uid: number): Promise<string | null> {
  try {
    const users = (await Bun.file("/etc/passwd").text()).split("\n").map((line) => line.split(":"));
    return users.find((fields) => fields[2] === String(uid))?.[0] ?? null;
  } catch {
    return null; // no such file, as on Windows: the number is the name
  }
}
