export { mimeTypeOf } from "./mime_type.ts";
export { type OutgoingFile, sendFile, type SendOptions, type SendResult } from "./send_file.ts";
