import type { StageTimes } from '../../conversation/events.ts';
import { cleanText, MAX_SPEECH } from '../../core/clean-text.ts';
import type { DialtoneEvent, DialtoneEventType } from '../../telemetry/events.ts';
import { iso } from '../device-dto.ts';

/** The most names and errors that one event lists. */
const MAX_LISTED = 200;

/** The most characters of a function's name, which the language model may have made up. */
const MAX_NAME = 64;

/** Whether what people said is part of the events. */
export type Audience = 'plain' | 'transcripts';

/**
 * Left out: these come with single frames, sentences or attempts of a stranger, and would push everything else out of the list that `Last-Event-ID` is
 * served from. The metrics count them.
 */
const UNSTREAMED: ReadonlySet<DialtoneEventType> = new Set([
  'device.dropped',
  'arrival.refused',
  'engine.call',
  'playout.late',
]);

/** Whether GET /v1/events shows events of this type at all. */
export function isStreamed(type: DialtoneEventType): boolean {
  return !UNSTREAMED.has(type);
}

/** The event as GET /v1/events shows it. Built key by key: what is not named here never leaves the process. */
export function toEventData(event: DialtoneEvent, audience: Audience): Record<string, unknown> {
  return { type: event.type, at: iso(event.at), ...fieldsOf(event, audience === 'transcripts') };
}

function fieldsOf(event: DialtoneEvent, transcripts: boolean): Record<string, unknown> {
  const { type } = event;
  switch (type) {
    case 'device.state':
      return {
        device: event.device,
        state: event.state,
        previous: event.previous,
        error: event.error ? { code: event.error.code, message: cleanText(event.error.message) } : null,
        next_retry_at: event.nextRetryAt === undefined ? null : iso(event.nextRetryAt),
      };
    case 'device.attempt':
      return { device: event.device, attempt: event.attempt };
    case 'device.status':
      return {
        device: event.device,
        uptime_ms: event.uptimeMs ?? null,
        heap_free_bytes: event.heapFreeBytes ?? null,
        wifi_rssi_dbm: event.wifiRssiDbm ?? null,
      };
    case 'device.tools':
      return { device: event.device };
    case 'device.touch':
      return {
        device: event.device,
        gesture: event.gesture,
        duration_ms: event.durationMs,
        ts: event.deviceMs,
        session_id: cleanText(event.sessionId),
      };
    case 'device.warning':
      return { device: event.device, code: event.code, message: cleanText(event.message) };
    case 'device.dropped':
      return { device: event.device, reason: event.reason };
    case 'device.fault':
      return { device: event.device, where: event.where };
    case 'arrival.refused':
      return {
        protocol: event.protocol,
        reason: event.reason,
        id: event.id === undefined ? null : cleanText(event.id),
        address: event.address ?? null,
        code: event.code ?? null,
      };
    case 'turn.started':
      return { device: event.device, turn: event.turn };
    case 'turn.heard':
      return {
        device: event.device,
        turn: event.turn,
        ...(transcripts ? { text: cleanText(event.text, MAX_SPEECH) } : {}),
        stages_ms: stages(event.stages),
      };
    case 'turn.speaking':
      return { device: event.device, turn: event.turn, stages_ms: stages(event.stages) };
    case 'turn.ended':
      return {
        device: event.device,
        turn: event.turn,
        kind: event.kind,
        outcome: event.outcome,
        ...(transcripts
          ? {
              heard: cleanText(event.heard, MAX_SPEECH),
              answer: cleanText(event.answer, MAX_SPEECH),
              written: cleanText(event.written, MAX_SPEECH),
            }
          : {}),
        ...(event.truncated ? { truncated: true } : {}),
        ...(event.leftOut ? { left_out: event.leftOut } : {}),
        spoken_ms: Math.round(event.spokenMs),
        stages_ms: stages(event.stages),
        error: event.error
          ? { kind: event.error.kind, code: event.error.code, message: cleanText(event.error.message) }
          : null,
      };
    case 'engine.call':
      return { device: event.device, turn: event.turn, kind: event.kind, engine: event.engine, outcome: event.outcome };
    case 'tool.call':
      return {
        device: event.device,
        turn: event.turn,
        tool: cleanText(event.tool, MAX_NAME),
        ms: Math.round(event.endedAtMs - event.startedAtMs),
        ok: event.ok,
      };
    case 'engine.error':
      return { kind: event.kind, engine: event.engine, code: event.code, message: cleanText(event.message) };
    case 'engine.state': {
      const { kind, engine, state, reason } = event;
      return { kind, engine, state, reason: reason === undefined ? null : cleanText(reason) };
    }
    case 'speech_host.state':
      return {
        host: event.host,
        state: event.state,
        reason: event.reason === undefined ? null : cleanText(event.reason),
      };
    case 'config.reloaded':
      return {
        ok: event.ok,
        trigger: event.trigger,
        changes: event.changes && {
          added: event.changes.added.slice(0, MAX_LISTED),
          removed: event.changes.removed.slice(0, MAX_LISTED),
          restarted: event.changes.restarted.slice(0, MAX_LISTED),
          updated: event.changes.updated.slice(0, MAX_LISTED),
          unchanged: event.changes.unchanged,
        },
        errors: event.errors.slice(0, MAX_LISTED).map((error) => cleanText(error)),
      };
    case 'playout.late':
      return { device: event.device, turn: event.turn, late_ms: Math.round(event.lateMs) };
  }
}

function stages(times: StageTimes): Record<string, number> {
  const rounded: Record<string, number> = {};
  for (const [stage, ms] of Object.entries(times)) rounded[stage] = Math.round(ms);
  return rounded;
}
