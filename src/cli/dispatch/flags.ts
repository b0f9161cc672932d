/** What `kanbun dispatch` was told, once checked. */
export interface DispatchFlags {
  readonly dryRun?: boolean;
  readonly max?: number;
  readonly untilIdle?: boolean;
  readonly dueWithin?: number;
  readonly drain?: boolean;
  readonly watch?: boolean;
  readonly plain?: boolean;
  readonly exitZero?: boolean;
  readonly failIfLocked?: boolean;
  readonly demo?: boolean;
}
