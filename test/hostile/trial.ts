import fc from "fast-check";
import { type Invocation, invocation } from "./invocation.ts";
import { judge } from "./judgement.ts";
import { Subject } from "./subject.ts";

export interface TrialOptions {
  readonly cases: number;
  /** A random one when it is not given; what fails prints it. */
  readonly seed?: number;
  readonly onCase?: (invocation: Invocation, code: number | null) => void;
}

/** Tries that many command lines. @throws {Error} for the first that breaks the promise, shrunk, with its seed. */
export async function tryHostileInput({ cases, seed, onCase }: TrialOptions): Promise<void> {
  await using subject = new Subject();
  await fc.assert(
    fc.asyncProperty(invocation, async (given) => {
      const answer = await subject.ask(given);
      onCase?.(given, answer?.code ?? null);
      const strays = subject.strays().map((name) => `${name} was written outside the home`);
      const findings = [...judge(given, answer), ...strays];
      if (findings.length > 0)
        throw new Error(
          `${findings.join("; ")}\n${answer?.stdout.slice(0, 800)}\n${answer?.stderr.slice(0, 800)}`,
        );
    }),
    { numRuns: cases, ...(seed === undefined ? {} : { seed }) },
  );
}
