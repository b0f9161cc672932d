/** Which machine, which boot, which process table: pids of two hosts, boots or containers must not be compared. */
export interface HostIdentity {
  readonly hostname: string;
  /** "hostname:<name>" where the machine has no id of its own */
  readonly machineId: string;
  /** "" where the platform names no boot (Wine): start times there are absolute and differ between boots themselves */
  readonly bootId: string;
  /** Its number, "@", and when its first process was started if that may be read; "" where the platform has one only */
  readonly pidNamespace: string;
}
