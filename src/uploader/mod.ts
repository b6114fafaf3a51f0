export type { OutgoingFile } from "./send_file.ts";
export { createUploader, type Uploader } from "./uploader.ts";
