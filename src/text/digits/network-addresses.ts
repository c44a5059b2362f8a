import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import type { Shelf } from '../shelf.ts';
import { spell } from './spell.ts';

const EMAIL =
  /(?<![\p{L}\p{N}._%+-])(?:mailto:)?([\p{L}\p{N}_%+-]{1,64}(?:\.[\p{L}\p{N}_%+-]{1,64}){0,5})@([\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,4}\.\p{L}{2,18})(?![\p{L}\p{N}]|-\p{L})/gu;
const HANDLE = /(?<![\p{L}\p{N}@.])@(?=\p{L}[\p{L}\p{N}_]{1,30})/gu;
const IPV4 =
  /(?<![\p{L}\p{N}.,:-])((?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3})(?:\/(\d{1,2})(?!\d)|:(\d{2,5})(?!\d))?(?![\p{L}\p{N}]|[.:-]\d)/gu;
const MAC =
  /(?<![\p{L}\p{N}:-])[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?:(?:\1[0-9A-Fa-f]{2}){2})?(?![\p{L}\p{N}:]|-\d)/gu;
const IPV6 =
  /(?<![\p{L}\p{N}:])(?=[0-9A-Fa-f:]{0,40}[0-9A-Fa-f])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?![\p{L}\p{N}:])|(?<![\p{L}\p{N}:])(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?(?![\p{L}\p{N}:])/gu;
const UUID = /(?<![\p{L}\p{N}-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\p{L}\p{N}-])/giu;

/** Says e-mail addresses with the names of their signs, and spells IP and MAC addresses. */
export function sayNetworkAddresses(text: string, lexicon: SpokenLexicon, shelf: Shelf): string {
  if (!/[@:]|\d\.\d|[0-9a-f]{4}-/i.test(text)) return text;
  const { addressSigns: signs } = lexicon;
  const sayName = (name: string) =>
    name.replace(/[._+-]/g, (sign) => ` ${signs[sign as keyof typeof signs]} `).replace(/%/g, ' ');
  return text
    .replace(EMAIL, (_, name: string, host: string) =>
      shelf.put(`${sayName(name)} ${signs['@']} ${sayName(host)}`.trim()),
    )
    .replace(UUID, (id) => shelf.put(spell(id)))
    .replace(MAC, (address) => shelf.put(spell(address)))
    .replace(IPV6, (address) => (/\d|[a-f]{3}/i.test(address) ? shelf.put(sayIpv6(address, signs[':'])) : address))
    .replace(IPV4, (_, address: string, prefix: string | undefined, port: string | undefined) => {
      const parts = address.split('.').map(spell).join(` ${signs['.']} `);
      const behind =
        prefix !== undefined ? ` ${signs['/']} ${prefix}` : port !== undefined ? ` ${signs[':']} ${spell(port)}` : '';
      return shelf.put(parts + behind);
    })
    .replace(HANDLE, () => `${signs['@']} `);
}

function sayIpv6(address: string, colon: string): string {
  return address
    .split(':')
    .map((group) => [...group].join(' '))
    .join(` ${colon} `)
    .trim();
}
