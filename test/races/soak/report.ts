import { type Measure, mustBe, told } from "../orphan-repro/measure.ts";
import { renderTable } from "../orphan-repro/table.ts";
import { type Findings, findingNames } from "./findings.ts";
import type { Options } from "./options.ts";
import { Tally } from "./tally.ts";

/** A round that ended the soak. */
export interface Failure {
  readonly round: number;
  readonly seed: number;
  readonly findings: readonly string[];
  readonly keptIn: string;
}

/** The sums over all rounds. */
export class SoakTotals {
  readonly tally = new Tally();
  readonly violations = new Tally();
  rounds = 0;

  constructor() {
    for (const name of findingNames) this.violations.add(name, 0);
  }

  add(tally: Tally, findings: Findings): void {
    this.rounds++;
    this.tally.addAll(tally);
    for (const name of findingNames) this.violations.add(name, findings[name].length);
  }
}

interface Summary {
  readonly options: Options;
  readonly totals: SoakTotals;
  readonly failure: Failure | null;
  readonly minutes: number;
}

export function renderText({ options, totals, failure, minutes }: Summary): string {
  const { dispatchers, lock, seed } = options;
  const measures: Measure[] = [
    told("minutes", minutes.toFixed(1)),
    told("rounds", totals.rounds),
    ...totals.tally.entries.map(([name, count]) => told(inWords(name), count)),
    ...totals.violations.entries
      .filter(([name]) => name !== "integrity")
      .map(([name, count]) => mustBe(inWords(name), count, 0)),
    mustBe("integrity_check", integrityOf(totals), "ok"),
  ];
  const part = {
    part: lock === "kernel" ? "soak" : "soak, no lock",
    shows: "whatever is killed or stopped: one live worker, true outcomes, nothing lost, nobody left",
    measures,
    findings: failure?.findings ?? [],
    durationMs: minutes * 60_000,
  };
  return [
    `soak: ${dispatchers} dispatchers, ${lock === "kernel" ? "with" : "without"} the lock, seed ${seed}`,
    "",
    renderTable([part]),
    ...(failure === null
      ? []
      : ["", `round ${failure.round} FAILED; again: ${repeatCommand(failure, options)}`]),
  ].join("\n");
}

export function renderDocument({ options, totals, failure, minutes }: Summary): string {
  const { dispatchers, lock, seed } = options;
  const data = {
    minutes: Math.round(minutes * 100) / 100,
    rounds: totals.rounds,
    seed,
    dispatchers,
    lock,
    ...totals.tally.toDocument(),
    ...totals.violations.toDocument(),
    integrity: integrityOf(totals),
    failure:
      failure === null
        ? null
        : {
            round: failure.round,
            seed: failure.seed,
            findings: failure.findings,
            kept_in: failure.keptIn,
            repeat: repeatCommand(failure, options),
          },
  };
  return JSON.stringify({ v: 1, ok: failure === null, data });
}

function integrityOf({ violations }: SoakTotals): string {
  return violations.get("integrity") === 0 ? "ok" : "damaged";
}

function repeatCommand({ seed }: Failure, { dispatchers, lock }: Options): string {
  const noLock = lock === "none" ? " --no-lock" : "";
  return `bun run soak --rounds 1 --seed ${seed} --dispatchers ${dispatchers}${noLock} --keep`;
}

function inWords(name: string): string {
  const [group = "", member] = name.split(".", 2);
  return (member === undefined ? group : `${group}: ${member}`).replaceAll("_", " ");
}
