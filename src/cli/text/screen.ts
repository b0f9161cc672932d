const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;
export type Colour = keyof typeof CODES;

/** What text for people is laid out for. */
export interface Screen {
  readonly isTerminal: boolean;
  /** Without a terminal nothing is cut. */
  readonly columns: number;
  readonly rows: number;
  /** Coloured where colours are wanted; the text must be visible already. */
  paint(colour: Colour, text: string): string;
}

const ESCAPE = String.fromCharCode(27);

/** Colours only on a terminal, and not with NO_COLOR (`Bun.enableANSIColors`). */
export function screenFor(isTerminal: boolean): Screen {
  const isColoured = isTerminal && Bun.enableANSIColors;
  return {
    isTerminal,
    get columns() {
      return isTerminal ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY;
    },
    get rows() {
      return isTerminal ? process.stdout.rows || 24 : Number.POSITIVE_INFINITY;
    },
    paint: (colour, text) =>
      isColoured && text !== "" ? `${ESCAPE}[${CODES[colour]}m${text}${ESCAPE}[0m` : text,
  };
}
