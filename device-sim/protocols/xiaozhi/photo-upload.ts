import type { VisionTarget } from './mcp-server.ts';

/** A device's camera. */
interface Camera {
  readonly id: string;
  /** JPEG; undefined: it has none. */
  readonly photo?: Buffer;
}

/** Uploads a picture as firmware does: multipart, and what comes back is the result. */
export async function uploadPhoto(
  vision: VisionTarget | undefined,
  { id, photo }: Camera,
  question: string,
): Promise<string> {
  if (!vision || !photo) throw new Error('Image explain URL or token is not set');
  const form = new FormData();
  form.set('question', question);
  form.set('file', new Blob([Uint8Array.from(photo)], { type: 'image/jpeg' }), 'camera.jpg');
  const response = await fetch(vision.url, {
    method: 'POST',
    headers: { 'Device-Id': id, ...(vision.token === undefined ? {} : { Authorization: `Bearer ${vision.token}` }) },
    body: form,
  });
  const answer = await response.text();
  if (response.status !== 200) throw new Error(`Failed to upload photo, status code: ${response.status}`);
  return answer;
}
