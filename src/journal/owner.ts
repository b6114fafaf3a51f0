/** Whose tasks these are: an id alone could belong to two Servers. */
export interface Owner {
  readonly baseUrl: string;
  readonly serviceId: string;
}

/** Whether a row is this owner's. */
export function isOwnedBy(row: Owner, { baseUrl, serviceId }: Owner): boolean {
  return row.baseUrl === baseUrl && row.serviceId === serviceId;
}

/** What an owner is known by where its names are too long, or nobody's business: 16 hexadecimal digits. */
export async function ownerMark({ baseUrl, serviceId }: Owner): Promise<string> {
  const words = new TextEncoder().encode(`${baseUrl}\n${serviceId}`);
  const digest = await crypto.subtle.digest("SHA-256", words);
  return Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
