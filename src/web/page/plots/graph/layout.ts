export interface LayoutLink {
  readonly from: string;
  readonly to: string;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where each node's middle is, and by which points each link goes from the end of one node to the beginning of another. */
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

/** `isTurned`: it goes the other way, for it would close a circle. */
export interface TurnedLink extends LayoutLink {
  readonly isTurned: boolean;
}

/** A link with the nodes that it goes by: at its ends real ones, between them one for each layer that it crosses. */
export interface Chain {
  readonly link: TurnedLink;
  readonly steps: readonly string[];
}
