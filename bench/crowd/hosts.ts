/** The dispatchers of all homes of a crowd, at work. Disposed of they are all gone. */
export interface Hosts extends AsyncDisposable {
  /** Of a processor, by all dispatchers without their workers. */
  readProcessorMs(): number;
  /** Of workers that have ended, with their shims. */
  readWorkersMs(): number;
  /** Of each process that dispatches. */
  readMemoryMb(): readonly number[];
}
