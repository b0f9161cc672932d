export interface LayoutLink {
  readonly from: string;
  readonly to: string;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The middle of each node, and the points of each link from the right edge of one node to the left edge of another. */
export interface Layout {
  readonly nodes: ReadonlyMap<string, Point>;
  readonly links: readonly (LayoutLink & { readonly points: readonly Point[] })[];
  readonly width: number;
  readonly height: number;
}

export interface LayoutSizes {
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  /** Between two layers, and between two nodes of one. */
  readonly layerGap: number;
  readonly nodeGap: number;
}

/** `isTurned`: drawn from child to parent, because it closes a circle. */
export interface TurnedLink extends LayoutLink {
  readonly isTurned: boolean;
}

/** A link with the nodes on its way: real ones at its ends, between them one for each layer that it crosses. */
export interface Chain {
  readonly link: TurnedLink;
  readonly steps: readonly string[];
}
