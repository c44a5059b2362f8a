import { BlockList } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { MulticastDNS } from 'multicast-dns';
import type { DnsQuestion, DnsRecord } from './dns-records.ts';

/** Questions of another machine. */
export interface Asked {
  readonly questions: readonly DnsQuestion[];
  /** What the asker knows already. */
  readonly known: readonly DnsRecord[];
  /** Our own address on the interface at which they came. */
  readonly address: string;
  /** Answers to all, or to the asker alone if it does not listen to the group. */
  reply(answers: readonly DnsRecord[], additionals: readonly DnsRecord[]): void;
}

/** What mDNS sockets are opened with. */
export interface MdnsSocketsOptions {
  /**
   * `shared`: port 5353, beside other programs of this machine: hears what is announced and asked. `own`: any free port: hears only answers to
   * its own questions, which RFC 6762 (section 5.1) calls one-shot.
   */
  readonly port: 'shared' | 'own';
  /** The records of an answer that came. Default: they are not looked at. */
  readonly onAnswer?: (records: readonly DnsRecord[]) => void;
  /** Default: questions are not looked at. */
  readonly onAsked?: (asked: Asked) => void;
  /** A socket could not be used; the others go on. */
  readonly onProblem: (error: Error) => void;
}

/** Speaks mDNS on every interface of this machine that has an IPv4 address. */
export interface MdnsSockets {
  ask(questions: readonly DnsQuestion[]): void;
  /** Tells all machines. Resolves when it was sent. @param recordsAt what is told on the interface on which this machine has this address */
  tell(recordsAt: (address: string) => readonly DnsRecord[]): Promise<void>;
  /** Opens what is new among the interfaces of this machine, and closes what is gone. @returns whether one is new */
  refresh(): boolean;
  close(): void;
}

const MDNS_PORT = 5353;

/** So many interfaces are used: a machine with many containers has hundreds. */
const MAX_INTERFACES = 16;

/** So many questions go into one packet: it stays far below the 1,500 bytes of an Ethernet frame. */
const QUESTIONS_PER_PACKET = 10;

/** An asker that is no mDNS participant may keep an answer for so long at most, seconds (RFC 6762, section 6.7). */
const ONE_SHOT_TTL_SECONDS = 10;

/** The first IPv4 address of every interface, with its network: a group can be joined once on each. */
function ipv4Networks(): ReadonlyMap<string, BlockList> {
  const first = Object.values(networkInterfaces()).flatMap((all: NetworkInterfaceInfo[] | undefined) =>
    (all ?? []).filter(({ family }) => family === 'IPv4').slice(0, 1),
  );
  return new Map(
    first.slice(0, MAX_INTERFACES).map(({ address, cidr }) => {
      const network = new BlockList();
      network.addSubnet(address, Number(cidr?.split('/')[1] ?? 32), 'ipv4');
      return [address, network];
    }),
  );
}

/**
 * Opens them. One socket an interface, because a socket sends to a group through one interface only, and devices may be on another than that of
 * the default route.
 */
export async function openMdnsSockets(options: MdnsSocketsOptions): Promise<MdnsSockets> {
  const { port, onAnswer, onAsked, onProblem } = options;
  const { default: open } = await import('multicast-dns');
  const sockets = new Map<string, MulticastDNS>();
  let networks: ReadonlyMap<string, BlockList> = new Map();
  let closed = false;

  // Linux gives what comes on one interface to the sockets of all: only that of the asker's network answers, with the address that it can reach.
  const isFor = (address: string, asker: string) => {
    const near = [...networks].filter(([, network]) => network.check(asker));
    return near.length === 0 || near.some(([one]) => one === address);
  };
  const add = (address: string) => {
    const socket = open({ interface: address, bind: port === 'shared' ? '0.0.0.0' : false });
    sockets.set(address, socket);
    if (onAnswer) {
      socket.on('response', ({ answers = [], additionals = [] }) => onAnswer([...answers, ...additionals]));
    }
    if (onAsked) {
      socket.on('query', (query, from) => {
        if (!isFor(address, from.address)) return;
        const { id, questions = [], answers: known = [] } = query as typeof query & { readonly id?: number };
        const isOneShot = from.port !== MDNS_PORT;
        const reply: Asked['reply'] = (answers, additionals) => {
          if (!isOneShot) socket.respond({ answers: [...answers], additionals: [...additionals] });
          else socket.respond(oneShot(id, questions, answers, additionals), from);
        };
        onAsked({ questions, known, address, reply });
      });
    }
    const fail = (error: Error) => {
      // A packet that is none is the sender's defect.
      if (!('syscall' in error)) return;
      onProblem(error);
      if (sockets.get(address) === socket) remove(address, socket);
    };
    socket.on('error', fail);
    socket.on('warning', fail);
  };
  const remove = (address: string, socket: MulticastDNS) => {
    sockets.delete(address);
    socket.destroy();
  };
  const refresh = () => {
    if (closed) return false;
    networks = ipv4Networks();
    for (const [address, socket] of sockets) if (!networks.has(address)) remove(address, socket);
    const fresh = [...networks.keys()].filter((address) => !sockets.has(address));
    for (const address of fresh) add(address);
    return fresh.length > 0;
  };
  refresh();
  return {
    refresh,
    ask: (questions) => {
      for (let from = 0; from < questions.length; from += QUESTIONS_PER_PACKET) {
        const some = questions.slice(from, from + QUESTIONS_PER_PACKET);
        // What a network that is down did not take is asked again.
        for (const socket of sockets.values()) socket.query(some, () => undefined);
      }
    },
    tell: async (recordsAt) => {
      const sent = [...sockets].map(
        ([address, socket]) =>
          new Promise<void>((resolve) => socket.respond({ answers: [...recordsAt(address)] }, () => resolve())),
      );
      await Promise.all(sent);
    },
    close: () => {
      closed = true;
      for (const [address, socket] of sockets) remove(address, socket);
    },
  };
}

/** An answer as a plain DNS client expects it: with its own question and number, and without the bit that mDNS adds to the class. */
function oneShot(
  id: number | undefined,
  questions: readonly DnsQuestion[],
  answers: readonly DnsRecord[],
  additionals: readonly DnsRecord[],
) {
  const plain = (records: readonly DnsRecord[]) =>
    records.map((record) => ({ ...record, flush: false, ttl: ONE_SHOT_TTL_SECONDS }) as DnsRecord);
  return { id: id ?? 0, questions: [...questions], answers: plain(answers), additionals: plain(additionals) };
}
