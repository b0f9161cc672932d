/** What `GET …/graph` answers. */
export interface GraphData {
  readonly tasks: readonly GraphTask[];
  readonly links: readonly { readonly parent_id: string; readonly child_id: string }[];
  readonly critical_path: readonly string[];
  readonly is_cut: boolean;
}

export interface GraphTask {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly assignee: string | null;
  readonly consecutive_failures: number;
}

/** What `GET …/timeline` answers. */
export interface TimelineData {
  readonly since_at_ms: number;
  readonly until_at_ms: number;
  readonly slots: number;
  readonly runs: readonly TimelineRun[];
  readonly links: GraphData["links"];
  readonly is_cut: boolean;
}

export interface TimelineRun {
  readonly id: number;
  readonly task_id: string;
  readonly title: string;
  readonly status: string;
  readonly profile: string | null;
  readonly started_at_ms: number;
  readonly ended_at_ms: number | null;
  readonly outcome: string | null;
  readonly is_review: boolean;
  readonly slot: number;
}

export interface Spread {
  readonly count: number;
  readonly p50_ms: number;
  readonly p85_ms: number;
}

export interface MetricsBucket {
  readonly start_at_ms: number;
  readonly end_at_ms: number;
  readonly by_status: Readonly<Record<string, number>>;
  readonly completed: number;
  readonly cycle: Spread | null;
  readonly wait: Spread | null;
  readonly succeeded: number;
  readonly failed: number;
  readonly other: number;
  readonly costs: readonly { readonly profile: string; readonly cost_usd: number }[];
}

/** What `GET …/metrics` answers. */
export interface MetricsData {
  readonly since_at_ms: number;
  readonly until_at_ms: number;
  readonly bucket: string;
  readonly is_cut: boolean;
  readonly by_status_before: Readonly<Record<string, number>>;
  readonly buckets: readonly MetricsBucket[];
}

/** What `GET …/tasks/{task}/diff` answers. */
export interface DiffData {
  readonly branch: string;
  readonly worktree: string;
  readonly is_gone: boolean;
  readonly base_commit: string;
  readonly head_commit: string;
  readonly files: readonly {
    readonly path: string;
    readonly old_path: string | null;
    readonly change: string;
    readonly additions: number | null;
    readonly deletions: number | null;
  }[];
  readonly patch: string;
  readonly is_cut: boolean;
}
