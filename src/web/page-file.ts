/** A file of the page. */
export interface PageFile {
  /** Its media type. */
  readonly type: string;
  readonly bytes: Uint8Array;
  /** The same, compressed; null where that was not done or is not shorter. */
  readonly brotli: Uint8Array | null;
}
