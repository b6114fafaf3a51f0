export {
  type AttemptChange,
  type AttemptRow,
  type AttemptSummary,
  type CollectedFile,
  ENDED,
  type Ending,
  type FileRow,
  type State,
  STATES,
  type StoredReport,
} from "./attempt_row.ts";
export type { Lease } from "./leases.ts";
export { Journal } from "./journal.ts";
export { isOwnedBy, type Owner, ownerMark } from "./owner.ts";
export { openJournal, readJournal } from "./open_journal.ts";
export { modernizeJournal } from "./modernize_journal.ts";
