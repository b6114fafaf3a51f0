export {
  type AttemptChange,
  type AttemptRow,
  type AttemptSummary,
  ENDED,
  type Ending,
  ENDINGS,
  type FileRow,
  type State,
  STATES,
  type StoredReport,
} from "./attempt_row.ts";
export { isOwnedBy, Journal, type JournalOptions, type Owner } from "./journal.ts";
export { openJournal, readJournal } from "./open_journal.ts";
export { modernizeJournal, type ModernizeOptions } from "./modernize_journal.ts";
