/** What a task asks of the host that runs it. */
export interface Placement {
  /** The name of a machine, or a home's own id; null: any. */
  readonly host: string | null;
  /** The host must have all of them. */
  readonly labels: readonly string[];
}

/** What a host has that a task may ask for. */
export interface HostTraits {
  /** Its machine's name; on a board of a server the home's own id as well. */
  readonly names: readonly string[];
  readonly labels: readonly string[];
}

/** Where what a host has is not known: it starts what asks for nothing. */
export const noTraits: HostTraits = { names: [], labels: [] };

/** Whether the host has all that is asked for. */
export function suits({ host, labels }: Placement, traits: HostTraits): boolean {
  return (
    (host === null || traits.names.includes(host)) && labels.every((label) => traits.labels.includes(label))
  );
}

/** So many labels a task may ask for: an index has them all as one value. */
export const labelsMax = 16;

/** What a label may be. */
export const labelRule = "1 to 64 letters, digits, . - and _, starting with a letter or digit";

export function isLabel(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
}

/** In words: `host north and labels gpu, eu`. */
export function describePlacement({ host, labels }: Placement): string {
  const named = labels.length === 0 ? [] : [`label${labels.length === 1 ? "" : "s"} ${labels.join(", ")}`];
  return [...(host === null ? [] : [`host ${host}`]), ...named].join(" and ");
}
