import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** A worker's life, as it wrote it down itself, by the time since boot; milliseconds. */
export interface Life {
  readonly task: string;
  readonly run: number;
  readonly host: string;
  readonly firstMs: number;
  readonly lastMs: number;
  /** It came to its end. */
  readonly isDone: boolean;
}

/**
 * What a worker does: it writes the time, again and again, into a file of its own; then that it is done. A server that
 * has forgotten gives numbers of runs once more, so that its pid is in the name too. It waits without starting a program:
 * thirty workers that start twenty a second each keep two cores from everything else.
 */
export function workerScript(folder: string, times: number): string {
  return `exec bash -c '
f=${folder}/$KANBUN_TASK.$KANBUN_RUN.$$; h=\${KANBUN_HOME##*/}; n=0; exec {never}<> <(:)
while [ $n -lt ${times} ]; do read -r up rest </proc/uptime; echo "$up $h" >>$f; read -r -t 0.05 -u $never; n=$((n+1)); done
read -r up rest </proc/uptime; echo "$up $h done" >>$f'`;
}

/** @param writtenWithinMs only of those that wrote at most so long ago; else of all */
export function readLives(folder: string, writtenWithinMs = Number.POSITIVE_INFINITY): readonly Life[] {
  const sinceMs = Date.now() - writtenWithinMs;
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).mtimeMs < sinceMs) return [];
    const [task = "", run = ""] = name.split(".");
    const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
    const [first, last] = [lines[0]?.split(" "), lines.at(-1)?.split(" ")];
    if (first === undefined || last === undefined) return [];
    const [firstMs, lastMs] = [Number(first[0]) * 1_000, Number(last[0]) * 1_000];
    return [{ task, run: Number(run), host: first[1] ?? "", firstMs, lastMs, isDone: last[2] === "done" }];
  });
}

/** Pairs of workers of one task that were alive at once. */
export function findOverlaps(
  lives: readonly Life[],
): readonly { readonly one: Life; readonly other: Life }[] {
  return [...Map.groupBy(lives, ({ task }) => task).values()].flatMap((ofTask) => {
    const inOrder = ofTask.toSorted((a, b) => a.firstMs - b.firstMs);
    return inOrder.flatMap((one, at) =>
      inOrder
        .slice(at + 1)
        .filter((other) => other.firstMs <= one.lastMs)
        .map((other) => ({ one, other })),
    );
  });
}

/** Of those, the ones whose first was frozen when the other began; and for how long it wrote when it was thawed, in milliseconds. */
export function lateWords<Pair extends { readonly one: Life; readonly other: Life }>(
  overlaps: readonly Pair[],
  faults: readonly {
    readonly kind: string;
    readonly host: string | null;
    readonly atMs: number;
    readonly untilMs: number;
  }[],
): ReadonlyMap<Pair, number> {
  const late = new Map<Pair, number>();
  for (const pair of overlaps) {
    const { one, other } = pair;
    const frozen = faults.find(
      ({ kind, host, atMs, untilMs }) =>
        kind === "frozen" &&
        host === one.host &&
        one.firstMs <= atMs &&
        other.firstMs > atMs &&
        other.firstMs < untilMs,
    );
    if (frozen !== undefined) late.set(pair, one.lastMs - frozen.untilMs);
  }
  return late;
}

/** Pairs of workers of one task: one at work when the server failed over, and the first that began behind it. */
export function forgottenOnes(
  lives: readonly Life[],
  faults: readonly { readonly kind: string; readonly atMs: number }[],
): readonly { readonly one: Life; readonly other: Life }[] {
  return faults
    .filter(({ kind }) => kind === "failed over")
    .flatMap(({ atMs }) =>
      lives
        .filter(({ firstMs, lastMs }) => firstMs <= atMs && lastMs >= atMs)
        .flatMap((one) => {
          const [other] = lives
            .filter(({ task, firstMs }) => task === one.task && firstMs > atMs)
            .toSorted((a, b) => a.firstMs - b.firstMs);
          return other === undefined ? [] : [{ one, other }];
        }),
    );
}

export function overlapMs({ one, other }: { readonly one: Life; readonly other: Life }): number {
  return Math.min(one.lastMs, other.lastMs) - other.firstMs;
}

/** How long after something befell the server, at `atMs`, the first worker began behind its end. */
export function wentOnAfter(
  lives: readonly Life[],
  { atMs, untilMs }: { readonly atMs: number; readonly untilMs: number },
): readonly number[] {
  const begun = lives.map(({ firstMs }) => firstMs).filter((firstMs) => firstMs > untilMs);
  return begun.length === 0 ? [] : [Math.min(...begun) - atMs];
}

/** How long after `atMs` what was at work on that host then began again anywhere. */
export function gapsAfter(lives: readonly Life[], host: string, atMs: number): readonly number[] {
  return lives
    .filter(
      (life) => life.host === host && !life.isDone && life.firstMs <= atMs && life.lastMs >= atMs - 3_000,
    )
    .flatMap((life) => {
      const next = lives
        .filter(({ task, firstMs }) => task === life.task && firstMs > life.lastMs)
        .map(({ firstMs }) => firstMs);
      return next.length === 0 ? [] : [Math.min(...next) - atMs];
    });
}
