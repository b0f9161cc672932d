/** An outcome or an event as people say it: `failed` for `crashed`, `gave up` for `gave_up`. */
export function outcomeWord(name: string): string {
  return name === "crashed" ? "failed" : name.replaceAll("_", " ");
}
