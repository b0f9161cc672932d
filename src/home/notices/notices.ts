import { BoardError } from "../../board/error.ts";
import type { Delivery } from "../../store/notice.ts";
import { type NotifyTarget, targetsOf } from "../../system/config/notify-config.ts";
import type { Home } from "../session/home.ts";
import { systemClock } from "../session/system-clock.ts";

/** How a target of kanbun.toml stands on a board. */
interface TargetState {
  readonly name: string;
  readonly by: NotifyTarget["way"]["by"];
  readonly on: NotifyTarget["on"];
  /** Whether it is told of this board. */
  readonly isOfBoard: boolean;
  /** Why it can't be used as it is configured. */
  readonly problem: string | null;
  readonly waiting: number;
  /** Given up, of those that are kept. */
  readonly failed: number;
  readonly lastDeliveredAtMs: number | null;
  /** Why the first that waits was not received. */
  readonly error: string | null;
  readonly nextTryAtMs: number | null;
}

export interface Notices {
  readonly targets: readonly TargetState[];
  /** The newest first. */
  readonly deliveries: readonly Omit<Delivery, "body">[];
}

/** So many of a target's deliveries are counted. */
const countedMax = 2_000;

/** Who is told of the board that is used, and what became of it. */
export async function listNotices(home: Home, limit: number): Promise<Notices> {
  await using session = await home.open("read");
  const { store, place } = session;
  const { notify } = await place.configAsFarAsItGoes();
  const here = new Set(targetsOf(notify, place.board).map(({ name }) => name));
  const targets: TargetState[] = [];
  for (const { name, way, on, fault } of notify.values()) {
    const all = await store.listDeliveries({ target: name, limit: countedMax });
    const waiting = all.filter(({ state }) => state === "waiting");
    const first = waiting.at(-1);
    targets.push({
      ...{ name, by: way.by, on, isOfBoard: here.has(name), problem: fault?.message ?? null },
      waiting: waiting.length,
      failed: all.filter(({ state }) => state === "failed").length,
      lastDeliveredAtMs: all.find(({ state }) => state === "delivered")?.deliveredAtMs ?? null,
      error: first?.error ?? null,
      nextTryAtMs: first?.nextTryAtMs ?? null,
    });
  }
  const deliveries = (await store.listDeliveries({ limit })).map(({ body: _, ...delivery }) => delivery);
  return { targets, deliveries };
}

export interface Tested {
  readonly target: string;
  /** null: it was received. */
  readonly error: string | null;
}

/** Sends a notice to one target, or to each, which says that it is a test. @throws {BoardError} not_found */
export async function testTargets(home: Home, name: string | undefined): Promise<readonly Tested[]> {
  const { notify } = await home.place.configAsFarAsItGoes();
  const targets = name === undefined ? [...notify.values()] : [requireTarget(notify, name)];
  const { send } = await import("../../dispatcher/notify/send.ts");
  return Promise.all(
    targets.map(async (target) => {
      if (target.fault !== null) return { target: target.name, error: target.fault.message };
      const letter = testLetter(home.place.board);
      const { signal } = new AbortController();
      const error = await send({ target, letter, signal, nowMs: systemClock.nowMs(), environment: home.env });
      return { target: target.name, error };
    }),
  );
}

/** What waits for a target, or was given up, is due at once; how many. @throws {BoardError} not_found */
export async function retryTarget(home: Home, name: string): Promise<number> {
  const { notify } = await home.place.configAsFarAsItGoes();
  requireTarget(notify, name);
  await using session = await home.open("write");
  return await session.store.retryDeliveries(name);
}

function requireTarget(notify: ReadonlyMap<string, NotifyTarget>, name: string): NotifyTarget {
  const target = notify.get(name);
  if (target !== undefined) return target;
  const names = [...notify.keys()];
  throw new BoardError("not_found", `there is no [notify.${name}] in kanbun.toml`, {
    hint: names.length === 0 ? "docs/telling.md shows how to write one" : `there are: ${names.join(", ")}`,
  });
}

function testLetter(board: string) {
  const uid = crypto.randomUUID();
  const text = "Kanbun can reach you: this is a test";
  const facts = { v: 1, id: uid, board, kind: "test", event: "test", text, at_ms: systemClock.nowMs() };
  return { uid, board, taskId: "", kind: "test", text, body: JSON.stringify(facts) };
}
