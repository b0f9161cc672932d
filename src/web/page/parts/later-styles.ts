/** Defined by the bundle. */
declare const laterStylesAddress: string;

let loaded: Promise<void> | null = null;

/** The styles of all but the board and its frame (later.css); resolves when they are there, or can't be had. */
export function laterStyles(): Promise<void> {
  loaded ??= new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = laterStylesAddress;
    link.onload = () => resolve();
    link.onerror = () => resolve(); // without styles it is still readable
    document.head.append(link);
  });
  return loaded;
}
