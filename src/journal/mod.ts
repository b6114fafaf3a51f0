export {
  type AttemptChange,
  type AttemptRow,
  type AttemptSummary,
  type CollectedFile,
  ENDED,
  type Ending,
  ENDINGS,
  type FileRow,
  type State,
  STATES,
  type StoredReport,
} from "./attempt_row.ts";
export { Journal, type JournalOptions } from "./journal.ts";
export { isOwnedBy, type Owner, ownerMark } from "./owner.ts";
export { openJournal, readJournal } from "./open_journal.ts";
export { modernizeJournal, type ModernizeOptions } from "./modernize_journal.ts";
