import type { QueryOutgoingPacket, ResponseOutgoingPacket } from 'multicast-dns';

/** One record of an answer, as multicast-dns decodes it. */
export type DnsRecord = ResponseOutgoingPacket['answers'][number];

/** One question. */
export type DnsQuestion = QueryOutgoingPacket['questions'][number];
