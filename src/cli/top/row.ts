import type { Colour } from "../text/screen.ts";

export interface Cell {
  readonly text: string;
  readonly colour?: Colour;
}

/** One line of the screen before it is known how wide that is. */
export type Row =
  | { readonly kind: "blank" }
  /** Of the right side it is kept what fits. */
  | { readonly kind: "line"; readonly left: readonly Cell[]; readonly right: readonly Cell[] }
  | {
      readonly kind: "task";
      readonly isSelected: boolean;
      readonly id: string;
      readonly board: string;
      readonly title: Cell;
      readonly who: string;
      readonly time: string;
      readonly text: Cell;
    };
