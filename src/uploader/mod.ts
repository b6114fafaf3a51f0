export { mimeTypeOf } from "./mime_type.ts";
export type { OutgoingFile } from "./send_file.ts";
export { createUploader, type Delivery, type Uploader, type UploaderOptions } from "./uploader.ts";
