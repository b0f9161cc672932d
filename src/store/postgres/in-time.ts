import { NoAnswer } from "./postgres-error.ts";

/** @throws {NoAnswer} when there is none by then; what comes later is nobody's */
export async function inTime<Result>(work: PromiseLike<Result>, ms: number): Promise<Result> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(`no answer within ${ms} ms`)), ms);
  });
  const asked = Promise.resolve(work);
  asked.catch(() => {}); // told to whoever still waits
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
