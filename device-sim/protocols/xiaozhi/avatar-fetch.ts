import { createHash } from 'node:crypto';

/** What firmware says of a set of pictures that it was to fetch. */
interface AvatarReply {
  readonly checksum: string;
  readonly ok: boolean;
  readonly error: string | null;
}

/** Fetches, checks and takes a set, as stackchan's firmware does. */
export async function fetchAvatarSet(message: Readonly<Record<string, unknown>>): Promise<{
  readonly set?: { readonly mode: string; readonly checksum: string };
  readonly reply: AvatarReply;
}> {
  const { url, token, mode, checksum, expected_size: size } = message;
  const fail = (error: string) => ({ reply: { checksum: String(checksum), ok: false, error } });
  try {
    const response = await fetch(String(url), { headers: { Authorization: `Bearer ${String(token)}` } });
    // Read at once, whatever it is: Node 24 ends the process when a server closes a connection whose body is still unread.
    const bytes = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200) return fail(`fetch_failed: http ${response.status}`);
    if (response.headers.get('x-avatar-mode') !== mode) return fail('mode_mismatch');
    if (bytes.length !== size) return fail('size_mismatch');
    // Firmware takes pictures of 160 by 120 points with 2 bytes each.
    if (bytes.length % 38_400 !== 0) return fail('load_failed');
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    if (digest !== checksum) return fail('checksum_mismatch');
    return { set: { mode: String(mode), checksum: digest }, reply: { checksum: digest, ok: true, error: null } };
  } catch {
    return fail('fetch_failed');
  }
}
