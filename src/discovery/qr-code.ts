import { renderUnicodeCompact } from 'uqr';

/** A QR code for a terminal, with its text below. @param text at most 2,000 characters */
export function qrCode(text: string): string {
  return `\n${renderUnicodeCompact(text, { ecc: 'L', border: 2 })}\n  ${text}\n\n`;
}
