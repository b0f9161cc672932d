/** A worker could not be started; the message is what the user reads as the run's error. */
export class SpawnError extends Error {
  override readonly name = "SpawnError";
}
