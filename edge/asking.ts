/** The request a use case works for: its id, and a place for work that may go on after the answer. */
export interface Asking {
  requestId: string;
  /** Failures of background work are logged under its name and go no further. */
  background(work: string, promise: Promise<unknown>): void;
}
