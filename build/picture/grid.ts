/** One place of a terminal's screen: what stands there, and how it is painted. A wide character leaves the next one empty. */
export interface Place {
  readonly text: string;
  /** SGR numbers, such as 1 for bold and 31 for red. */
  readonly paint: readonly number[];
}

const blank: Place = { text: " ", paint: [] };

/** What a terminal of this size shows after all that was written to it, as far as `kanbun top` writes. */
export class Grid {
  readonly rows: Place[][];
  readonly #columns: number;
  #row = 0;
  #column = 0;
  #paint: readonly number[] = [];

  constructor({ columns, rows }: { readonly columns: number; readonly rows: number }) {
    this.#columns = columns;
    this.rows = Array.from({ length: rows }, () => this.#emptyRow());
  }

  write(text: string): void {
    const parts = text.matchAll(
      /\p{Cc}\[(?<given>[0-9;?]*)(?<final>[@-~])|(?<plain>\P{Cc}+)|(?<control>\p{Cc})/gu,
    );
    for (const { groups } of parts) {
      if (groups?.final !== undefined) this.#obey(groups.final, groups.given ?? "");
      else if (groups?.plain !== undefined) this.#print(groups.plain);
      else if (groups?.control === "\r") this.#column = 0;
      else if (groups?.control === "\n") this.#row = Math.min(this.#row + 1, this.rows.length - 1);
    }
  }

  #obey(final: string, given: string): void {
    const numbers = given.split(";").map(Number);
    const row = this.rows[this.#row] ?? [];
    if (final === "H") [this.#row, this.#column] = [(numbers[0] || 1) - 1, (numbers[1] || 1) - 1];
    else if (final === "K") row.fill(blank, this.#column);
    else if (final === "J") {
      row.fill(blank, this.#column);
      for (const below of this.rows.slice(this.#row + 1)) below.fill(blank);
    } else if (final === "m") this.#paint = numbers.includes(0) ? [] : [...this.#paint, ...numbers];
  }

  #print(text: string): void {
    for (const { segment } of new Intl.Segmenter().segment(text)) {
      const width = Bun.stringWidth(segment);
      const row = this.rows[this.#row];
      if (row === undefined || this.#column + width > this.#columns) return;
      row[this.#column] = { text: segment, paint: this.#paint };
      for (let rest = 1; rest < width; rest += 1) row[this.#column + rest] = { text: "", paint: this.#paint };
      this.#column += width;
    }
  }

  #emptyRow(): Place[] {
    return Array.from({ length: this.#columns }, () => blank);
  }
}
